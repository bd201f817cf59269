#pragma once

#include "lamina/layers/multi_head_attention.hpp"

namespace lamina {

struct GroupedQueryAttentionOptions {
  std::int64_t head_dim;
  std::int64_t num_query_heads;
  std::int64_t num_key_value_heads;  ///< num_query_heads is a multiple of it
  double dropout = 0;                ///< share of the weights that training leaves out, in [0, 1)
  bool use_bias = true;
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

/// MultiHeadAttention in which neighbouring heads of the query share one head of key and value.
/// Ainslie et al., 2023, "GQA: training generalized multi-query transformer models from multi-head
/// checkpoints".
class LAMINA_API GroupedQueryAttention : public MultiHeadAttention {
 public:
  explicit GroupedQueryAttention(GroupedQueryAttentionOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 private:
  GroupedQueryAttentionOptions own_;
};

/// Keras's other names for them.
using GroupQueryAttention = GroupedQueryAttention;
using GroupQueryAttentionOptions = GroupedQueryAttentionOptions;

}  // namespace lamina
