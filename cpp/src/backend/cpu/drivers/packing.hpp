// Packing of matrices for the register tile of the matrix product, by threads.
#pragma once

#include "backend/cpu/drivers/common.hpp"

namespace lamina::cpu::drivers {

/// Calls pack(i) for every piece i in [0, pieces), each of about `piece` elements of T.
template <class T, class Pack>
void pack_pieces(std::int64_t pieces, std::int64_t piece, int workers, const Pack& pack) {
  const std::int64_t group = std::max<std::int64_t>(
      chunk_bytes / static_cast<std::int64_t>(sizeof(T)) / std::max<std::int64_t>(piece, 1), 1);
  parallel_for(chunk_count(pieces, group), workers, [&](std::int64_t chunk, int) noexcept {
    const std::int64_t end = std::min((chunk + 1) * group, pieces);
    for (std::int64_t i = chunk * group; i < end; ++i) pack(i);
  });
}

}  // namespace lamina::cpu::drivers
