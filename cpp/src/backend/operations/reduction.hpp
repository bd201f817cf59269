// What the seam says of sums, extrema and orders along an axis, and of softmax.
#pragma once

#include <cstdint>

#include "lamina/core/dtype.hpp"

namespace lamina {

enum class ReduceOp : std::uint8_t { sum, max, min, product };

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

}  // namespace lamina
