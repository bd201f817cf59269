// THE SEAM between what lamina computes and who computes it. A backend works on raw pointers and
// plain parameter structs; it knows nothing of tensors, gradients or layers. Shapes are checked
// above it. Every structure carries a dtype; dense memory is row-major and contiguous unless a
// stride says otherwise. A backend is a device: every pointer is to its memory, unless the field's
// name begins with `host_`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "backend/activation.hpp"
#include "backend/rnn.hpp"
#include "lamina/core/device.hpp"
#include "lamina/core/dtype.hpp"

namespace lamina {

enum class UnaryOp : std::uint8_t {
#define UNARY(name, saves, cost) name,
#include "backend/unary.def"
#undef UNARY
};
inline constexpr int unary_op_count = 0
#define UNARY(name, saves, cost) +1
#include "backend/unary.def"
#undef UNARY
    ;

enum class BinaryOp : std::uint8_t {
#define BINARY(name) name,
#include "backend/binary.def"
#undef BINARY
};
inline constexpr int binary_op_count = 0
#define BINARY(name) +1
#include "backend/binary.def"
#undef BINARY
    ;

/// What an operation's gradient is computed from.
enum class Saves : std::uint8_t { nothing, input, output };
Saves saved_by(UnaryOp op) noexcept;

/// Whether reading and writing memory takes longer than computing.
enum class Cost : std::uint8_t { memory, compute };
Cost cost_of(UnaryOp op) noexcept;

/// The numbers a function depends on beside its argument: a slope, a threshold.
struct UnaryNumbers {
  double a = 0, b = 0, c = 0;
};

enum class ReduceOp : std::uint8_t { sum, max, min, product };

/// a greater than b is b less than a.
enum class CompareOp : std::uint8_t { equal, not_equal, less, less_equal };

/// y[i] = op(x[i]). float32, float64; those that stay whole also int32, int64.
struct UnaryParams {
  Dtype dtype;
  UnaryOp op;
  std::int64_t n;
  const void* x;
  void* y;  // may be x
  UnaryNumbers numbers = {};
};

/// dx[i] = dy[i] * op'(saved[i]), where saved is the input or the output, as saved_by(op) says.
struct UnaryBackwardParams {
  Dtype dtype;
  UnaryOp op;
  std::int64_t n;
  const void* dy;
  const void* saved;
  void* dx;  // may be dy
  UnaryNumbers numbers = {};
};

/// out = op(a, b) over `rank` axes; a stride of 0 (in elements) repeats an operand along its axis.
/// `out` is contiguous. float32, float64, int32, int64 (divide: floats only; power of integers: no
/// exponent below 0).
template <class Op>
struct BroadcastParams {
  Dtype dtype;
  Op op;
  int rank;
  std::int64_t extents[8];
  std::int64_t strides_a[8];
  std::int64_t strides_b[8];
  const void* a;
  const void* b;
  void* out;  // may be a or b when that operand is not repeated and of its dtype
};
using BinaryParams = BroadcastParams<BinaryOp>;
/// The same, giving booleans.
using CompareParams = BroadcastParams<CompareOp>;

/// out[i] = condition[i] ? a[i] : b[i] for elements of 1, 4 or 8 bytes; a or b may be one element.
struct SelectParams {
  std::size_t element_size;
  std::int64_t n;
  const void* condition;  // booleans
  const void* a;
  bool a_repeated;
  const void* b;
  bool b_repeated;
  void* out;
};

/// target[...] = source[...] over `rank` axes, for elements of 1, 4 or 8 bytes. Strides are in
/// elements; the source's may be 0 or negative, the target's elements are distinct.
struct CopyParams {
  static constexpr int max_rank = 16;
  std::size_t element_size;
  int rank;
  std::int64_t extents[max_rank];
  std::int64_t source_strides[max_rank];
  std::int64_t target_strides[max_rank];
  const void* source;
  void* target;
};

/// y = x seen as (outer, reduced, inner), summed (or another op) over the middle axis, giving
/// (outer, inner), times `scale` for sums of floats. reduced >= 1, except for sums, which give 0,
/// and products, which give 1.
struct ReduceParams {
  Dtype dtype;
  ReduceOp op;
  std::int64_t outer, reduced, inner;
  const void* x;
  void* y;
  double scale = 1.0;
};

/// y (outer, inner) = where x (outer, reduced, inner) is largest (or smallest) along its middle
/// axis: the first of equals, and a NaN before all. reduced >= 1.
struct ArgReduceParams {
  Dtype dtype;
  bool is_max;
  std::int64_t outer, reduced, inner;
  const void* x;
  std::int32_t* y;
};

/// Cumulative sums along the middle axis of (outer, length, inner), from its end when `reverse`.
struct CumulativeSumParams {
  Dtype dtype;
  std::int64_t outer, length, inner;
  bool reverse;
  const void* x;
  void* y;
};

/// The first `keep` of each row's values in ascending or descending order, NaN as the largest,
/// equals in their order, and where they stood. `values` or `indices` may be null.
struct SortParams {
  Dtype dtype;
  std::int64_t rows, cols, keep;
  bool descending;
  const void* x;
  void* values;
  std::int32_t* indices;
};

/// A fused activation as a function of its own.
constexpr UnaryOp unary_of(FusedActivation activation) noexcept {
  switch (activation) {
    case FusedActivation::relu: return UnaryOp::relu;
    case FusedActivation::tanh: return UnaryOp::tanh;
    case FusedActivation::sigmoid: return UnaryOp::sigmoid;
    case FusedActivation::none: break;
  }
  return UnaryOp::identity;
}

/// c (m, n; row stride ldc) = activation(op(a) op(b) + bias), or c += op(a) op(b) when accumulating
/// (then without bias and activation). op transposes where asked: a is stored (m, k), or (k, m)
/// when transposed; b is stored (k, n), or (n, k). k may be 0. float32, float64. The same for
/// `batch` products, whose operands begin `stride` elements after those of the one before; a stride
/// of 0 takes an operand for all of them.
struct GemmParams {
  Dtype dtype;
  std::int64_t m, n, k;
  const void* a;
  std::int64_t lda;
  bool transpose_a;
  const void* b;
  std::int64_t ldb;
  bool transpose_b;
  void* c;
  std::int64_t ldc;
  bool accumulate = false;
  const void* bias = nullptr;  // n values, added to every row
  FusedActivation activation = FusedActivation::none;
  std::int64_t batch = 1, stride_a = 0, stride_b = 0, stride_c = 0;
  const void* packed_b = nullptr;  // what pack_b made of b, which is not read then (stride_b: 0)
};

/// Lays b out as `gemm` reads it, for products of any m with the same n, k, b and transpositions:
/// what stays the same from call to call is packed once. `packed` has room for
/// Backend::packed_bytes(gemm).
struct PackBParams {
  GemmParams gemm;
  void* packed;
};

/// A convolution over three spatial axes, channels last; fewer axes stand last, the others are 1.
/// x (batch, input..., channels), kernel (kernel..., channels / groups, filters),
/// y (batch, output..., filters):
///   y[n, o, f] = sum over taps k and channels c of f's group of
///                x[n, o * stride + k * dilation - padding, c] kernel[k, c, f],
/// where x is 0 outside. `output` is the caller's: what lies before and after it is padding.
struct ConvShape {
  static constexpr int axes = 3;
  std::int64_t batch, channels, filters, groups;
  std::int64_t input[axes], kernel[axes], output[axes];
  std::int64_t stride[axes], dilation[axes], padding[axes];  // padding before the first element
};

/// y = activation(convolution of x + bias). float32, float64.
struct ConvParams {
  Dtype dtype;
  ConvShape shape;
  const void* x;
  const void* kernel;
  void* y;
  const void* bias = nullptr;  // one a filter
  FusedActivation activation = FusedActivation::none;
};

/// x's gradient from y's, which is what a transposed convolution computes: then with a bias, one a
/// channel, and an activation.
struct ConvBackwardDataParams {
  Dtype dtype;
  ConvShape shape;
  const void* dy;
  const void* kernel;
  void* dx;
  const void* bias = nullptr;
  FusedActivation activation = FusedActivation::none;
};

/// The kernel's gradient.
struct ConvBackwardFilterParams {
  Dtype dtype;
  ConvShape shape;
  const void* x;
  const void* dy;
  void* dkernel;
};

/// Softmax or log-softmax of each of `rows` rows of `cols` values, cols >= 1.
struct SoftmaxParams {
  Dtype dtype;
  bool log;
  std::int64_t rows, cols;
  const void* x;
  void* y;
};

/// Their gradient, from the output y: dx = y (dy - sum(dy y)), or dy - exp(y) sum(dy) for the log.
struct SoftmaxBackwardParams {
  Dtype dtype;
  bool log;
  std::int64_t rows, cols;
  const void* dy;
  const void* y;
  void* dx;
};

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

/// The first index or label that a call found out of range. It is written only where none is
/// recorded yet, so that it survives until somebody looks.
struct IndexFault {
  std::int64_t is_recorded;  // 0 or 1
  std::int64_t value, row, limit;
};

enum class LossKind : std::uint8_t {
  mean_squared_error,               // mean over the columns of (p - t)^2
  binary_crossentropy,              // mean over the columns, p probabilities or logits
  categorical_crossentropy,         // -sum t log p, t a distribution over the columns
  sparse_categorical_crossentropy,  // the same with int64 labels, one a row
  mean_absolute_error,              // mean over the columns of |p - t|
  huber,                            // of e^2 / 2 where |e| <= delta, else delta |e| - delta^2 / 2
  smooth_l1,                        // the same over delta
  log_cosh,                         // mean over the columns of log(cosh(p - t))
};

/// losses[i] = row i's loss. With `grad`, also grad = d(scale * sum_i weights[i] losses[i]) / dp.
/// Probabilities are normalized by their sum (categorical kinds) and clipped to [1e-7, 1 - 1e-7],
/// as Keras does; the gradient is 0 where clipped. A label outside [0, cols) is recorded in
/// `fault`; its row's loss and gradient are 0. Each label is read once: its owner may change it
/// meanwhile.
struct LossParams {
  Dtype dtype;  // of prediction, target (unless labels), weights, losses, grad
  LossKind kind;
  bool from_logits;
  double numbers[4];  // label smoothing s (binary: t(1-s) + s/2; categorical: t(1-s) + s/cols), or
                      // delta
  std::int64_t rows, cols;
  const void* prediction;
  const void* target;
  const void* weights;  // one a row, or null for 1
  double scale;
  void* losses;
  void* grad;         // or null
  IndexFault* fault;  // for kinds with labels
};

/// Rows counted as right. binary: prediction > threshold equals target, mean over columns;
/// categorical: argmax of both agree; sparse: argmax equals the int64 label (ties take the first);
/// exact: prediction equals target, mean over columns.
/// matches[i] = row i's score in [0, 1], of the prediction's dtype.
enum class AccuracyKind : std::uint8_t { binary, categorical, sparse, exact };
struct AccuracyParams {
  Dtype dtype;
  AccuracyKind kind;
  double threshold;
  std::int64_t rows, cols;
  const void* prediction;
  const void* target;
  void* matches;
};

/// y += x * scale, of one value in device memory: totals of a run, read when they are shown.
struct AccumulateParams {
  Dtype from;  // of x
  const void* x;
  double scale;
  double* y;
};

/// total += scale * sum_i w_i x[i] and count += scale * sum_i w_i over i in [0, n), in this order,
/// where w_i = weights[i / repeat], or 1 where weights is null. count may be null.
struct AccumulateMeanParams {
  Dtype dtype;          // of x: float32, float64
  Dtype weights_dtype;  // the same
  std::int64_t n, repeat;
  double scale;
  const void* x;
  const void* weights;
  double* total;
  double* count;
};

/// A confusion matrix (classes, classes): counts[targets[i], predictions[i]] += w_i over i in [0,
/// n), in this order, where w_i = weights[i / repeat], or 1 where weights is null. A class out of
/// range counts nowhere, nor does the target `ignored`; -1 ignores none.
struct CountClassesParams {
  Dtype weights_dtype;  // float32, float64
  std::int64_t n, repeat, classes, ignored;
  const std::int64_t* targets;
  const std::int64_t* predictions;
  const void* weights;
  double* counts;
};

/// Counts what the decisions "x > limit" get right and wrong at each limit. Element i of x adds its
/// weight w_i, which is weights[i / repeat], or 1 where weights is null, in column i % columns: to
/// true_positives where x > limit and its label is true, to false_positives where x > limit and it
/// is not, to false_negatives and true_negatives elsewhere. Each of these four is (limits, columns)
/// or null. `limits` ascend and are rounded to x's dtype; the counts of limits[t] stand in row
/// rows[t]. NaN is above no limit. Sums are taken in the order of i.
struct CountDecisionsParams {
  Dtype dtype;          // of x: float32, float64
  Dtype weights_dtype;  // the same
  std::int64_t n, columns, repeat;
  const void* x;
  const bool* labels;
  const void* weights;
  std::int64_t limit_count;
  const double* limits;
  const std::int64_t* rows;
  double* true_positives;
  double* false_positives;
  double* true_negatives;
  double* false_negatives;
};

/// Batch normalization of x (rows, channels), training: mean and (biased) variance of each channel
/// are computed and returned, y = (x - mean) / sqrt(variance + epsilon) * gamma + beta.
/// Inference: mean and variance are given. gamma and beta may be null (1 and 0).
struct BatchNormParams {
  Dtype dtype;
  bool training;
  std::int64_t rows, channels;
  double epsilon;
  const void* x;
  const void* gamma;
  const void* beta;
  void* mean;
  void* variance;
  void* y;
  FusedActivation activation = FusedActivation::none;  // of y: none or relu
};

/// Gradients; each of dx, dgamma, dbeta may be null. beta may be null, and is read for the
/// activation alone, which only the training form may have.
struct BatchNormBackwardParams {
  Dtype dtype;
  bool training;  // mean and variance are functions of x
  std::int64_t rows, channels;
  double epsilon;
  const void* x;
  const void* gamma;
  const void* mean;
  const void* variance;
  const void* dy;
  void* dx;
  void* dgamma;
  void* dbeta;
  const void* beta = nullptr;
  FusedActivation activation = FusedActivation::none;
};

/// Normalization by given statistics as one product and one sum a channel: y = x * factor + offset.
/// gamma and beta may be null; `all_finite` is 1, or 0 where a factor or an offset is not finite.
struct BatchNormFactorsParams {
  Dtype dtype;
  std::int64_t channels;
  double epsilon;
  const void* gamma;
  const void* beta;
  const void* mean;
  const void* variance;
  void* factor;
  void* offset;
  std::int32_t* all_finite;
};

/// Of x (images, rows, channels): each image's channels, in `groups` of neighbours, less their mean
/// over the rows, over the root of their variance plus epsilon, times gamma, plus beta; these two
/// (channels) may be null. `mean` and `inverse`, the factor, get (images, groups).
struct GroupNormParams {
  Dtype dtype;
  std::int64_t images, rows, channels, groups;
  double epsilon;
  const void* x;
  const void* gamma;
  const void* beta;
  void* mean;
  void* inverse;
  void* y;
};

/// Its gradients; each of dx, dgamma, dbeta may be null.
struct GroupNormBackwardParams {
  Dtype dtype;
  std::int64_t images, rows, channels, groups;
  const void* x;
  const void* gamma;
  const void* mean;
  const void* inverse;
  const void* dy;
  void* dx;
  void* dgamma;
  void* dbeta;
};

/// Each row of x (rows, cols) less its mean (unless not centered), over the root of its variance
/// (its mean square) plus epsilon, times gamma, plus beta; these two (cols) may be null. `mean` and
/// `inverse`, the factor, get one value a row; mean is null when not centered.
struct RowNormParams {
  Dtype dtype;
  bool centered;
  std::int64_t rows, cols;
  double epsilon;
  const void* x;
  const void* gamma;
  const void* beta;
  void* mean;
  void* inverse;
  void* y;
};

/// Its gradients; each of dx, dgamma, dbeta may be null.
struct RowNormBackwardParams {
  Dtype dtype;
  bool centered;
  std::int64_t rows, cols;
  const void* x;
  const void* gamma;
  const void* mean;
  const void* inverse;
  const void* dy;
  void* dx;
  void* dgamma;
  void* dbeta;
};

enum class PoolOp : std::uint8_t { max, min, average };

struct PoolRange {
  std::int64_t begin, end;
};

/// A spatial axis and its windows: output i is made of the inputs in host_ranges[i], at least one
/// each.
/// Neither bound decreases from one to the next.
struct PoolAxis {
  std::int64_t inputs, outputs;
  const PoolRange* host_ranges;
};

/// y (images, outputs of three axes, channels): the largest, smallest or mean value of each window
/// of x (images, inputs of three axes, channels); fewer spatial axes are led by axes of one input.
/// `places` may be null; else it receives where in its window, counted row by row, each extremum
/// stands: the first of equals, and a NaN before all. It holds bytes, or int32 when wide.
struct PoolParams {
  Dtype dtype;
  PoolOp op;
  std::int64_t images, channels;
  PoolAxis axes[3];
  const void* x;
  void* y;
  void* places;
  bool wide_places;
};

/// dx: each dy added where `places` tells; spread evenly over its window when they are null.
struct PoolBackwardParams {
  Dtype dtype;
  std::int64_t images, channels;
  PoolAxis axes[3];
  const void* dy;
  const void* places;
  bool wide_places;
  void* dx;
};

/// y[i] = x[i] / (1 - rate), rate in [0, 1], where philox(key, draw, i) keeps element i, else 0.
/// The gradient is the same call on dy.
struct DropoutParams {
  Dtype dtype;
  std::int64_t n;
  double rate;
  std::uint64_t key, draw;
  const void* x;
  void* y;
};

enum class OptimizerKind : std::uint8_t {
  sgd,
  sgd_momentum,
  sgd_nesterov,
  adam,
  adam_amsgrad,
  rmsprop,
  rmsprop_momentum,
  rmsprop_centered,
  rmsprop_centered_momentum,
  nadam,
  adamax,
  adagrad,
  adadelta,
  ftrl,
  ftrl_power,
  lion,
  schedule_free,
  adam_direction,
  accumulate,
  average,
};

/// One weight of an optimizer step. Slots: momentum; Adam's m, v and (amsgrad) v-hat; Nadam's m and
/// v; RMSprop's v, m (with momentum) and a (centered); Adamax's m and u; Adagrad's s; Adadelta's s
/// and d; Ftrl's s and z; Lion's m; schedule_free's z and v; adam_direction's m, v and the
/// direction; in this order.
struct OptimizerSlot {
  void* weight;
  const void* grad;
  void* slots[3];
  std::int64_t n;
  const double* squared_norm = nullptr;  // of what is clipped to clip_norm; null: nothing is
  bool decays = true;
  /// Squared norms of the weight and of the gradient: the latter is scaled by their ratio where
  /// both are above 0, as Lamb does. Null: it is not.
  const double* trust = nullptr;
};

/// One step for all weights, Keras 3's formulas.
/// sgd:      w -= lr g
/// momentum: m = momentum m - lr g;  w += m  (Nesterov: w += momentum m - lr g)
/// adam:     m += (g - m)(1 - beta_1);  v += (g^2 - v)(1 - beta_2);
///           w -= lr m / (sqrt(v) + epsilon), where lr includes
///           sqrt(1 - beta_2^t) / (1 - beta_1^t)
/// nadam:    m and v as Adam's; w -= (lr m + gradient_rate g) / (sqrt(v) + epsilon), where lr,
///           gradient_rate and epsilon include sqrt(1 - beta_2^t), and the rates what
///           Nesterov's momentum and the correction of m make of the learning rate
/// rmsprop:  v += (g^2 - v)(1 - beta_2);  centered: a += (g - a)(1 - beta_2), v' = v - a^2;
///           w -= lr g / sqrt(v' + epsilon), or m = momentum m + that, w -= m
/// adamax:   m as Adam's; u = max(momentum u, |g|);  w -= lr m / (u + epsilon)
/// adagrad:  s += g^2;  w -= lr g / sqrt(s + epsilon)
/// adadelta: s += (g^2 - s)(1 - beta_2);  c = g sqrt(d + epsilon) / sqrt(s + epsilon);
///           d += (c^2 - d)(1 - beta_2);  w -= lr c
/// ftrl:     s' = s + g^2;  z += g + shrinkage w - (s'^p - s^p) / lr w;
///           w = (clip(z, ±l1) - z) / (s'^p / lr + l2); p = 1/2, ftrl_power: p = momentum
/// lion:     w -= lr sign(m + (g - m)(1 - beta_1));  m += (g - m)(1 - beta_2)
/// schedule_free: v as Adam's; x = (w - (1 - beta_1) z) / beta_1;
///           z -= lr g / (sqrt(v) + epsilon);  x += (z - x) gradient_rate;
///           w = z + (x - z) beta_1, where lr and epsilon include sqrt(1 - beta_2^t)
/// adam_direction: m and v as Adam's; direction = lr m / (sqrt(v) + epsilon), w is only decayed
/// accumulate: w += g;  average: w = momentum w + gradient_rate g, neither clipped nor decayed
/// The gradient used is clip(g * scale, ±clip_value), where scale is grad_scale, less where that
/// norm would exceed clip_norm; weights decay first: w -= decay w.
struct OptimizerParams {
  Dtype dtype;
  OptimizerKind kind;
  std::span<const OptimizerSlot> host_slots;
  double learning_rate;
  double gradient_rate = 0;  // of nadam, schedule_free, average
  double momentum = 0;
  double beta_1 = 0, beta_2 = 0, epsilon = 0;
  double l1 = 0, l2 = 0, shrinkage = 0;  // ftrl's
  double decay = 0;                      // already multiplied by the learning rate
  double grad_scale = 1;
  double clip_norm = 0;
  double clip_value = 0;  // 0: none
};

/// y[i] = x[i], converted. Any pair of dtypes; to boolean: x != 0.
struct CastParams {
  Dtype from, to;
  std::int64_t n;
  const void* x;
  void* y;
};

/// y[i] = indices[i], or indices[i] + limit where that is negative; -1 where neither lies in
/// [0, limit), which is recorded. Each index is read once: its owner may change it meanwhile.
struct ResolveIndicesParams {
  std::int64_t n, limit;
  const std::int64_t* indices;
  std::int64_t* y;
  IndexFault* fault;
};

/// y[i] = values[k] where keys[k] == x[i], keys ascending; where there is none, one of `buckets`
/// that follow first_bucket, by the remainder of x[i]; without buckets -1, and x[i] is recorded.
struct FindKeysParams {
  std::int64_t n, keys_count;
  const std::int64_t *x, *keys, *values;
  std::int64_t first_bucket, buckets;
  std::int64_t* y;
  IndexFault* fault;
};

/// y (outer, rows, row_size) from x (outer, x_rows, row_size), converted:
/// y[o, r] = x[o, indices[r]], or with an index for each element, as many as y has,
/// y[o, r, i] = x[o, indices[o, r, i], i]. Indices lie in [0, x_rows); a negative one gives zeros.
struct GatherRowsParams {
  Dtype from, to;
  std::int64_t outer, rows, row_size, x_rows;
  bool each_element;
  const std::int64_t* indices;
  const void* x;
  void* y;
};

/// The reverse: adds rows of x (outer, rows, row_size) to those of y (outer, targets, row_size)
/// that their index names, in their order; rows of a negative index nowhere. With a scale other
/// than 1 the rows of one target are summed first, and y gets the sum times scale (not for
/// each_element). float32, float64, int32, int64.
struct ScatterRowsParams {
  Dtype dtype;
  std::int64_t outer, rows, row_size, targets;
  bool each_element;
  const std::int64_t* indices;
  const void* x;
  void* y;
  double scale = 1;
};

struct FillParams {
  Dtype dtype;
  std::int64_t n;
  double value;
  void* y;
};

enum class RandomKind : std::uint8_t { uniform, normal, truncated_normal };

/// y[i] = element i of the draw `draw` under `key` (core/random.hpp): uniform in (a, b), normal of
/// mean a and standard deviation b, or that redrawn beyond two deviations. float32, float64.
struct RandomParams {
  Dtype dtype;
  RandomKind kind;
  std::int64_t n;
  std::uint64_t key, draw;
  double a, b;
  void* y;
};

/// y = 0 .. n - 1 in an order drawn like that.
struct PermutationParams {
  std::int64_t n;
  std::uint64_t key, draw;
  std::int64_t* y;
};

/// One device: its memory, and what it computes. Calls from one thread take effect in their order;
/// only copy_to_host and synchronize wait for them.
class Backend {
 public:
  virtual ~Backend() = default;

