// What layers of attention share in their calls.
#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

/// Whether a plain argument of a call was given as true.
inline bool flag(const CallArguments* arguments, const char* name) {
  return arguments != nullptr && !arguments->values.is_null(name) &&
         arguments->values.boolean(name);
}

/// Whether two extents are equal, as far as they are known.
inline bool agree(std::int64_t a, std::int64_t b) {
  return a == b || a == Shape::none || b == Shape::none;
}

}  // namespace lamina
