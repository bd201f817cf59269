#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/fusing_layer.hpp"
#include "lamina/layers/window.hpp"
#include "lamina/ops/conv.hpp"

namespace lamina {

struct ConvOptions {
  std::int64_t filters;
  Window kernel_size;
  Window strides = 1;
  std::string padding = "valid";  ///< "valid", "same", or "causal" in one dimension
  DataFormat data_format = {};
  Window dilation_rate = 1;
  std::int64_t groups = 1;
  Activation activation = "linear";
  bool use_bias = true;
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  std::string name = {};
};

/// Convolution: activation(inputs * kernel + bias) over one, two or three spatial axes. LeCun et
/// al., 1989.
template <int rank>
class LAMINA_API Conv : public FusingLayer {
 public:
  explicit Conv(ConvOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Shape output_shape(const Shape& input_shape) const override;
  Config config() const override;
  bool fuses(const Activation& activation) const override;
  bool fuses_scale(const Shape& input_shape) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) final;
  Tensor call_fused(const Tensor& inputs, bool training, const Epilogue& epilogue) override;
  bool accepts(const Shape& input_shape) const override;
  bool take_option(std::string_view key, const Layer& from) override;

 private:
  /// Whether nothing is applied to its sums before the layer that follows.
  bool is_linear() const;

  ConvOptions options_;
  ops::ConvSettings settings_;
  Variable kernel_, bias_;
};

extern template class Conv<1>;
extern template class Conv<2>;
extern template class Conv<3>;

using Conv1D = Conv<1>;
using Conv2D = Conv<2>;
using Conv3D = Conv<3>;

}  // namespace lamina
