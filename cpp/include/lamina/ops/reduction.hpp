// Reductions over some axes, or over all when none is named.
#pragma once

#include <optional>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

LAMINA_API Tensor sum(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
LAMINA_API Tensor mean(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
LAMINA_API Tensor prod(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
/// The gradient of max and min is shared equally among the elements that attain them.
LAMINA_API Tensor max(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
LAMINA_API Tensor min(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
/// The mean squared distance from the mean (biased, as NumPy's), and its root.
LAMINA_API Tensor var(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
LAMINA_API Tensor std(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
/// log(sum(e^x)), which overflows nowhere.
LAMINA_API Tensor logsumexp(const Tensor& x, const std::vector<int>& axes = {},
                            bool keepdims = false);
/// (sum |x|^order)^(1 / order); the largest or smallest magnitude for an infinite order, the number
/// of elements that are not 0 for order 0. The gradient of order 2 at 0 is 0.
LAMINA_API Tensor norm(const Tensor& x, double order = 2, const std::vector<int>& axes = {},
                       bool keepdims = false);
LAMINA_API Tensor all(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
LAMINA_API Tensor any(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);

/// Where the largest or smallest element of an axis stands (int32): the first of equals, a NaN
/// before all.
LAMINA_API Tensor argmax(const Tensor& x, int axis = -1, bool keepdims = false);
LAMINA_API Tensor argmin(const Tensor& x, int axis = -1, bool keepdims = false);
/// The cumulative sum along the axis.
LAMINA_API Tensor cumsum(const Tensor& x, int axis = -1);

}  // namespace lamina::ops
