// What the seam says of convolutions.
#pragma once

#include <cstdint>

#include "backend/operations/activation.hpp"
#include "lamina/core/dtype.hpp"

namespace lamina {

/// A convolution over three spatial axes, channels last; fewer axes stand last, the others are 1.
/// x (batch, input..., channels), kernel (kernel..., channels / groups, filters),
/// y (batch, output..., filters):
///   y[n, o, f] = sum over taps k and channels c of f's group of
///                x[n, o * stride + k * dilation - padding, c] kernel[k, c, f],
/// where x is 0 outside. `output` is the caller's: what lies before and after it is padding.
struct ConvShape {
  static constexpr int axes = 3;
  std::int64_t batch, channels, filters, groups;
  std::int64_t input[axes], kernel[axes], output[axes];
  std::int64_t stride[axes], dilation[axes], padding[axes];  // padding before the first element
};

/// y = activation(convolution of x + bias). float32, float64.
struct ConvParams {
  Dtype dtype;
  ConvShape shape;
  const void* x;
  const void* kernel;
  void* y;
  const void* bias = nullptr;  // one a filter
  FusedActivation activation = FusedActivation::none;
};

/// x's gradient from y's, which is what a transposed convolution computes: then with a bias, one a
/// channel, and an activation.
struct ConvBackwardDataParams {
  Dtype dtype;
  ConvShape shape;
  const void* dy;
  const void* kernel;
  void* dx;
  const void* bias = nullptr;
  FusedActivation activation = FusedActivation::none;
};

/// The kernel's gradient.
struct ConvBackwardFilterParams {
  Dtype dtype;
  ConvShape shape;
  const void* x;
  const void* dy;
  void* dkernel;
};

}  // namespace lamina
