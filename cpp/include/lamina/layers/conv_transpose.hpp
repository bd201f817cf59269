#pragma once

#include <optional>
#include <vector>

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"
#include "lamina/layers/window.hpp"
#include "lamina/ops/conv.hpp"

namespace lamina {

struct ConvTransposeOptions {
  std::int64_t filters;
  Window kernel_size;
  Window strides = 1;
  std::string padding = "valid";                                 ///< "valid" or "same"
  std::optional<std::vector<std::int64_t>> output_padding = {};  ///< below the strides
  DataFormat data_format = {};
  Window dilation_rate = 1;
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

/// Transposed convolution, which enlarges: each input adds its multiple of the kernel to the
/// outputs. Zeiler et al., 2010.
template <int rank>
class LAMINA_API ConvTranspose : public UnaryLayer {
 public:
  explicit ConvTranspose(ConvTransposeOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Shape output_shape(const Shape& input_shape) const override;
  Config config() const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  ConvTransposeOptions options_;
  ops::ConvTransposeSettings settings_;
  Variable kernel_, bias_;
};

extern template class ConvTranspose<1>;
extern template class ConvTranspose<2>;
extern template class ConvTranspose<3>;

using Conv1DTranspose = ConvTranspose<1>;
using Conv2DTranspose = ConvTranspose<2>;
using Conv3DTranspose = ConvTranspose<3>;

}  // namespace lamina
