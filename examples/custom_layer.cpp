// A layer of your own in C++: trained, saved to memory and loaded back by its registered name.
#include <cstdio>
#include <lamina/lamina.hpp>

using namespace lamina;

/// A learnt slope for each feature: x * slope.
class Slope : public UnaryLayer {
 public:
  Slope() : UnaryLayer("Slope") {}
  explicit Slope(const Config& config) : Slope() { apply_base_config(config); }

 protected:
  void build(const Shape& input_shape) override {
    slope_ = add_weight("slope", {input_shape.last()}, "ones");
  }
  Tensor call(const Tensor& inputs, bool /*training*/) override { return inputs * slope_.value(); }

 private:
  Variable slope_;
};

int main() {
  register_layer<Slope>("Slope");
  const Tensor x({{1, 1}, {2, 1}, {3, 2}}), y = x * Tensor({3, -2});

  Sequential model;
  model.add(Slope());
  model.compile({.optimizer = SGD({.learning_rate = 0.1}), .loss = "mse"});
  model.fit(x, y, {.epochs = 300});

  const std::string file = model.save_to_memory();
  const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
  std::printf("slopes: %s (3 and -2 expected)\n", loaded->weights()[0].value().str().c_str());
}
