#include "lamina/layers/input.hpp"

#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, InputOptions& options) {
  visit("shape", options.shape);
  visit("batch_size", options.batch_size);
}

Input::Input(InputOptions options)
    : UnaryLayer("Input", options.name), options_(std::move(options)) {
  if (options_.batch_size) {
    require(*options_.batch_size > 0, label(), "batch_size", *options_.batch_size, "above 0");
  }
  if (options_.dtype) set_dtype(*options_.dtype);
}

std::shared_ptr<Layer> Input::from_config(const Config& config) {
  if (config.is_null("shape")) fail(ErrorKind::value, "Input needs the shape of one sample");
  return layer_from_config<Input>(config, InputOptions{});
}

Config Input::config() const { return with_options(base_config(), options_); }

Shape Input::batch_shape() const {
  Shape shape{options_.batch_size.value_or(Shape::none)};
  for (std::int64_t extent : options_.shape) shape.push_back(extent);
  return shape;
}

Tensor Input::call(const Tensor& inputs, bool /*training*/) {
  if (!accepts(inputs.shape())) {
    fail(ErrorKind::value, label(), " expects inputs ", batch_shape().with(0, Shape::none),
         ", got ", inputs.shape());
  }
  return inputs.reshape(adjusted(inputs.shape()));
}

// An id of 64 bits must not become another one by losing half of them: whoever reads it refuses it.
Dtype Input::input_dtype(Dtype given) const {
  const bool narrows =
      !is_floating(dtype()) && !is_floating(given) && size_of(given) > size_of(dtype());
  return narrows ? given : dtype();
}

// As Keras does, a vector stands for a column where samples of one value are expected, and a
// trailing axis of 1 that is not expected is dropped.
Shape Input::adjusted(const Shape& given) const {
  const Shape wanted = batch_shape().with(0, Shape::none);
  Shape shape = given;
  if (given.rank() + 1 == wanted.rank() && wanted.last() == 1) shape.push_back(1);
  if (given.rank() == wanted.rank() + 1 && given.last() == 1) shape = given.without(-1);
  return shape;
}

bool Input::accepts(const Shape& input_shape) const {
  return batch_shape().with(0, Shape::none).matches(adjusted(input_shape));
}

}  // namespace lamina
