// Labels beside predictions: a trailing axis of 1 is squeezed or added, as Keras does.
#pragma once

#include "core/check.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// `target` reshaped to `wanted` if they differ only by a trailing axis of 1, otherwise unchanged.
inline Tensor with_trailing_axis_of(const Tensor& target, const Shape& wanted) {
  const bool expand = target.rank() + 1 == wanted.rank() && wanted.last() == 1;
  const bool squeeze = target.rank() == wanted.rank() + 1 && target.shape().last() == 1;
  const bool fits = (expand || squeeze) && target.size() == wanted.size();
  return fits ? target.reshape(wanted) : target;
}

/// The same, where nothing else may differ: a value error that names the loss or metric otherwise.
inline Tensor matched_target(std::string_view name, const Tensor& target, const Shape& wanted) {
  Tensor matched = with_trailing_axis_of(target, wanted);
  if (matched.shape() == wanted) return matched;
  fail(ErrorKind::value, name, " got targets of shape ", target.shape(), ", expected ", wanted,
       " to match the predictions; nothing is broadcast between them");
}

}  // namespace lamina::ops
