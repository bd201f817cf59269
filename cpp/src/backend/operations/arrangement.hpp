// What the seam says of filling memory and of copying it by strides.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lamina/core/dtype.hpp"
#include "lamina/core/scalar.hpp"

namespace lamina {

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

/// The value is one that the dtype holds.
struct FillParams {
  Dtype dtype;
  std::int64_t n;
  Scalar value;
  void* y;
};

}  // namespace lamina
