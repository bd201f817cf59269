// What the seam says of attention.
#pragma once

#include <cstdint>

#include "lamina/core/dtype.hpp"

namespace lamina {

/// output = softmax(scale * query key^T + bias) value, the softmax over the keys, for each head:
/// query (batch, queries, heads, key_dim), key (batch, keys, key_heads, key_dim), value (batch,
/// keys, key_heads, value_dim), output (batch, queries, heads, value_dim). heads / key_heads
/// neighbouring heads share one of key and value. Where `mask` is false, and where `causal` and the
/// key's position is above the query's, a weight is 0; where that is so for all keys, the output
/// is. keys >= 1. float32, float64.
struct AttentionParams {
  Dtype dtype;
  std::int64_t batch, heads, key_heads, queries, keys, key_dim, value_dim;
  double scale;
  bool causal;
  const void* query;
  const void* key;
  const void* value;
  // Seen as (batch, heads, queries, keys) by strides in elements, of which the last is 0 or 1.
  const void* bias;  // or null
  std::int64_t bias_strides[4];
  const void* mask;  // booleans, or null
  std::int64_t mask_strides[4];
  void* output;
  void* maxima;   // (batch, heads, queries): of the scores, for the gradients,
  void* factors;  // and 1 / sum(exp(score - maximum)), or 0 where no key counts
};

/// Gradients of query, key and value from the output's; `forward.output` is not read.
struct AttentionBackwardParams {
  AttentionParams forward;
  const void* doutput;
  void* dquery;
  void* dkey;
  void* dvalue;
};

}  // namespace lamina
