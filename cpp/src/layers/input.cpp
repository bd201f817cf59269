#include "lamina/layers/input.hpp"

#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, InputOptions& options) {
  visit("shape", options.shape);
}

Input::Input(InputOptions options) : Layer("Input", options.name), options_(std::move(options)) {}

std::shared_ptr<Layer> Input::from_config(const Config& config) {
  if (config.is_null("shape")) fail(ErrorKind::value, "Input needs the shape of one sample");
  return layer_from_config<Input>(config, InputOptions{});
}

Config Input::config() const { return with_options(base_config(), options_); }

Shape Input::batch_shape() const {
  Shape shape{Shape::none};
  for (std::int64_t extent : options_.shape) shape.push_back(extent);
  return shape;
}

Tensor Input::call(const Tensor& inputs, bool /*training*/) {
  if (!accepts(inputs.shape())) {
    fail(ErrorKind::value, label(), " expects inputs ", batch_shape(), ", got ", inputs.shape());
  }
  return inputs;
}

bool Input::accepts(const Shape& input_shape) const { return batch_shape().matches(input_shape); }

}  // namespace lamina
