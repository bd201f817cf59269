#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"
#include "lamina/layers/window.hpp"
#include "lamina/ops/conv.hpp"

namespace lamina {

struct SeparableConvOptions {
  std::int64_t filters;
  Window kernel_size;
  Window strides = 1;
  std::string padding = "valid";  ///< "valid" or "same"
  DataFormat data_format = {};
  Window dilation_rate = 1;
  std::int64_t depth_multiplier = 1;
  Activation activation = "linear";
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer pointwise_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer pointwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint pointwise_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
};

/// A depthwise convolution, then one of 1 x 1 that mixes the channels. Chollet, 2017.
template <int rank>
class LAMINA_API SeparableConv : public UnaryLayer {
 public:
  explicit SeparableConv(SeparableConvOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Shape output_shape(const Shape& input_shape) const override;
  Config config() const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  SeparableConvOptions options_;
  ops::ConvSettings settings_;
  Variable depthwise_kernel_, pointwise_kernel_, bias_;
};

extern template class SeparableConv<1>;
extern template class SeparableConv<2>;

using SeparableConv1D = SeparableConv<1>;
using SeparableConv2D = SeparableConv<2>;

}  // namespace lamina
