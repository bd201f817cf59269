// Strings as an array: all their bytes one after the other, and a shape.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/shape.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// UTF-8 text, in row-major order; a list unless it was given another shape.
class LAMINA_API StringArray {
 public:
  StringArray() = default;
  StringArray(std::initializer_list<std::string_view> values);
  StringArray(const std::vector<std::string>& values);

  std::size_t size() const noexcept { return ends_.size(); }
  /// Valid until a string is added.
  std::string_view operator[](std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(bytes_).substr(begin, ends_[i] - begin);
  }
  const Shape& shape() const noexcept { return shape_; }
  /// A value error where the shape does not hold as many.
  StringArray& reshape(const Shape& shape);

  /// Adds to a list.
  void push_back(std::string_view value);
  /// Adds to the list's last string, for one that comes in pieces.
  void extend_last(std::string_view piece);

  std::vector<std::string> list() const;

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
  Shape shape_{0};
};

/// Lists of strings of unequal length, as splitting texts gives them: one for each element of
/// `shape`.
struct StringLists {
  StringArray values = {};
  std::vector<std::size_t> ends = {};  ///< of each list, within values
  Shape shape = {};
};

}  // namespace lamina
