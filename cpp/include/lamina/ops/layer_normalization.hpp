#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// Each sample less its mean over the last axes, over the root of its variance plus epsilon, times
/// gamma, plus beta. gamma and beta have the shape of those axes, or are undefined; `axes` says how
/// many there are. Ba et al., 2016.
LAMINA_API Tensor layer_normalization(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                      double epsilon, int axes = 1);
/// The same by the root mean square alone. Zhang and Sennrich, 2019.
LAMINA_API Tensor rms_normalization(const Tensor& x, const Tensor& gamma, double epsilon,
                                    int axes = 1);

}  // namespace lamina::ops
