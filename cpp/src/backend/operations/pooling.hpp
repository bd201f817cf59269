// What the seam says of pooling.
#pragma once

#include <cstdint>

#include "lamina/core/dtype.hpp"

namespace lamina {

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

}  // namespace lamina