  /// True if the host may read this device's memory through its pointers and never waits for it.
  virtual bool host_can_read() const noexcept = 0;
  /// 64-byte aligned memory (a valid pointer even for 0 bytes); std::bad_alloc when there is none.
  virtual void* allocate(std::size_t bytes) = 0;
  /// `bytes` as given to allocate. Calls made before may still use the block, later ones reuse it.
  virtual void deallocate(void* block, std::size_t bytes) noexcept = 0;
  /// The host's memory may be changed once this returns.
  virtual void copy_from_host(void* target, const void* host_source, std::size_t bytes) = 0;
  virtual void copy_to_host(void* host_target, const void* source, std::size_t bytes) = 0;
  /// Both on this device; they may overlap.
  virtual void copy_bytes(void* target, const void* source, std::size_t bytes) = 0;
  /// Returns when all calls made before are done.
  virtual void synchronize() = 0;
  /// Room that pack_b needs for the b of such products; m does not matter.
  virtual std::size_t packed_bytes(const GemmParams&) const = 0;

#define OPERATION(name, Params) virtual void name(const Params&) = 0;
#include "backend/operations.def"
#undef OPERATION
};

/// The backend of a device; a state error that names the device when it was not built.
Backend& backend_for(Device device);

}  // namespace lamina
