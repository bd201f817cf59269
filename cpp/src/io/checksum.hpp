// XXH64, a 64-bit checksum: 8 GB/s from a cache and 2.5 GB/s from memory on one core of a busy
// Xeon, so that a file of 268 MB loads in 0.64 s, 0.1 s of them for checksums. It finds accidents,
// not forgeries. https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lamina {

std::uint64_t xxh64(std::span<const std::byte> bytes, std::uint64_t seed = 0);

}  // namespace lamina
