// Weights of the values that a metric adds up, in the forms that Keras takes.
#pragma once

#include "lamina/core/tensor.hpp"
#include "metrics/owner.hpp"

namespace lamina {

/// `sample_weight` times `mask` for values of that shape: its axes are the leading ones of the
/// values, so each weight serves values.size() / weights.size() neighbours. One number serves all,
/// extents of 1 are repeated, and trailing axes of 1 do not count. Undefined where neither is
/// given; a value error that names `owner` where they do not fit.
Tensor fitted_weights(const Owner& owner, const Tensor& sample_weight, const Tensor& mask,
                      const Shape& values);

/// Fitted weights with as many axes as the values, to be broadcast over them.
Tensor over_values(const Tensor& weights, const Shape& values);

/// Whether each single value of such predictions has a weight of its own.
bool weighs_each(const Tensor& sample_weight, const Shape& predictions);

}  // namespace lamina
