#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lamina/layers/layer.hpp"

namespace lamina {

struct MultiHeadAttentionOptions {
  std::int64_t num_heads;
  std::int64_t key_dim;                        ///< of a head's query and key
  std::optional<std::int64_t> value_dim = {};  ///< of a head's value; key_dim unless given
  double dropout = 0;  ///< share of the weights that training leaves out, in [0, 1)
  bool use_bias = true;
  /// The output's axes after the steps: the query's features unless given.
  std::optional<std::vector<std::int64_t>> output_shape = {};
  /// All but the batch and the features unless given.
  std::optional<std::vector<std::int64_t>> attention_axes = {};
  std::optional<std::int64_t> sliding_window = {};  ///< only keys nearer than this are seen
  std::optional<bool> flash_attention = {};         ///< changes nothing: scores are never kept
  Initializer kernel_initializer = "glorot_uniform";
  Initializer bias_initializer = "zeros";
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Regularizer activity_regularizer = {};  ///< of what each projection gives
  Constraint kernel_constraint = {};
  Constraint bias_constraint = {};
  bool use_gate = false;  ///< heads are multiplied by a sigmoid of a projection of the query
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// Projects query (batch, T, dim), value and key (batch, S, any), lets each head attend by
/// ops::dot_product_attention, and projects what the heads give to (batch, T, dim). Inputs are
/// query, value and perhaps key, else the value. A call takes the tensors `query_mask`,
/// `value_mask`, `key_mask` (batch, steps), unless they travel with the inputs, and
/// `attention_mask` (batch, T, S); and the plain arguments `use_causal_mask` and
/// `return_attention_scores`, which adds the weights (batch, heads, T, S) as a second output.
/// Vaswani et al., 2017, "Attention is all you need"; the gate is Qiu et al., 2025.
class LAMINA_API MultiHeadAttention : public Layer {
 public:
  explicit MultiHeadAttention(MultiHeadAttentionOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool takes_list() const override { return true; }
  bool supports_masking() const override { return true; }
  std::vector<std::string> argument_names() const override;
  Shapes output_shapes(const Shapes& input_shapes) const override;

 protected:
  /// With fewer heads of keys and values, each shared by neighbouring heads.
  MultiHeadAttention(std::string type, MultiHeadAttentionOptions options, std::int64_t key_heads);
  void build(const Shapes& input_shapes) override;
  bool accepts(const Shapes& input_shapes) const override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;

 private:
  /// (..., n) to (..., outer, inner), or the reverse.
  struct Projection {
    Variable kernel, bias;
  };
  Projection add_projection(const std::string& name, const Shape& kernel, int bias_axes);
  Tensor project(const Tensor& inputs, const Projection& projection, int bound_axes);
  std::vector<int> axes_for(const Shape& query) const;
  Tensor mask_for(const Tensors& inputs, const CallContext& context,
                  const std::vector<int>& axes) const;

  MultiHeadAttentionOptions options_;
  std::int64_t key_heads_, value_dim_;
  Projection query_, key_, gate_, value_, output_;
  RandomStream random_;
};

}  // namespace lamina
