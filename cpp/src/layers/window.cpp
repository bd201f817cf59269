#include "lamina/layers/window.hpp"

#include "ops/spatial.hpp"

namespace lamina {

Window Window::read(const Config& options, std::string_view key) { return options.integers(key); }

void Window::write(Config& options, std::string_view key) const {
  extents.empty() ? options.set(key, nullptr) : options.set(key, extents);
}

std::vector<std::int64_t> Window::expanded(int rank, const std::string& owner,
                                           const char* option) const {
  return ops::one_each(extents, rank, owner, option);
}

}  // namespace lamina
