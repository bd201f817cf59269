// Reductions over some axes, or over all when none is named.
#pragma once

#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

LAMINA_API Tensor sum(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
LAMINA_API Tensor mean(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
/// The gradient of max and min is shared equally among the elements that attain them.
LAMINA_API Tensor max(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);
LAMINA_API Tensor min(const Tensor& x, const std::vector<int>& axes = {}, bool keepdims = false);

}  // namespace lamina::ops
