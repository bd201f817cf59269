// Targets and predictions in the form in which a metric compares them.
#pragma once

#include "lamina/core/tensor.hpp"
#include "metrics/owner.hpp"

namespace lamina {

/// A floating tensor as it is, whole numbers in float64, which holds them exactly, booleans in
/// float32.
Tensor comparable(const Tensor& values);

/// `target` as `wanted`, but for a trailing axis of 1 that is missing or too many; a value error
/// that names `owner` and the predictions' shape otherwise.
Tensor labels_of_shape(const Owner& owner, const Tensor& target, const Shape& wanted,
                       const Shape& prediction);

/// What "accuracy" and "crossentropy" compare: Keras's choice, from the shapes that it sees.
enum class Outputs { binary, categorical, sparse };
Outputs outputs_of(const Shape& target, const Shape& prediction);

}  // namespace lamina
