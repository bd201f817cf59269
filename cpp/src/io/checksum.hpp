// XXH64, a 64-bit checksum that runs as fast as memory is read (11 GB/s on one Zen 4 core,
// MEASURE). It finds accidents, not forgeries.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace lamina {

std::uint64_t xxh64(std::span<const std::byte> bytes, std::uint64_t seed = 0);

}  // namespace lamina
