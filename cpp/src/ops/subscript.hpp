// x[key], as NumPy reads it.
#pragma once

#include <cstdint>
#include <vector>

#include "lamina/core/tensor.hpp"
#include "lamina/export.hpp"

namespace lamina::ops {

/// One of the keys between the brackets.
struct SubscriptKey {
  enum class Kind : std::uint8_t { index, slice, ellipsis, new_axis, places };
  Kind kind = Kind::index;
  /// An index; or a slice [begin, end), where negative places count from the end and places outside
  /// are clamped.
  std::int64_t begin = 0, end = 0, step = 1;
  Tensor places = {};  ///< an array of integers, or a mask of booleans over one axis or several

  /// A slice whose begin and end may be left out, as in x[::-1].
  static SubscriptKey slice(const std::int64_t* begin, const std::int64_t* end, std::int64_t step);
};

/// Integers take an axis away, slices keep a part of it, new_axis makes one of extent 1, arrays of
/// integers choose from it, several of them together, and ellipsis stands for the axes that no
/// other key takes. A mask stands for the arrays of the places where it is true, which are read.
LAMINA_INTERNAL_API Tensor subscript(const Tensor& x, const std::vector<SubscriptKey>& keys);

}  // namespace lamina::ops
