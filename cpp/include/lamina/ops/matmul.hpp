#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// Matrix product of (m, k) and (k, n), giving (m, n); `a` may have more leading axes, which are
/// kept: (..., k) and (k, n) give (..., n).
LAMINA_API Tensor matmul(const Tensor& a, const Tensor& b);

}  // namespace lamina::ops
