#pragma once

#include <string>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// Matrix product of (..., m, k) and (..., k, n), giving (..., m, n), with NumPy's rules: leading
/// axes broadcast, and a vector counts as one row on the left, as one column on the right.
LAMINA_API Tensor matmul(const Tensor& a, const Tensor& b);

/// The sum of products that a subscript such as "bij,bjk->bik" describes; "..." stands for leading
/// axes. A letter that occurs twice in an operand stands for the diagonal of its axes.
LAMINA_API Tensor einsum(const std::string& subscripts, const TensorList& operands);

}  // namespace lamina::ops
