// Windows over the spatial axes of sequences, images and volumes: (batch, spatial..., channels).
#pragma once

#include <string>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// The largest value of each window. `pool_size` has one extent for each spatial axis; `strides`
/// are as large when empty. "valid" windows lie inside; with "same" there is one for each stride
/// begun, and what of them lies outside does not count. The gradient goes to the first of equals,
/// row by row, and to a NaN before all.
LAMINA_API Tensor max_pool(const Tensor& x, const std::vector<std::int64_t>& pool_size,
                           const std::vector<std::int64_t>& strides = {},
                           const std::string& padding = "valid");
/// The smallest value, likewise.
LAMINA_API Tensor min_pool(const Tensor& x, const std::vector<std::int64_t>& pool_size,
                           const std::vector<std::int64_t>& strides = {},
                           const std::string& padding = "valid");
/// The mean, likewise, over what of each window lies inside.
LAMINA_API Tensor average_pool(const Tensor& x, const std::vector<std::int64_t>& pool_size,
                               const std::vector<std::int64_t>& strides = {},
                               const std::string& padding = "valid");

/// The same over as many windows as are wanted: number i of n over an axis of m covers the inputs
/// from floor(i m / n) to ceil((i + 1) m / n), PyTorch's rule.
LAMINA_API Tensor adaptive_max_pool(const Tensor& x, const std::vector<std::int64_t>& output_size);
LAMINA_API Tensor adaptive_average_pool(const Tensor& x,
                                        const std::vector<std::int64_t>& output_size);

}  // namespace lamina::ops
