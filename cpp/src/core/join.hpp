// Names in messages: join(rows, &Row::name) gives "a, b, c".
#pragma once

#include <functional>
#include <sstream>
#include <string>

namespace lamina {

template <class Range, class Name = std::identity>
std::string join(const Range& items, Name name = {}) {
  std::ostringstream text;
  const char* separator = "";
  for (const auto& item : items) {
    text << separator << std::invoke(name, item);
    separator = ", ";
  }
  return text.str();
}

}  // namespace lamina
