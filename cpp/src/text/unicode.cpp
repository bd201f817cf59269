#include "text/unicode.hpp"

#include <algorithm>
#include <iterator>

namespace lamina::text {
namespace {

struct LowerRange {
  std::uint32_t first, last, step;
  std::int32_t distance;
};

constexpr LowerRange lower_ranges[] = {
#include "text/lower_case.inl"
};

std::uint32_t lower(std::uint32_t character) {
  if (character < 0x80) {
    return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
  }
  const auto* const range =
      std::lower_bound(std::begin(lower_ranges), std::end(lower_ranges), character,
                       [](const LowerRange& r, std::uint32_t c) { return r.last < c; });
  const bool holds = range != std::end(lower_ranges) && range->first <= character &&
                     (character - range->first) % range->step == 0;
  return holds ? character + static_cast<std::uint32_t>(range->distance) : character;
}

}  // namespace

std::uint32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const std::uint32_t lead = byte(at++);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4) return replacement;
  std::uint32_t character = lead & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80) return replacement;
    character = character << 6 | (byte(at + i) & 0x3FU);
  }
  // Neither longer than need be, nor half of a UTF-16 pair, nor beyond Unicode.
  constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  const bool is_half = character >= 0xD800 && character < 0xE000;
  if (character < least[more] || is_half || character > 0x10FFFF) return replacement;
  at += more;
  return character;
}

void append_character(std::string& text, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    // The replacement itself is written in three bytes.
    if (next_character(text, at) == replacement && at - begin != 3) return false;
  }
  return true;
}

void append_lower(std::string& text, std::string_view given) {
  for (std::size_t at = 0; at < given.size();) {
    const std::size_t begin = at;
    const std::uint32_t character = next_character(given, at);
    const std::uint32_t small = lower(character);
    if (small == character) {
      text += given.substr(begin, at - begin);
    } else {
      append_character(text, small);
    }
  }
}

}  // namespace lamina::text
