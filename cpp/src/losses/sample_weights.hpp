// Weights of samples, or of their time steps, and masks. Both belong to the leading axes of the
// values that they weigh. A mask multiplies the weights; a mean is taken over the entries that
// count.
#pragma once

#include <cstdint>
#include <string>

#include "core/check.hpp"
#include "lamina/core/tensor.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// (3, 2, 1, 1) as (3, 2), (1, 1) as (1).
Shape without_trailing_ones(const Shape& shape);

/// A value error for weights that belong to no leading axes of the values.
template <class Owner>
[[noreturn]] void fail_weights(const Owner& owner, const Shape& weights, const Shape& values) {
  const Shape held = without_trailing_ones(values);
  fail(ErrorKind::value, owner, " got sample weights of shape ", weights, ", expected ",
       Shape{values.rank() > 0 ? values[0] : 1}, ": one for each sample",
       held.rank() > 1 ? concat(", or further leading axes of ", held) : "");
}

/// How many neighbouring values of `shape` share one weight: the weights' axes are the leading ones
/// of the values, but for trailing axes of 1; a single number weighs all. A value error that names
/// `owner` otherwise.
std::int64_t values_per_weight(const std::string& owner, const Shape& weights, const Shape& values);

/// `sample_weight` times `mask`, in `dtype`; undefined where neither is given.
LAMINA_INTERNAL_API Tensor masked_weights(const std::string& owner, const Tensor& sample_weight,
                                          const Tensor& mask, Dtype dtype);

/// The same where the loss is a mean over all entries: entries that the mask keeps weigh
/// total/kept, so that it becomes a mean over those (Keras's `apply_mask`).
LAMINA_INTERNAL_API Tensor averaging_weights(const std::string& owner, const Tensor& sample_weight,
                                             const Tensor& mask, Dtype dtype);

/// For a loss over the last axis of `prediction`: one weight a sample, or one a row.
Tensor weights_for_rows(const std::string& owner, const Tensor& sample_weight, const Tensor& mask,
                        const Tensor& prediction, bool averaged);

/// `values` times weights of their leading axes.
LAMINA_INTERNAL_API Tensor weighted(const std::string& owner, const Tensor& values,
                                    const Tensor& weights);

}  // namespace lamina
