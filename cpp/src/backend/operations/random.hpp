// What the seam says of random numbers.
#pragma once

#include <cstdint>

#include "lamina/core/dtype.hpp"

namespace lamina {

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

}  // namespace lamina
