// The extents of a tensor, at most eight axes, held without allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "lamina/export.hpp"

namespace lamina {

/// Extents, outermost first. An extent of -1 (`Shape::none`) is unknown: the batch axis of a layer.
class LAMINA_API Shape {
 public:
  static constexpr int max_rank = 8;
  static constexpr std::int64_t none = -1;

  Shape() = default;
  Shape(std::initializer_list<std::int64_t> extents);
  explicit Shape(std::span<const std::int64_t> extents);

  int rank() const noexcept { return rank_; }
  /// Extent of an axis; negative axes count from the end.
  std::int64_t operator[](int axis) const {
    const int at = axis < 0 ? axis + rank_ : axis;
    return extents_[static_cast<std::size_t>(0 <= at && at < rank_ ? at : this->axis(axis))];
  }
  std::int64_t last() const { return (*this)[-1]; }
  /// Number of elements (1 for a scalar), or the largest number when there are more; every extent
  /// must be known.
  std::int64_t size() const noexcept;
  bool is_known() const noexcept;

  const std::int64_t* begin() const noexcept { return extents_.data(); }
  const std::int64_t* end() const noexcept { return extents_.data() + rank_; }

  void push_back(std::int64_t extent);
  Shape with(int axis, std::int64_t extent) const;
  Shape without(int axis) const;
  /// The axes from `first` on.
  Shape from(int first) const;
  /// Axis brought into [0, rank); an index error that names both otherwise.
  int axis(int axis) const;
  /// True when every extent known on both sides is equal.
  bool matches(const Shape& other) const noexcept;

  bool operator==(const Shape& other) const noexcept;
  /// As Python writes it: "(None, 64)", "(3,)", "()".
  std::string str() const;

 private:
  std::array<std::int64_t, max_rank> extents_{};
  int rank_ = 0;
};

/// The shape both broadcast to by NumPy's rule; a value error naming both otherwise.
LAMINA_API Shape broadcast(const Shape& a, const Shape& b);

}  // namespace lamina
