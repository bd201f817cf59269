// What reading and writing files share: a descriptor that closes itself, and errors with a path.
#pragma once

#include <unistd.h>

#include <cstring>
#include <string>

#include "core/check.hpp"

namespace lamina {

struct Descriptor {
  int number = -1;
  Descriptor() = default;
  explicit Descriptor(int n) : number(n) {}
  Descriptor(Descriptor&& other) noexcept : number(other.number) { other.number = -1; }
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number, other.number);
    return *this;
  }
  ~Descriptor() {
    if (number >= 0) close(number);
  }
  bool is_open() const noexcept { return number >= 0; }
};

/// `path` is the one the user gave; `doing` is "read" or "write".
[[noreturn]] inline void io_error(const char* doing, const std::string& path, int error) {
  fail(ErrorKind::io, "cannot ", doing, " '", path, "': ", std::strerror(error));
}

/// The system would read a path only up to a NUL.
inline void refuse_nul(const std::string& path) {
  if (path.find('\0') != std::string::npos) {
    fail(ErrorKind::value, "a path must not contain a NUL character, got '", path.c_str(), "...'");
  }
}

}  // namespace lamina
