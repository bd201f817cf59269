// What lamina's caching allocator holds.
#pragma once

#include <cstddef>

#include "lamina/export.hpp"

namespace lamina {

struct MemoryStatistics {
  std::size_t in_use_bytes;         ///< handed out to live tensors
  std::size_t cached_bytes;         ///< kept for reuse
  unsigned long long system_calls;  ///< blocks asked of the system so far
};

LAMINA_API MemoryStatistics memory_statistics() noexcept;

/// Most bytes kept for reuse; above it freed blocks return to the system. Default 1 GiB.
LAMINA_API void set_memory_cache_limit(std::size_t bytes) noexcept;

/// Gives every cached block back to the system.
LAMINA_API void release_cached_memory() noexcept;

}  // namespace lamina
