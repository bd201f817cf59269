// Operations made of others, with NumPy's meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

LAMINA_API Tensor deg2rad(const Tensor& x);
LAMINA_API Tensor rad2deg(const Tensor& x);
/// 2^x.
LAMINA_API Tensor exp2(const Tensor& x);
/// Rounds towards 0.
LAMINA_API Tensor trunc(const Tensor& x);
LAMINA_API Tensor isposinf(const Tensor& x);
LAMINA_API Tensor isneginf(const Tensor& x);
/// Replaces NaN and the infinities, by default by 0 and the dtype's least and largest numbers.
LAMINA_API Tensor nan_to_num(const Tensor& x, double nan = 0, std::optional<double> posinf = {},
                             std::optional<double> neginf = {});
/// Where exactly one of the two is true.
LAMINA_API Tensor logical_xor(const Tensor& a, const Tensor& b);
/// log(e^a + e^b), which overflows nowhere.
LAMINA_API Tensor logaddexp(const Tensor& a, const Tensor& b);
/// a / b, and 0 where b is 0.
LAMINA_API Tensor divide_no_nan(const Tensor& a, const Tensor& b);

/// The mean, weighted by a tensor of x's shape, or of one axis's extent.
LAMINA_API Tensor average(const Tensor& x, const std::vector<int>& axes = {},
                          const Tensor& weights = {});
/// The number of elements that are not 0 (int32).
LAMINA_API Tensor count_nonzero(const Tensor& x, const std::vector<int>& axes = {});
/// The mean and the variance.
LAMINA_API TensorList moments(const Tensor& x, const std::vector<int>& axes, bool keepdims = false);
/// The sum and the mean of the elements that are not NaN.
LAMINA_API Tensor nansum(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
LAMINA_API Tensor nanmean(const Tensor& x, const std::vector<int>& axes = {},
                          bool keepdims = false);
/// x over its norm of that order, or over epsilon where the norm is smaller.
LAMINA_API Tensor normalize(const Tensor& x, const std::vector<int>& axes = {-1}, double order = 2,
                            double epsilon = 1e-7);

/// Sums of products over the last axis of a, and over the last but one of b or its only one.
LAMINA_API Tensor dot(const Tensor& a, const Tensor& b);
/// The same over the last axes of both.
LAMINA_API Tensor inner(const Tensor& a, const Tensor& b);
/// Products of all elements of a with all of b.
LAMINA_API Tensor outer(const Tensor& a, const Tensor& b);
/// The sum of products of all elements.
LAMINA_API Tensor vdot(const Tensor& a, const Tensor& b);

LAMINA_API Tensor ravel(const Tensor& x);
/// Moves axes to other places; the others keep their order.
LAMINA_API Tensor moveaxis(const Tensor& x, const std::vector<int>& source,
                           const std::vector<int>& destination);
LAMINA_API Tensor fliplr(const Tensor& x);
LAMINA_API Tensor flipud(const Tensor& x);
/// Stacks along the second, the first and the third axis; missing axes are added as NumPy does.
LAMINA_API Tensor hstack(const TensorList& tensors);
LAMINA_API Tensor vstack(const TensorList& tensors);
LAMINA_API Tensor dstack(const TensorList& tensors);
/// Shifts elements along axes; those that leave at one end enter at the other. Without axes, shifts
/// all elements in row-major order.
LAMINA_API Tensor roll(const Tensor& x, const std::vector<std::int64_t>& shifts,
                       const std::vector<int>& axes = {});
/// The slices along an axis, each without it.
LAMINA_API TensorList unstack(const Tensor& x, int axis = 0);
/// Differences of neighbouring elements, taken n times.
LAMINA_API Tensor diff(const Tensor& x, std::int64_t n = 1, int axis = -1);
/// 0 above (below) the k-th diagonal of the last two axes.
LAMINA_API Tensor tril(const Tensor& x, std::int64_t k = 0);
LAMINA_API Tensor triu(const Tensor& x, std::int64_t k = 0);
/// The elements x[..., i, i + offset], with these two axes last, as one axis; and their sum.
LAMINA_API Tensor diagonal(const Tensor& x, std::int64_t offset = 0, int axis1 = 0, int axis2 = 1);
LAMINA_API Tensor trace(const Tensor& x, std::int64_t offset = 0, int axis1 = 0, int axis2 = 1);

}  // namespace lamina::ops
