// The hashes by which Keras chooses among several places for unknown terms.
#pragma once

#include <cstdint>
#include <string_view>

#include "lamina/export.hpp"

namespace lamina::text {

/// FarmHash's Fingerprint64 (Pike, 2014), which never changes between versions.
LAMINA_INTERNAL_API std::uint64_t fingerprint64(std::string_view bytes);
/// SipHash-2-4 with a key of two words (Aumasson and Bernstein, 2012).
LAMINA_INTERNAL_API std::uint64_t siphash(std::string_view bytes, std::uint64_t key0,
                                          std::uint64_t key1);

}  // namespace lamina::text
