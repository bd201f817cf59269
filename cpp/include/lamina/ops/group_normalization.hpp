#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// The channels (last axis) of each sample in `groups` of neighbours, each less its mean, over the
/// root of its variance plus epsilon; then times gamma and plus beta, each (channels,) or
/// undefined. Wu and He, 2018.
LAMINA_API Tensor group_normalization(const Tensor& x, std::int64_t groups, const Tensor& gamma,
                                      const Tensor& beta, double epsilon);

}  // namespace lamina::ops
