#include "lamina/layers/prelu.hpp"

#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, PReLUOptions& options) {
  visit("alpha_initializer", options.alpha_initializer);
  visit("alpha_regularizer", options.alpha_regularizer);
  visit("alpha_constraint", options.alpha_constraint);
  visit("shared_axes", options.shared_axes);
}

PReLU::PReLU(PReLUOptions options)
    : UnaryLayer("PReLU", options.name), options_(std::move(options)) {}

std::shared_ptr<Layer> PReLU::from_config(const Config& config) {
  return layer_from_config<PReLU>(config, PReLUOptions{});
}

Config PReLU::config() const { return with_options(base_config(), options_); }

void PReLU::build(const Shape& input_shape) {
  Shape shape = input_shape.from(1);
  for (const std::int64_t axis : options_.shared_axes) {
    require(axis >= 1 && axis < input_shape.rank(), label(), "shared_axes", axis,
            "among the axes after the batch's");
    shape = shape.with(static_cast<int>(axis) - 1, 1);
  }
  alpha_ = add_weight("alpha", shape, options_.alpha_initializer,
                      {options_.alpha_regularizer, options_.alpha_constraint});
}

Tensor PReLU::call(const Tensor& inputs, bool /*training*/) {
  return ops::relu(inputs) - alpha_.value() * ops::relu(-inputs);
}

bool PReLU::accepts(const Shape& input_shape) const {
  const Shape sample = input_shape.from(1);
  bool fits = sample.rank() == alpha_.shape().rank();
  for (int axis = 0; fits && axis < sample.rank(); ++axis) {
    fits = alpha_.shape()[axis] == 1 || alpha_.shape()[axis] == sample[axis];
  }
  return fits;
}

}  // namespace lamina
