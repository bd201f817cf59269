#include "lamina/ops/attention.hpp"

#include <cmath>
#include <limits>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/softmax.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

constexpr const char* name = "dot_product_attention";

// The scores' shape (batch, heads, queries, keys).
Shape scores_shape(const Tensor& query, const Tensor& key) {
  return {query.shape()[0], query.shape()[2], query.shape()[1], key.shape()[1]};
}

void check(const Tensor& query, const Tensor& key) {
  const Shape &q = query.shape(), &k = key.shape();
  const bool fit = q.rank() == 4 && k.rank() == 4 && q[0] == k[0] && q[3] == k[3] && q[3] > 0 &&
                   k[1] > 0 && k[2] > 0 && q[2] % k[2] == 0;
  if (!fit) {
    fail(ErrorKind::value, name, " got a query ", q, " and a key ", k,
         ", expected (batch, queries, heads, dim) and (batch, keys, key heads, dim), of at least "
         "one key, and heads a multiple of the key heads");
  }
}

void check_value(const Tensor& key, const Tensor& value) {
  const Shape &k = key.shape(), &v = value.shape();
  if (v.rank() != 4 || v[0] != k[0] || v[1] != k[1] || v[2] != k[2] || v[3] == 0) {
    fail(ErrorKind::value, name, " got a key ", k, " and a value ", v,
         ", expected a value (batch, keys, key heads, any)");
  }
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  for (int axis = 1; axis <= from.rank(); ++axis) {
    if (from[-axis] != 1 && from[-axis] != to[-axis]) return false;
  }
  return true;
}

// A bias or a mask as it is used.
Tensor checked(const char* argument, const Tensor& given, Dtype dtype, const Shape& scores) {
  if (!given.defined()) return {};
  if (!broadcasts_to(given.shape(), scores)) {
    fail(ErrorKind::value, name, " got a ", argument, " of shape ", given.shape(),
         ", expected one that broadcasts to the scores (batch, heads, queries, keys), here ",
         scores);
  }
  return given.cast(dtype);
}

// Where its elements lie for places in the scores; 0 repeats.
void set_strides(const Tensor& t, std::int64_t (&strides)[4]) {
  std::int64_t step = 1;
  for (int axis = 1; axis <= 4; ++axis) {
    const std::int64_t extent = axis <= t.rank() ? t.shape()[-axis] : 1;
    strides[4 - axis] = extent == 1 ? 0 : step;
    step *= extent;
  }
}

double scale_for(const Tensor& query, const AttentionArguments& arguments) {
  const auto dim = static_cast<double>(query.shape()[3]);
  return arguments.scale.value_or(1 / std::sqrt(dim));
}

// Where a key does not count; beside one that does, its weight rounds to 0.
constexpr double masked_score = -0.7 * std::numeric_limits<float>::max();

AttentionParams params_of(const TensorList& saved, double scale, bool causal) {
  const Tensor &query = saved[0], &key = saved[1], &value = saved[2], &bias = saved[3],
               &mask = saved[4];
  AttentionParams p{};
  p.dtype = query.dtype();
  p.batch = query.shape()[0];
  p.queries = query.shape()[1];
  p.heads = query.shape()[2];
  p.key_dim = query.shape()[3];
  p.keys = key.shape()[1];
  p.key_heads = key.shape()[2];
  p.value_dim = value.shape()[3];
  p.scale = scale;
  p.causal = causal;
  p.query = query.data();
  p.key = key.data();
  p.value = value.data();
  p.bias = data_or_null(bias);
  if (bias.defined()) set_strides(bias, p.bias_strides);
  p.mask = data_or_null(mask);
  if (mask.defined()) set_strides(mask, p.mask_strides);
  return p;
}

// (batch, key heads, rows, dim) from (batch, steps, heads, dim): heads that share a key are its
// rows.
Tensor by_key_head(const Tensor& x, std::int64_t key_heads) {
  const Tensor heads_first = transpose(x, {0, 2, 1, 3});
  return heads_first.reshape({x.shape()[0], key_heads, -1, x.shape()[3]});
}

}  // namespace

