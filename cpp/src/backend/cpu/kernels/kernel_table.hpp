// What a target exports: one table of pointers to its kernels. A kernel works on one thread's
// share, dense and row-major; it knows nothing of threads, blocking or allocation.
#pragma once

#include <cstdint>

#include "backend/backend.hpp"

namespace lamina::cpu {

inline constexpr int dtype_count = 6;
inline constexpr int reduce_op_count = 4;
inline constexpr int compare_op_count = 4;
inline constexpr int loss_kind_count = 8;
inline constexpr int accuracy_kind_count = 4;
inline constexpr int pool_op_count = 3;
inline constexpr int optimizer_kind_count = 20;
inline constexpr int fused_activation_count = 4;

// A new enumerator needs a row in each table; table_order.inl says where the rows stand.
template <auto last>
constexpr int up_to = static_cast<int>(last) + 1;
static_assert(dtype_count == up_to<Dtype::boolean>);
static_assert(reduce_op_count == up_to<ReduceOp::product>);
static_assert(compare_op_count == up_to<CompareOp::less_equal>);
static_assert(loss_kind_count == up_to<LossKind::log_cosh>);
static_assert(accuracy_kind_count == up_to<AccuracyKind::exact>);
static_assert(pool_op_count == up_to<PoolOp::average>);
static_assert(optimizer_kind_count == up_to<OptimizerKind::average>);
static_assert(fused_activation_count == up_to<FusedActivation::sigmoid>);

// Casts are indexed by these.
static_assert(static_cast<int>(Dtype::float32) == 0 && static_cast<int>(Dtype::float64) == 1 &&
              static_cast<int>(Dtype::int32) == 2 && static_cast<int>(Dtype::int64) == 3 &&
              static_cast<int>(Dtype::uint8) == 4 && static_cast<int>(Dtype::boolean) == 5);

// out (rows, cols), contiguous; row r of an operand begins `stride` elements after row r - 1.
template <class T, class Out = T>
using BinaryKernel = void (*)(const T* a, std::int64_t a_stride, const T* b, std::int64_t b_stride,
                              Out* out, std::int64_t rows, std::int64_t cols);

/// Indexed by which operand gives one element for a whole row: [a][b].
template <class T, class Out = T>
struct BinaryKernels {
  BinaryKernel<T, Out> repeated[2][2];
};

/// A null entry: the operation is not one of that dtype.
template <class T>
struct ElementwiseKernels {
  /// `parameters` are three.
  void (*unary[unary_op_count])(const T* x, T* y, std::int64_t n, const T* parameters);
  void (*unary_backward[unary_op_count])(const T* dy, const T* saved, T* dx, std::int64_t n,
                                         const T* parameters);
  BinaryKernels<T> binary[binary_op_count];
  void (*fill)(T* y, T value, std::int64_t n);
};

template <class T>
struct CompareKernels {
  BinaryKernels<T, std::uint8_t> of[compare_op_count];
};

/// out[i] = condition[i] ? a[i] : b[i], where a or b may be one repeated element.
using SelectKernel = void (*)(const std::uint8_t* condition, const void* a, bool a_repeated,
                              const void* b, bool b_repeated, void* out, std::int64_t n);

template <class T>
struct ReduceKernels {
  /// y[r] = scale * sum of row r (cols >= 1); scale is for sums only.
  void (*rows[reduce_op_count])(const T* x, std::int64_t rows, std::int64_t cols, T scale, T* y);
  /// y[c] = scale * sum of column c (rows >= 1); rows of x lie `stride` apart.
  void (*columns[reduce_op_count])(const T* x, std::int64_t stride, std::int64_t rows,
                                   std::int64_t cols, T scale, T* y);
};

/// Along the first axis of x (length, inner).
template <class T>
struct ScanKernels {
  /// [is_max]: where each column attains its extremum; `best` is room for `inner` values.
  void (*arg[2])(const T* x, std::int64_t length, std::int64_t inner, T* best, std::int32_t* y);
  void (*cumulative_sum)(const T* x, std::int64_t length, std::int64_t inner, bool reverse, T* y);
};

inline constexpr std::int64_t no_offset = 0;

/// c (rows, cols) from `segments` times `depth` products each. Rows are taken in tiles of
/// `tile_rows`, columns in panels of GemmKernels::panel_cols.
template <class T>
struct GemmBlock {
  std::int64_t rows, cols, depth;
  std::int64_t tile_rows;
  const T* a;  // element (row r of tile t, p) at a[t * a_tile + r * a_row + p * a_depth]
  std::int64_t a_tile, a_row, a_depth;
  const T* b;  // element (p, column j of panel q) at b[q * b_panel + p * b_depth + j]
  std::int64_t b_panel, b_depth;
  // Segment s adds a_offsets[s] to places in a, and b_offsets[s] to places in b.
  std::int64_t segments = 1;
  const std::int64_t* a_offsets = &no_offset;
  const std::int64_t* b_offsets = &no_offset;
  T* c;
  std::int64_t ldc;
  bool add;                    // to what c holds, else replace it
  const T* bias;               // what sums start from, of the block's first column; null: 0
  FusedActivation activation;  // of what is stored
};

template <class T>
struct GemmKernels {
  int tile_rows;             // most rows of a register tile
  int panel_cols;            // columns of one
  int lanes;                 // a panel's last columns are read in whole vectors of these
  std::int64_t depth;        // most products summed before a tile is stored
  std::int64_t block_tiles;  // tiles of a whose panels together take half of the second cache

