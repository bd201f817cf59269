// What the seam says of metrics: scores, totals and counts.
#pragma once

#include <cstdint>

#include "lamina/core/dtype.hpp"

namespace lamina {

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

}  // namespace lamina
