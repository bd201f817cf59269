// What the seam says of rows and values that indices or keys name.
#pragma once

#include <cstdint>

#include "lamina/core/dtype.hpp"

namespace lamina {

/// The first index or label that a call found out of range. It is written only where none is
/// recorded yet, so that it survives until somebody looks.
struct IndexFault {
  std::int64_t is_recorded;  // 0 or 1
  std::int64_t value, row, limit;
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

}  // namespace lamina
