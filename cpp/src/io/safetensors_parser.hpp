// Parses the JSON of a safetensors header. It has one form; anything else is refused at once.
#pragma once

#include <string>
#include <string_view>

#include "io/safetensors.hpp"

namespace lamina {

/// Fills metadata and entries, in their order in the text, in time linear in its length. A value
/// error begins with `origin`.
void parse_safetensors_header(std::string_view text, const std::string& origin,
                              SafetensorsHeader& header);

/// "F32"; and back, null for a dtype that lamina does not have.
const char* safetensors_name(Dtype dtype);
const Dtype* safetensors_dtype(std::string_view name);

/// Throws that the file is damaged, and says what to do.
[[noreturn]] void damaged(const std::string& origin, const std::string& why);

}  // namespace lamina
