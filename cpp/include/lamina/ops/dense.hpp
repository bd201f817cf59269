#pragma once

#include "lamina/activations/activation.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// activation(x kernel + bias): x (..., inputs), kernel (inputs, units), bias (units,) or
/// undefined.
LAMINA_API Tensor dense(const Tensor& x, const Tensor& kernel, const Tensor& bias,
                        const Activation& activation = {});

}  // namespace lamina::ops
