#pragma once

#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// e^x / sum(e^x) over an axis, shifted by its maximum so that nothing overflows.
LAMINA_API Tensor softmax(const Tensor& x, int axis = -1);
/// The same over the elements of several axes together.
LAMINA_API Tensor softmax(const Tensor& x, const std::vector<int>& axes);
/// log(softmax(x)), without forming the quotient.
LAMINA_API Tensor log_softmax(const Tensor& x, int axis = -1);
LAMINA_API Tensor log_softmax(const Tensor& x, const std::vector<int>& axes);

}  // namespace lamina::ops
