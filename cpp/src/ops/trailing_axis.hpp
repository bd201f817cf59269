// Labels beside predictions: a trailing axis of 1 is squeezed or added, as Keras does.
#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// `target` reshaped to `wanted` if they differ only by a trailing axis of 1, otherwise unchanged.
inline Tensor with_trailing_axis_of(const Tensor& target, const Shape& wanted) {
  const bool expand = target.rank() + 1 == wanted.rank() && wanted.last() == 1;
  const bool squeeze = target.rank() == wanted.rank() + 1 && target.shape().last() == 1;
  const bool fits = (expand || squeeze) && target.size() == wanted.size();
  return fits ? target.reshape(wanted) : target;
}

}  // namespace lamina::ops
