#pragma once

#include <cstdint>
#include <optional>

#include "lamina/layers/layer.hpp"

namespace lamina {

struct AttentionOptions {
  bool use_scale = false;          ///< a trainable factor of the scores
  std::string score_mode = "dot";  ///< "dot" or "concat"
  double dropout = 0;              ///< share of the weights that training leaves out, in [0, 1]
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// For each query (batch, Tq, dim) the mean of the values (batch, Tv, dim), weighted by the softmax
/// of the scores of query and key. Inputs are query, value and perhaps key, else the value. Plain
/// arguments of a call are `return_attention_scores`, which adds the weights (batch, Tq, Tv) as a
/// second output, and `use_causal_mask`, by which position i sees none behind it.
/// Luong et al., 2015, "Effective approaches to attention-based neural machine translation"; the
/// mode "concat" is Bahdanau et al., 2015.
class LAMINA_API Attention : public Layer {
 public:
  explicit Attention(AttentionOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool takes_list() const override { return true; }
  bool supports_masking() const override { return true; }
  std::vector<std::string> argument_names() const override;
  Shapes output_shapes(const Shapes& input_shapes) const override;

 protected:
  Attention(std::string type, AttentionOptions options);
  void build(const Shapes& input_shapes) override;
  bool accepts(const Shapes& input_shapes) const override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  /// Makes the weights of the scores for queries and keys of that many features.
  virtual void build_scores(std::int64_t dim);
  /// (batch, Tq, Tv)
  virtual Tensor scores(const Tensor& query, const Tensor& key) const;

  AttentionOptions options_;
  Variable scale_;

 private:
  Variable concat_score_weight_;
  RandomStream random_;
};

}  // namespace lamina
