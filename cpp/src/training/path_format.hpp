// Paths with values in them, as Python's str.format writes them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lamina {

using PathValue = std::variant<std::int64_t, double>;
using PathValues = std::vector<std::pair<std::string, PathValue>>;

/// Replaces "{name}" and "{name:spec}" by values; "{{" and "}}" stand for braces. `spec` is an
/// optional 0, a width, a precision, and d, e, f, g or % after it. A value error that names `owner`
/// where a name is not among the values or a spec is malformed.
std::string format_path(const std::string& owner, const std::string& pattern,
                        const PathValues& values);

}  // namespace lamina
