// Convolutions in one, two and three dimensions; channels last, kernels as Keras lays them out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/tensor.hpp"
#include "lamina/ops/activation.hpp"

namespace lamina::ops {

/// One number a spatial axis, or one for all of them.
struct ConvSettings {
  std::vector<std::int64_t> strides = {1};
  std::string padding = "valid";  ///< "valid", "same", or "causal" in one dimension
  std::vector<std::int64_t> dilation_rate = {1};
};

/// Cross-correlation: y[o] = sum_k x[o * stride + k * dilation - padding] kernel[k], plus bias,
/// through an activation. inputs (batch, spatial..., channels), kernel (spatial..., channels /
/// groups, filters), bias (filters) or none. As many groups as the kernel leaves channels for.
LAMINA_API Tensor conv(const Tensor& inputs, const Tensor& kernel, const Tensor& bias = {},
                       const ConvSettings& settings = {}, const Activation& activation = "linear");

/// Each channel by kernels of its own: kernel (spatial..., channels, multiplier).
LAMINA_API Tensor depthwise_conv(const Tensor& inputs, const Tensor& kernel,
                                 const Tensor& bias = {}, const ConvSettings& settings = {},
                                 const Activation& activation = "linear");

/// The gradient of a convolution by its inputs, as an operation of its own: kernel (spatial...,
/// filters, channels). `output_padding` sets the output's extent as Keras does.
struct ConvTransposeSettings {
  std::vector<std::int64_t> strides = {1};
  std::string padding = "valid";
  std::optional<std::vector<std::int64_t>> output_padding = {};
  std::vector<std::int64_t> dilation_rate = {1};
};
LAMINA_API Tensor conv_transpose(const Tensor& inputs, const Tensor& kernel,
                                 const Tensor& bias = {},
                                 const ConvTransposeSettings& settings = {},
                                 const Activation& activation = "linear");

/// Shapes these give for inputs of a shape (extents may be Shape::none); `owner` names who asks in
/// messages.
LAMINA_API Shape conv_shape(const std::string& owner, const Shape& inputs,
                            const std::vector<std::int64_t>& kernel_size, std::int64_t filters,
                            const ConvSettings& settings);
LAMINA_API Shape conv_transpose_shape(const std::string& owner, const Shape& inputs,
                                      const std::vector<std::int64_t>& kernel_size,
                                      std::int64_t filters, const ConvTransposeSettings& settings);

}  // namespace lamina::ops
