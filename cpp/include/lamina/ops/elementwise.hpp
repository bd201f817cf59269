// Elementwise functions of one tensor. float32 and float64; an integer tensor gives float32, except
// for negative, abs and square, which keep its dtype.
#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

LAMINA_API Tensor negative(const Tensor& x);
LAMINA_API Tensor abs(const Tensor& x);
LAMINA_API Tensor exp(const Tensor& x);
LAMINA_API Tensor log(const Tensor& x);
LAMINA_API Tensor sqrt(const Tensor& x);
LAMINA_API Tensor square(const Tensor& x);
/// max(x, 0); NaN stays NaN. Gradient 0 at 0.
LAMINA_API Tensor relu(const Tensor& x);
LAMINA_API Tensor tanh(const Tensor& x);
/// 1 / (1 + e^-x).
LAMINA_API Tensor sigmoid(const Tensor& x);
/// log(1 + e^x), which overflows nowhere.
LAMINA_API Tensor softplus(const Tensor& x);

}  // namespace lamina::ops
