#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct EmbeddingOptions {
  std::int64_t input_dim;
  std::int64_t output_dim;
  Initializer embeddings_initializer = "uniform";
  Regularizer embeddings_regularizer = {};
  Constraint embeddings_constraint = {};
  bool mask_zero = false;  ///< 0 stands for padding: outputs carry a mask that leaves it out
  std::string name = {};
};

/// A learnt row for each whole number in [0, input_dim): (batch, ...) to (batch, ..., output_dim).
class LAMINA_API Embedding : public UnaryLayer {
 public:
  explicit Embedding(EmbeddingOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  bool supports_masking() const override { return options_.mask_zero; }
  /// Where inputs are not 0, with mask_zero.
  Tensors compute_mask(const Tensors& inputs) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  /// int64, whatever is given: fractions are truncated.
  Dtype input_dtype(Dtype given) const override;

 private:
  EmbeddingOptions options_;
  Variable embeddings_;
};

}  // namespace lamina
