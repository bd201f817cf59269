#include "lamina/layers/flatten.hpp"

#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& /*visit*/, FlattenOptions& /*options*/) {}

Flatten::Flatten(FlattenOptions options) : UnaryLayer("Flatten", options.name) {}

std::shared_ptr<Layer> Flatten::from_config(const Config& config) {
  return layer_from_config<Flatten>(config, FlattenOptions{});
}

Shape Flatten::output_shape(const Shape& input_shape) const {
  const Shape sample = input_shape.from(1);
  return {input_shape[0], sample.is_known() ? sample.size() : Shape::none};
}

Tensor Flatten::call(const Tensor& inputs, bool /*training*/) {
  return inputs.reshape(output_shape(inputs.shape()));
}

}  // namespace lamina
