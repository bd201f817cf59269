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

/// What is likely to be wrong with targets that do not match.
inline const char* advice_on_targets(std::string_view name, const Shape& target,
                                     const Shape& wanted) {
  const bool sparse = name.find("sparse_categorical") != name.npos;
  const bool categorical = !sparse && name.find("categorical") != name.npos;
  if (sparse && target.rank() == wanted.rank() + 1) {
    return "one-hot labels go with the loss categorical_crossentropy, numbers of classes with this "
           "one";
  }
  if (categorical && target.rank() + 1 == wanted.rank()) {
    return "numbers of classes go with the loss sparse_categorical_crossentropy, one-hot labels, "
           "as utils.to_categorical makes them, with this one";
  }
  if (wanted.rank() > target.rank() && wanted.rank() > 2) {
    return "there is a prediction for each place: is a Flatten or a pooling over all places "
           "missing "
           "before the last layer?";
  }
  return "nothing is broadcast between them";
}

/// The same, where nothing else may differ: a value error that names the loss or metric otherwise.
inline Tensor matched_target(std::string_view name, const Tensor& target, const Shape& wanted) {
  Tensor matched = with_trailing_axis_of(target, wanted);
  if (matched.shape() == wanted) return matched;
  fail(ErrorKind::value, name, " got targets of shape ", target.shape(), ", expected ", wanted,
       " to match the predictions; ", advice_on_targets(name, target.shape(), wanted));
}

}  // namespace lamina::ops
