#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// e^x / sum(e^x) over an axis, shifted by its maximum so that nothing overflows.
LAMINA_API Tensor softmax(const Tensor& x, int axis = -1);
/// log(softmax(x)), without forming the quotient.
LAMINA_API Tensor log_softmax(const Tensor& x, int axis = -1);

}  // namespace lamina::ops
