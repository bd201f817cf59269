#include <gtest/gtest.h>

#include <span>
#include <string>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(Layer, FreezingStopsItsGradients) {
  Dense layer({.units = 2});
  layer.set_trainable(false);
  const Tensor x({{1, 2}});
  EXPECT_FALSE(layer(x, true).requires_grad());
  EXPECT_TRUE(layer.trainable_weights().empty());
  layer.set_trainable(true);
  EXPECT_TRUE(layer(x, true).requires_grad());
}

class Scale : public UnaryLayer {
 public:
  explicit Scale(double by) : UnaryLayer("Scale"), by_(by) {}
  explicit Scale(const Config& config) : UnaryLayer("Scale"), by_(config.number("by")) {
    apply_base_config(config);
  }
  Config config() const override { return base_config().set("by", by_); }

 protected:
  void build(const Shape&) override { offset_ = add_weight("offset", {1}, "zeros"); }
  Tensor call(const Tensor& x, bool) override { return x * by_ + offset_.value(); }

 private:
  double by_;
  Variable offset_;
};

TEST(Layer, AUsersLayerTrainsAndLoads) {
  register_layer<Scale>("Scale");
  Sequential model;
  model.add(Scale(2));
  model.compile({.optimizer = SGD({.learning_rate = 0.1}), .loss = "mse"});
  const Tensor x({{1}, {2}}), y({{3}, {5}});
  model.fit(x, y, {.epochs = 200});
  EXPECT_NEAR(model.weights()[0].value().item(), 1, 1e-3);
  const std::string file = model.save_to_memory();
  const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
  EXPECT_EQ(loaded->predict(x).to_vector<float>()[1], model.predict(x).to_vector<float>()[1]);
  error_of(ErrorKind::value, [] { register_layer<Scale>("Dense"); });
}

}  // namespace
}  // namespace lamina
