#pragma once

#include <optional>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// What attention takes beside its tensors. `bias` is added to the scores; where `mask` is false, a
/// key does not count, and a query for which none counts gets zeros. Both broadcast to (batch,
/// heads, queries, keys).
struct AttentionArguments {
  Tensor bias = {};
  Tensor mask = {};
  std::optional<double> scale = {};  ///< of the scores; 1 / sqrt(dim of the keys) unless given
  bool is_causal = false;            ///< whether query i sees the keys 0 to i alone
};

/// softmax(scale * query key^T + bias) value for each head, the softmax over the keys: query
/// (batch, queries, heads, dim), key (batch, keys, key heads, dim), value (batch, keys, key heads,
/// any), output (batch, queries, heads, any). The heads are a multiple of the key heads, and as
/// many neighbours share one. Vaswani et al., 2017, "Attention is all you need".
LAMINA_API Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                                        const AttentionArguments& arguments = {});

/// The same in two steps, with the weights (batch, heads, queries, keys) between them.
LAMINA_API Tensor attention_weights(const Tensor& query, const Tensor& key,
                                    const AttentionArguments& arguments = {});
LAMINA_API Tensor weighted_values(const Tensor& weights, const Tensor& value);

}  // namespace lamina::ops
