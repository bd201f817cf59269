// Building layers whose weights a file will fill.
#pragma once

#include <cstddef>

#include "lamina/export.hpp"

namespace lamina {

/// While it lives, layers built on this thread make their weights without drawing random numbers,
/// and all together may not need more bytes than the file has: a few characters in a damaged file
/// must not claim all memory.
class LoadingScope {
 public:
  explicit LoadingScope(std::size_t file_bytes) noexcept;
  ~LoadingScope();
  LoadingScope(const LoadingScope&) = delete;
  LoadingScope& operator=(const LoadingScope&) = delete;

  LAMINA_INTERNAL_API static bool active() noexcept;
  /// Takes a weight's bytes from what is left; false when it is not enough.
  static bool claim(std::size_t bytes) noexcept;

 private:
  LoadingScope* previous_;
  std::size_t left_;
};

}  // namespace lamina
