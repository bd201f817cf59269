#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"
#include "lamina/layers/window.hpp"
#include "lamina/ops/conv.hpp"

namespace lamina {

struct DepthwiseConvOptions {
  Window kernel_size;
  Window strides = 1;
  std::string padding = "valid";  ///< "valid" or "same"
  std::int64_t depth_multiplier = 1;
  DataFormat data_format = {};
  Window dilation_rate = 1;
  Activation activation = "linear";
  bool use_bias = true;
  Initializer depthwise_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer depthwise_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint depthwise_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
};

/// Each channel by `depth_multiplier` kernels of its own; channels do not mix.
template <int rank>
class LAMINA_API DepthwiseConv : public UnaryLayer {
 public:
  explicit DepthwiseConv(DepthwiseConvOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Shape output_shape(const Shape& input_shape) const override;
  Config config() const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  DepthwiseConvOptions options_;
  ops::ConvSettings settings_;
  Variable kernel_, bias_;
};

extern template class DepthwiseConv<1>;
extern template class DepthwiseConv<2>;

using DepthwiseConv1D = DepthwiseConv<1>;
using DepthwiseConv2D = DepthwiseConv<2>;

}  // namespace lamina
