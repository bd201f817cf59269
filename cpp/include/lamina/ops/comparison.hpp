// Comparisons, elementwise with NumPy broadcasting; they give booleans and have no gradient.
#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

LAMINA_API Tensor equal(const Tensor& a, const Tensor& b);
LAMINA_API Tensor not_equal(const Tensor& a, const Tensor& b);
LAMINA_API Tensor less(const Tensor& a, const Tensor& b);
LAMINA_API Tensor less_equal(const Tensor& a, const Tensor& b);
LAMINA_API Tensor greater(const Tensor& a, const Tensor& b);
LAMINA_API Tensor greater_equal(const Tensor& a, const Tensor& b);
/// Any dtype counts as true where it is not 0.
LAMINA_API Tensor logical_and(const Tensor& a, const Tensor& b);
LAMINA_API Tensor logical_or(const Tensor& a, const Tensor& b);
LAMINA_API Tensor logical_not(const Tensor& x);
LAMINA_API Tensor isnan(const Tensor& x);
LAMINA_API Tensor isinf(const Tensor& x);
LAMINA_API Tensor isfinite(const Tensor& x);
/// a where `condition`, b elsewhere; the gradient follows.
LAMINA_API Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

}  // namespace lamina::ops
