// Elementwise functions of one tensor. float32 and float64; an integer tensor gives float32, except
// for those that stay whole: negative, abs, sign, square, clip, round.
#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

LAMINA_API Tensor negative(const Tensor& x);
LAMINA_API Tensor abs(const Tensor& x);
/// -1, 0 or 1.
LAMINA_API Tensor sign(const Tensor& x);
LAMINA_API Tensor square(const Tensor& x);
LAMINA_API Tensor floor(const Tensor& x);
LAMINA_API Tensor ceil(const Tensor& x);
/// To the nearest whole number, halves to the even one.
LAMINA_API Tensor round(const Tensor& x);
/// min(max(x, low), high); the gradient passes within the bounds.
LAMINA_API Tensor clip(const Tensor& x, const Scalar& low, const Scalar& high);
LAMINA_API Tensor sqrt(const Tensor& x);
/// 1 / sqrt(x).
LAMINA_API Tensor rsqrt(const Tensor& x);
LAMINA_API Tensor reciprocal(const Tensor& x);
LAMINA_API Tensor exp(const Tensor& x);
/// e^x - 1, accurate for small x.
LAMINA_API Tensor expm1(const Tensor& x);
LAMINA_API Tensor log(const Tensor& x);
/// log(1 + x), accurate for small x.
LAMINA_API Tensor log1p(const Tensor& x);
LAMINA_API Tensor log2(const Tensor& x);
LAMINA_API Tensor log10(const Tensor& x);
LAMINA_API Tensor sinh(const Tensor& x);
/// Of radians, accurate however large.
LAMINA_API Tensor sin(const Tensor& x);
LAMINA_API Tensor cos(const Tensor& x);
/// In (-pi/2, pi/2).
LAMINA_API Tensor arctan(const Tensor& x);
/// The error function.
LAMINA_API Tensor erf(const Tensor& x);

}  // namespace lamina::ops
