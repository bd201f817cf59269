// Throwing an Error in one line: fail(ErrorKind::value, "expected ", a, ", got ", b).
#pragma once

#include <sstream>
#include <string>

#include "lamina/core/error.hpp"
#include "lamina/core/shape.hpp"

namespace lamina {

inline std::ostream& operator<<(std::ostream& out, const Shape& shape) {
  return out << shape.str();
}

template <class... Parts>
std::string concat(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

template <class... Parts>
[[noreturn]] void fail(ErrorKind kind, const Parts&... parts) {
  throw Error(kind, concat(parts...));
}

}  // namespace lamina
