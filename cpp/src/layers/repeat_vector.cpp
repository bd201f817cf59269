#include "lamina/layers/repeat_vector.hpp"

#include "lamina/ops/arrangement.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, RepeatVectorOptions& options) {
  visit("n", options.n);
}

RepeatVector::RepeatVector(RepeatVectorOptions options)
    : UnaryLayer("RepeatVector", options.name), options_(std::move(options)) {
  require(options_.n > 0, label(), "n", options_.n, "above 0");
}

std::shared_ptr<Layer> RepeatVector::from_config(const Config& config) {
  return layer_from_config<RepeatVector>(config, RepeatVectorOptions{.n = 0});
}

Config RepeatVector::config() const { return with_options(base_config(), options_); }

Shape RepeatVector::output_shape(const Shape& input_shape) const {
  if (!accepts(input_shape)) {
    fail(ErrorKind::value, label(), " repeats inputs (batch, features), got ", input_shape);
  }
  return {input_shape[0], options_.n, input_shape[1]};
}

Tensor RepeatVector::call(const Tensor& inputs, bool /*training*/) {
  const Shape shape = output_shape(inputs.shape());
  return ops::broadcast_to(ops::expand_dims(inputs, 1), shape);
}

bool RepeatVector::accepts(const Shape& input_shape) const { return input_shape.rank() == 2; }

}  // namespace lamina