Tensor attention_weights(const Tensor& query, const Tensor& key,
                         const AttentionArguments& arguments) {
  check(query, key);
  const Dtype dtype = promote(query.dtype(), key.dtype());
  const Tensor q = floating(query.cast(dtype)), k = floating(key.cast(dtype));
  const Shape shape = scores_shape(q, k);
  const Tensor bias = checked("bias", arguments.bias, q.dtype(), shape);
  Tensor seen = checked("mask", arguments.mask, Dtype::boolean, shape);
  const Tensor products =
      matmul(by_key_head(q * scale_for(q, arguments), k.shape()[2]), transpose(k, {0, 2, 3, 1}));
  Tensor scores = products.reshape(shape);
  if (bias.defined()) scores = scores + bias;
  if (arguments.is_causal) {
    const Tensor ones = Tensor::full({shape[2], shape[3]}, 1, q.dtype(), q.device());
    const Tensor before = tril(ones).cast(Dtype::boolean);
    seen = seen.defined() ? logical_and(seen, before) : before;
  }
  if (!seen.defined()) return softmax(scores);
  const auto number = [&](double value) {
    return Tensor::scalar(value, scores.dtype(), scores.device());
  };
  return where(seen, softmax(where(seen, scores, number(masked_score))), number(0));
}

Tensor weighted_values(const Tensor& weights, const Tensor& value) {
  const Shape &w = weights.shape(), &v = value.shape();
  if (w.rank() != 4 || v.rank() != 4 || w[0] != v[0] || w[3] != v[1] || v[2] == 0 ||
      w[1] % v[2] != 0) {
    fail(ErrorKind::value, "weighted_values got weights ", w, " and a value ", v,
         ", expected (batch, heads, queries, keys) and (batch, keys, key heads, any)");
  }
  const Tensor means =
      matmul(weights.reshape({w[0], v[2], -1, w[3]}), transpose(value, {0, 2, 1, 3}));
  return transpose(means.reshape({w[0], w[1], w[2], v[3]}), {0, 2, 1, 3});
}

Tensor dot_product_attention(const Tensor& query, const Tensor& key, const Tensor& value,
                             const AttentionArguments& arguments) {
  check(query, key);
  check_value(key, value);
  const Dtype dtype = promote(promote(query.dtype(), key.dtype()), value.dtype());
  const Tensor q = floating(query.cast(dtype)), k = floating(key.cast(dtype)),
               v = floating(value.cast(dtype));
  const Shape scores = scores_shape(q, k);
  const Tensor bias = checked("bias", arguments.bias, q.dtype(), scores);
  if (bias.defined() && needs_grad({bias})) {
    return weighted_values(attention_weights(q, k, arguments), v);
  }
  const Tensor mask = checked("mask", arguments.mask, Dtype::boolean, scores);
  const double scale = scale_for(q, arguments);
  const bool causal = arguments.is_causal;
  Tensor output = Tensor::empty(q.shape().with(3, v.shape()[3]), q.dtype(), q.device());
  const Shape rows{scores[0], scores[1], scores[2]};
  Tensor maxima = Tensor::empty(rows, q.dtype(), q.device());
  Tensor factors = Tensor::empty(rows, q.dtype(), q.device());
  Backend& computing = shared_backend(name, {&q, &k, &v, &bias, &mask});
  AttentionParams p = params_of({q, k, v, bias, mask}, scale, causal);
  p.output = output.mutable_data();
  p.maxima = maxima.mutable_data();
  p.factors = factors.mutable_data();
  computing.attention(p);
  if (!needs_grad({q, k, v})) return output;
  return record(name, {q, k, v}, output, {q, k, v, bias, mask, maxima, factors},
                [scale, causal](const Tensor& dy, const TensorList& s, Needs) {
                  TensorList grads{Tensor::empty_like(s[0]), Tensor::empty_like(s[1]),
                                   Tensor::empty_like(s[2])};
                  AttentionBackwardParams b{};
                  b.forward = params_of(s, scale, causal);
                  b.forward.maxima = const_cast<void*>(s[5].data());
                  b.forward.factors = const_cast<void*>(s[6].data());
                  b.doutput = dy.data();
                  b.dquery = grads[0].mutable_data();
                  b.dkey = grads[1].mutable_data();
                  b.dvalue = grads[2].mutable_data();
                  backend(dy).attention_backward(b);
                  return grads;
                });
}

}  // namespace lamina::ops
