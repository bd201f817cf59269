#include "lamina/layers/window.hpp"

#include "layers/conv_windows.hpp"
#include "ops/spatial.hpp"

namespace lamina {

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
  return ops::one_each(extents, rank, owner, option);
}

}  // namespace lamina
