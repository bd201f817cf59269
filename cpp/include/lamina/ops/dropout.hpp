#pragma once

#include "lamina/core/random.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// Sets each element to 0 with probability `rate` in [0, 1] and divides the others by 1 - rate
/// (Srivastava et al., 2014). Consumes one draw of the stream.
LAMINA_API Tensor dropout(const Tensor& x, double rate, RandomStream& random);

}  // namespace lamina::ops
