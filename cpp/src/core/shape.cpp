#include "lamina/core/shape.hpp"

#include <algorithm>
#include <limits>

#include "core/check.hpp"

namespace lamina {

Shape::Shape(std::initializer_list<std::int64_t> extents)
    : Shape(std::span<const std::int64_t>(extents.begin(), extents.size())) {}

Shape::Shape(std::span<const std::int64_t> extents) {
  for (std::int64_t extent : extents) push_back(extent);
}

std::int64_t Shape::size() const noexcept {
  std::int64_t product = 1;
  bool fits = true;
  for (std::int64_t extent : *this) {
    if (extent == 0) return 0;
    fits = fits && !__builtin_mul_overflow(product, extent, &product);
  }
  return fits ? product : std::numeric_limits<std::int64_t>::max();
}

bool Shape::is_known() const noexcept {
  return std::all_of(begin(), end(), [](std::int64_t extent) { return extent >= 0; });
}

void Shape::push_back(std::int64_t extent) {
  if (rank_ == max_rank) {
    fail(ErrorKind::value, "a shape has at most ", max_rank, " axes; got one more after ", str());
  }
  if (extent < none) fail(ErrorKind::value, "an extent must be at least 0, got ", extent);
  extents_[static_cast<std::size_t>(rank_++)] = extent;
}

Shape Shape::with(int index, std::int64_t extent) const {
  Shape result = *this;
  result.extents_[static_cast<std::size_t>(axis(index))] = extent;
  return result;
}

Shape Shape::without(int index) const {
  const int removed = axis(index);
  Shape result;
  for (int i = 0; i < rank_; ++i) {
    if (i != removed) result.push_back(extents_[static_cast<std::size_t>(i)]);
  }
  return result;
}

Shape Shape::from(int first) const {
  Shape result;
  for (int i = first; i < rank_; ++i) result.push_back(extents_[static_cast<std::size_t>(i)]);
  return result;
}

int Shape::axis(int index) const {
  if (index < -rank_ || index >= rank_) {
    fail(ErrorKind::index, "axis ", index, " is out of range for shape ", str());
  }
  return index < 0 ? index + rank_ : index;
}

bool Shape::matches(const Shape& other) const noexcept {
  return rank_ == other.rank_ &&
         std::equal(begin(), end(), other.begin(), [](std::int64_t a, std::int64_t b) {
           return a == b || a == none || b == none;
         });
}

bool Shape::operator==(const Shape& other) const noexcept {
  return std::equal(begin(), end(), other.begin(), other.end());
}

std::string Shape::str() const {
  std::string text = "(";
  for (int i = 0; i < rank_; ++i) {
    const std::int64_t extent = extents_[static_cast<std::size_t>(i)];
    if (i > 0) text += ", ";
    text += extent == none ? "None" : std::to_string(extent);
  }
  return text + (rank_ == 1 ? ",)" : ")");
}

Shape broadcast(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  Shape result;
  for (int i = 0; i < rank; ++i) {
    const int from_a = i - (rank - a.rank()), from_b = i - (rank - b.rank());
    const std::int64_t extent_a = from_a < 0 ? 1 : a[from_a];
    const std::int64_t extent_b = from_b < 0 ? 1 : b[from_b];
    if (extent_a != extent_b && extent_a != 1 && extent_b != 1) {
      fail(ErrorKind::value, "shapes ", a, " and ", b,
           " do not broadcast together: from the last axis on, extents must be equal or 1");
    }
    result.push_back(extent_a == 1 ? extent_b : extent_a);
  }
  return result;
}

}  // namespace lamina
