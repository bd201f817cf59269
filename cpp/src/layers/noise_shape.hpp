// The shape of what dropout draws.
#pragma once

#include <string>

#include "core/check.hpp"
#include "lamina/core/shape.hpp"

namespace lamina {

/// `wanted` with the inputs' extents for those that are none; a value error that names `owner`
/// unless each is 1 or the inputs'.
inline Shape noise_shape(const std::string& owner, const Shape& wanted, const Shape& inputs) {
  bool fits = wanted.rank() == inputs.rank();
  Shape shape = wanted;
  for (int axis = 0; fits && axis < shape.rank(); ++axis) {
    if (shape[axis] == Shape::none) shape = shape.with(axis, inputs[axis]);
    fits = shape[axis] == 1 || shape[axis] == inputs[axis];
  }
  if (!fits) {
    fail(ErrorKind::value, owner, " needs a noise_shape of the inputs' extents or 1, got ", wanted,
         " for inputs ", inputs);
  }
  return shape;
}

}  // namespace lamina
