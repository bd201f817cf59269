#include "lamina/layers/window.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "layers/conv_windows.hpp"
#include "ops/pooling_shape.hpp"

namespace lamina {
namespace {

std::string as_text(const std::vector<std::int64_t>& extents) {
  if (extents.empty()) return "None";
  return extents.size() == 1 ? std::to_string(extents[0]) : Shape(extents).str();
}

}  // namespace

std::string padding_from(std::string given) {
  for (char& letter : given) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return given;
}

Window Window::read(const Config& options, std::string_view key) { return options.integers(key); }

void Window::write(Config& options, std::string_view key) const {
  extents.empty() ? options.set(key, nullptr) : options.set(key, extents);
}

std::vector<std::int64_t> Window::expanded(int rank, const std::string& owner,
                                           const char* option) const {
  const auto count = static_cast<std::size_t>(rank);
  const bool fits = extents.size() == 1 || extents.size() == count;
  const auto outside = [](std::int64_t extent) { return extent < 1 || extent > ops::most_extent; };
  if (!fits || std::any_of(extents.begin(), extents.end(), outside)) {
    const bool is_large = std::any_of(extents.begin(), extents.end(),
                                      [](auto extent) { return extent > ops::most_extent; });
    fail(ErrorKind::value, owner, " needs ", option, " of one integer",
         rank > 1 ? concat(" or ", rank) : "", ", at least 1",
         is_large ? concat(" and at most ", ops::most_extent) : "", ", got ", option, "=",
         as_text(extents));
  }
  return extents.size() == count ? extents : std::vector<std::int64_t>(count, extents[0]);
}

}  // namespace lamina
