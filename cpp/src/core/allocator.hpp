// The caching allocator: blocks of 64-byte aligned memory, kept by size class for reuse.
#pragma once

#include <cstddef>

namespace lamina {

/// At least `bytes` of 64-byte aligned memory (a valid pointer even for 0).
void* allocate(std::size_t bytes);
/// Takes a block back; `bytes` as given to allocate.
void deallocate(void* block, std::size_t bytes) noexcept;

}  // namespace lamina
