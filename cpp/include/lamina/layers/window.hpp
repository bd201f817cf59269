// The extents of a window over spatial axes: a pool, a kernel, its strides.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// A small value, implicit from one extent for all axes (2) or one for each ({2, 3}); empty when
/// not given.
struct LAMINA_API Window {
  static constexpr bool takes_null = true;  // None is empty

  Window() = default;
  Window(int extent) : extents{extent} {}
  Window(std::int64_t extent) : extents{extent} {}
  Window(std::initializer_list<std::int64_t> each) : extents(each) {}
  Window(std::vector<std::int64_t> each) : extents(std::move(each)) {}
  static Window read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

  bool empty() const noexcept { return extents.empty(); }
  /// One extent for each of `rank` axes; a value error that names the owner and the option unless
  /// there are one or `rank`, all at least 1.
  std::vector<std::int64_t> expanded(int rank, const std::string& owner, const char* option) const;

  std::vector<std::int64_t> extents;
};

}  // namespace lamina
