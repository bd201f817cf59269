#pragma once

#include "lamina/layers/fusing_layer.hpp"

namespace lamina {

struct DenseOptions {
  std::int64_t units;
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

/// activation(inputs kernel + bias) on the last axis: (..., n) to (..., units).
class LAMINA_API Dense : public FusingLayer {
 public:
  explicit Dense(DenseOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }
  bool fuses(const Activation& activation) const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) final;
  Tensor call_fused(const Tensor& inputs, bool training, const Epilogue& epilogue) override;
  bool accepts(const Shape& input_shape) const override;
  bool take_option(std::string_view key, const Layer& from) override;

 private:
  DenseOptions options_;
  Variable kernel_, bias_;
};

}  // namespace lamina
