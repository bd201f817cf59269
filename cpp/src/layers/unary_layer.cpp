#include "lamina/layers/unary_layer.hpp"

#include "core/check.hpp"

namespace lamina {

const Shape& UnaryLayer::only(const Shapes& input_shapes) const {
  if (input_shapes.size() != 1) {
    fail(ErrorKind::value, label(), " takes one tensor, got a list of ", input_shapes.size(),
         "; combine them first, by layers.Concatenate or layers.Add");
  }
  return input_shapes.front();
}

Shapes UnaryLayer::output_shapes(const Shapes& input_shapes) const {
  return output_shape(only(input_shapes));
}

void UnaryLayer::build(const Shapes& input_shapes) { build(only(input_shapes)); }

Tensors UnaryLayer::call(const Tensors& inputs, const CallContext& context) {
  return call(inputs.front(), context.is_training());
}

bool UnaryLayer::accepts(const Shapes& input_shapes) const { return accepts(only(input_shapes)); }

}  // namespace lamina
