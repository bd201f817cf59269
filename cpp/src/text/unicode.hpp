// UTF-8, character by character.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lamina::text {

/// What stands for bytes that are no character.
constexpr std::uint32_t replacement = 0xFFFD;

/// The character that begins at `at`, which moves behind it; `replacement`, and one byte, where
/// there is none.
std::uint32_t next_character(std::string_view text, std::size_t& at);
void append_character(std::string& text, std::uint32_t character);
bool is_utf8(std::string_view text);

/// Each character by Unicode's simple mapping to one small letter. Mappings that depend on the
/// language or the place in a word, or give several characters, are not applied: a sigma at a
/// word's end is like any other, and U+0130 stays.
void append_lower(std::string& text, std::string_view given);

}  // namespace lamina::text
