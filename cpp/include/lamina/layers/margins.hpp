// What is added to, or cut from, both ends of spatial axes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/export.hpp"

namespace lamina {

struct Margin {
  Margin(std::int64_t both) : before(both), after(both) {}
  Margin(std::int64_t begin, std::int64_t end) : before(begin), after(end) {}
  std::int64_t before, after;
};

/// A small value, implicit from one extent for all ends (1), one for each axis ({1, 2}) or one for
/// each end ({{1, 1}, {2, 0}}); along a single axis {1, 2} are its two ends.
struct LAMINA_API Margins {
  Margins(int extent) : each{extent} {}
  Margins(std::initializer_list<Margin> margins) : each(margins) {}
  Margins(std::vector<Margin> margins) : each(std::move(margins)) {}
  static Margins read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

  /// One for each of `rank` axes; a value error that names the owner and the option unless there
  /// are as many, all at least 0.
  std::vector<Margin> expanded(int rank, const std::string& owner, const char* option) const;

  std::vector<Margin> each;
};

}  // namespace lamina
