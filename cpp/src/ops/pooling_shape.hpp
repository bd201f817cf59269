// How many windows fit along an axis.
#pragma once

#include <string>

#include "core/check.hpp"

namespace lamina::ops {

/// Windows, strides and margins may have no larger extents: sums of theirs do not overflow.
inline constexpr std::int64_t most_extent = std::int64_t{1} << 31;

/// Where windows may lie: inside, or wherever a stride begins.
enum class WindowPadding : std::uint8_t { valid, same };

inline WindowPadding window_padding(const std::string& owner, const std::string& padding) {
  if (padding != "valid" && padding != "same") {
    fail(ErrorKind::value, owner, " needs padding 'valid' or 'same', got padding='", padding, "'");
  }
  return padding == "same" ? WindowPadding::same : WindowPadding::valid;
}

/// The number of windows along an axis; a value error that names `owner` and the axis when there is
/// none. An unknown extent gives an unknown number.
inline std::int64_t window_count(const std::string& owner, int axis, std::int64_t inputs,
                                 std::int64_t window, std::int64_t stride, WindowPadding padding) {
  if (inputs == Shape::none) return Shape::none;
  if (padding == WindowPadding::same) return inputs == 0 ? 0 : (inputs - 1) / stride + 1;
  if (inputs < window) {
    fail(ErrorKind::value, owner, " needs inputs of at least ", window, " along axis ", axis,
         ", got ", inputs, ": there are floor((", inputs, " - ", window, ") / ", stride,
         ") + 1 < 1 windows");
  }
  return (inputs - window) / stride + 1;
}

}  // namespace lamina::ops