  void (*block)(const GemmBlock<T>& block);
  /// One tile of a: to[p * tile_rows + r], from element (r, p) at from[r * row + p * depth].
  void (*pack_a)(const T* from, std::int64_t row_stride, std::int64_t depth_stride,
                 std::int64_t rows, std::int64_t depth, std::int64_t tile_rows, T* to);
  /// One panel of b, padded with zeros: to[p * panel_cols + j].
  void (*pack_b)(const T* from, std::int64_t depth_stride, std::int64_t col_stride,
                 std::int64_t depth, std::int64_t cols, T* to);
  /// c[r] = sum_p a[r * lda + p] b[p], then as `add`, `bias` (one value) and `activation` say.
  void (*vector)(const T* a, std::int64_t lda, const T* b, std::int64_t rows, std::int64_t depth,
                 T* c, std::int64_t ldc, bool add, const T* bias, FusedActivation activation);
};

/// One row of a convolution's output, in planes: y[c][i] = bias[c] (or what it holds) + sum over
/// taps and channels of x[offsets[tap] + channel * x_plane + i] * w[(tap * channels + channel) *
/// cols + c]. Whole vectors are read and written, up to the vector that holds the last of `width`
/// pixels.
template <class T>
struct PlanarRow {
  std::int64_t width, taps;
  const T* x;
  const std::int64_t* offsets;
  const T* w;
  const T* bias;  // or null
  bool add;
  T* y;
  std::int64_t y_plane;
};

/// c[r * ldc + j] = (or +=) sum over segments s and i < width, a whole number of vectors, of
/// a[a_offsets[s] + a_shifts[r] + i] * b[b_offsets[s] + j * b_plane + i].
template <class T>
struct PlanarDots {
  std::int64_t rows, cols, width, segments;
  const T* a;
  const std::int64_t* a_offsets;
  const std::int64_t* a_shifts;
  const T* b;
  const std::int64_t* b_offsets;
  std::int64_t b_plane;
  T* c;
  std::int64_t ldc;
  bool add;
};

inline constexpr int most_planar_cols = 8;

template <class T>
struct PlanarKernels {
  int lanes;
  void (*row[most_planar_cols])(const PlanarRow<T>& row);  // [cols - 1]
  void (*dots)(const PlanarDots<T>& dots);
};

/// One row of a depthwise convolution: y[i][c] = bias[c] (or what it holds) + sum over taps of
/// x[x_offsets[tap] + i * x_step + c] * w[w_offsets[tap] + c].
template <class T>
struct DepthwiseRow {
  std::int64_t width, channels, taps;
  const T* x;
  std::int64_t x_step;
  const std::int64_t* x_offsets;
  const T* w;
  const std::int64_t* w_offsets;
  const T* bias;  // or null
  bool add;
  T* y;
  std::int64_t y_step;
};

/// dw[tap][c] = (or +=) sum over segments s and pixels i < width of
/// x[x_offsets[s] + taps_at[tap] + i * x_step + c] * dy[dy_offsets[s] + i * dy_step + c].
template <class T>
struct DepthwiseDots {
  std::int64_t width, channels, taps, segments;
  const T* x;
  std::int64_t x_step;
  const std::int64_t* x_offsets;
  const std::int64_t* taps_at;
  const T* dy;
  std::int64_t dy_step;
  const std::int64_t* dy_offsets;
  T* dw;
  bool add;
};

template <class T>
struct DepthwiseKernels {
  void (*row)(const DepthwiseRow<T>& row);
  void (*dots)(const DepthwiseDots<T>& dots);
};

/// One row of one step of recurrence: `units` of each gate, a gru's share of the state in its
/// candidates, and the state before, which the state after replaces.
template <class T>
struct RnnRow {
  std::int64_t units;
  T* gates;
  const T* bias;  // a gru's, of update and reset; or null
  const T* inner;
  T *h, *c;
};

/// Its gradient, which replaces the gates' values (and a gru's inner ones): `pushed` goes on
/// through the recurrent weights, and dh becomes what reaches the state before past them.
template <class T>
struct RnnGradientRow {
  std::int64_t units;
  T *gates, *inner;
  const T *previous_h, *previous_c;
  T *dh, *dc, *pushed;
};

template <class T>
struct RnnKernels {
  void (*simple[fused_activation_count])(const RnnRow<T>& row);
  void (*gru)(const RnnRow<T>& row);
  void (*lstm)(const RnnRow<T>& row);
  void (*simple_gradient[fused_activation_count])(const RnnGradientRow<T>& row);
  void (*gru_gradient)(const RnnGradientRow<T>& row);
  void (*lstm_gradient)(const RnnGradientRow<T>& row);
};

template <class T>
struct SoftmaxKernels {
  void (*forward[2])(const T* x, T* y, std::int64_t rows, std::int64_t cols);  // [log]
  void (*backward[2])(const T* dy, const T* y, T* dx, std::int64_t rows, std::int64_t cols);
};

/// Scores of neighbouring queries with `cols` keys; rows lie `stride` apart.
template <class T>
struct AttentionRows {
  std::int64_t rows, cols, stride;
  std::int64_t first;  // what the first query's position is, if causal
  T scale;
  bool causal;
  const T* bias;  // or null
  std::int64_t bias_row, bias_col;
  const std::uint8_t* mask;  // or null
  std::int64_t mask_row, mask_col;
  T* scores;   // products of queries and keys; replaced by the weights
  T* maxima;   // of each row's scores,
  T* factors;  // and 1 / sum(exp(score - maximum)), or 0 where none counts
};

/// [plain]: without bias and mask, scale >= 0.
template <class T>
struct AttentionKernels {
  void (*weights[2])(const AttentionRows<T>& rows);
  /// `gradients`, those of the weights, are replaced by those of the products; reads maxima and
  /// factors.
  void (*gradient[2])(const AttentionRows<T>& rows, T* gradients);
};

/// The first row of a stretch whose label is out of range; -1 for none.
struct LabelFault {
  std::int64_t row = -1, label = 0;
};

template <class T>
struct LossNumbers {
  T of[4];
};

template <class T>
struct LossRows {
  std::int64_t rows, cols;
  LossNumbers<T> numbers;
  const T* prediction;
  const void* target;  // T (rows, cols), or int64 labels (rows)
  const T* weights;    // or null
  T scale;
  T* losses;
  T* grad;  // or null
  LabelFault* fault;
};

template <class T>
struct LossKernels {
  /// [kind][from_logits]. Rows whose label is out of range get zeros.
  void (*loss[loss_kind_count][2])(const LossRows<T>& rows);
  void (*accuracy[accuracy_kind_count])(const T* prediction, const void* target, T threshold,
                                        std::int64_t rows, std::int64_t cols, T* matches);
};

// Over columns: x (rows, channels); every other argument holds one value a channel.
template <class T>
struct BatchNormKernels {
  /// The mean of some rows, and their sum of squared distances from it.
  void (*moments)(const T* x, std::int64_t rows, std::int64_t channels, T* mean, T* squares);
  /// y = (x - mean) * factor + offset; [1]: at least 0
  void (*normalize[2])(const T* x, std::int64_t rows, std::int64_t channels, const T* mean,
                       const T* factor, const T* offset, T* y, bool streamed);
  /// sum of dy, and of dy * (x - mean) * inverse_deviation; [1]: where y is above 0 (only then are
  /// factor and offset read)
  void (*gradient_sums[2])(const T* dy, const T* x, std::int64_t rows, std::int64_t channels,
                           const T* mean, const T* factor, const T* offset,
                           const T* inverse_deviation, T* dy_sum, T* dy_x_sum);
  /// dx = factor * dy - shift - (x - mean) * slope; [1]: dy where y is above 0
  void (*gradient[2])(const T* dy, const T* x, std::int64_t rows, std::int64_t channels,
                      const T* mean, const T* factor, const T* offset, const T* shift,
                      const T* slope, T* dx, bool streamed);
};

/// [centered]; gamma and beta (cols) may be null, as may dx, dgamma and dbeta.
template <class T>
struct RowNormKernels {
  void (*forward[2])(const T* x, std::int64_t rows, std::int64_t cols, T epsilon, const T* gamma,
                     const T* beta, T* means, T* inverses, T* y);
  /// Adds to dgamma and dbeta.
  void (*backward[2])(const T* dy, const T* x, std::int64_t rows, std::int64_t cols, const T* gamma,
                      const T* means, const T* inverses, T* dx, T* dgamma, T* dbeta);
};

/// One row of outputs; their windows have `depth` times `height` rows of inputs each.
template <class T>
struct PoolRow {
  const T* x;  // the windows' first row
  std::int64_t depth, height;
  std::int64_t plane_stride, row_stride;
  const PoolRange* ranges;  // of each output along the row
  std::int64_t outputs, channels;
  bool streamed;  // y is written around the caches
};

/// What one row of outputs hands back to one row of inputs.
template <class T>
struct PoolGradientRow {
  const T* dy;
  const void* places;
  const PoolRange* ranges;
  std::int64_t outputs, inputs, channels;
  std::int64_t row_in_window, rows_in_window;
  bool add;       // to what dx holds; else replace it, which needs windows that share no input
  bool streamed;  // dx is written around the caches
};

/// The last index says what places are: 0 none, 1 bytes, 2 int32.
template <class T>
struct PoolKernels {
  void (*forward[pool_op_count][3])(const PoolRow<T>& row, T* y, void* places);
  void (*backward[3])(const PoolGradientRow<T>& row, T* dx);
};

/// Elements [first, first + n) of a draw, first a multiple of 4: kept where their word is at least
/// `threshold`, and scaled.
template <class T>
using DropoutKernel = void (*)(const T* x, T* y, std::int64_t first, std::int64_t n,
                               std::uint64_t key, std::uint64_t draw, std::uint64_t threshold,
                               T scale);

template <class T>
struct OptimizerStep {
  T learning_rate, gradient_rate, momentum, one_minus_beta_1, one_minus_beta_2, epsilon;
  T beta_1, l1, l2, shrinkage, inverse_rate;  // inverse_rate: 1 / learning_rate
  T keep;                                     // 1 - decay
  T grad_scale;
  T clip;  // infinite: none
};

template <class T>
using OptimizerKernel = void (*)(const OptimizerStep<T>& step, T* weight, const T* grad,
                                 T* const slots[3], std::int64_t n);

template <class T>
struct FloatKernels {
  ElementwiseKernels<T> elementwise;
  CompareKernels<T> compare;
  ReduceKernels<T> reduce;
  ScanKernels<T> scan;
  GemmKernels<T> gemm;
  PlanarKernels<T> planar;
  DepthwiseKernels<T> depthwise;
  RnnKernels<T> rnn;
  SoftmaxKernels<T> softmax;
  AttentionKernels<T> attention;
  LossKernels<T> loss;
  BatchNormKernels<T> batch_norm;
  RowNormKernels<T> row_norm;
  PoolKernels<T> pool;
  DropoutKernel<T> dropout;
  OptimizerKernel<T> optimizer[optimizer_kind_count];
};

template <class T>
struct IntegerKernels {
  ElementwiseKernels<T> elementwise;
  CompareKernels<T> compare;
  ReduceKernels<T> reduce;
  ScanKernels<T> scan;
};

/// to[col * to_stride + row] = from[row * from_stride + col]
using TransposeKernel = void (*)(const void* from, std::int64_t from_stride, std::int64_t rows,
                                 std::int64_t cols, void* to, std::int64_t to_stride);

struct KernelTable {
  const char* name;  // "x86-64-v4"
  int vector_bytes;
  FloatKernels<float> float32;
  FloatKernels<double> float64;
  IntegerKernels<std::int32_t> int32;
  IntegerKernels<std::int64_t> int64;
  SelectKernel select[3];        // of elements of 1, 4 and 8 bytes
  TransposeKernel transpose[2];  // of elements of 4 and 8 bytes
  void (*cast[dtype_count][dtype_count])(const void* x, void* y, std::int64_t n);  // [from][to]
};

}  // namespace lamina::cpu
