// The JSON of a safetensors header, which has one form; whatever differs is refused where it
// begins.
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

/// Says that the file is not as its format wants it, and what to do.
[[noreturn]] void damaged(const std::string& origin, const std::string& why);

}  // namespace lamina
