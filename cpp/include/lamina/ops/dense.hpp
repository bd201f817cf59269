#pragma once

#include "lamina/core/tensor.hpp"
#include "lamina/ops/activation.hpp"

namespace lamina::ops {

/// activation(x kernel + bias): x (..., inputs), kernel (inputs, units), bias (units,) or
/// undefined.
LAMINA_API Tensor dense(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                        const Activation& activation = {});

}  // namespace lamina::ops
