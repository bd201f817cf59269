#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct MaskingOptions {
  double mask_value = 0;
  std::string name = {};
};

/// Masks the steps of sequences (batch, steps, features) whose features all equal `mask_value`, and
/// sets them to 0.
class LAMINA_API Masking : public UnaryLayer {
 public:
  explicit Masking(MaskingOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }
  Tensors compute_mask(const Tensors& inputs) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  Tensor seen(const Tensor& inputs) const;

  MaskingOptions options_;
};

}  // namespace lamina
