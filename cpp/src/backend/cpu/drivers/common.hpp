// What the drivers share: choosing the kernels of a dtype, and cutting work into chunks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "backend/cpu/kernels/kernel_table.hpp"
#include "core/check.hpp"
#include "core/parallel_for.hpp"
#include "lamina/core/parallel.hpp"

namespace lamina::cpu::drivers {

/// Bytes a chunk of plain streaming work should touch: 128 KiB take about 4 µs from the second
/// cache, several times what starting a region costs.
inline constexpr std::int64_t chunk_bytes = 128 * 1024;

/// Elements of one chunk of a function that costs an exponential: about as long, with fewer bytes.
inline constexpr std::int64_t transcendental_chunk = 8 * 1024;

[[noreturn]] inline void unsupported(std::string_view operation, Dtype dtype) {
  fail(ErrorKind::type, operation, " does not work on ", name_of(dtype), "; cast to float32 first");
}

/// Calls body(kernels of that dtype, a value of its C++ type).
template <class Body>
void with_float(const KernelTable& kernels, Dtype dtype, std::string_view operation, Body body) {
  switch (dtype) {
    case Dtype::float32: return body(kernels.float32, float{});
    case Dtype::float64: return body(kernels.float64, double{});
    default: unsupported(operation, dtype);
  }
}

template <class Body>
void with_number(const KernelTable& kernels, Dtype dtype, std::string_view operation, Body body) {
  switch (dtype) {
    case Dtype::float32: return body(kernels.float32, float{});
    case Dtype::float64: return body(kernels.float64, double{});
    case Dtype::int32: return body(kernels.int32, std::int32_t{});
    case Dtype::int64: return body(kernels.int64, std::int64_t{});
    default: unsupported(operation, dtype);
  }
}

/// Cuts [0, n) into chunks of about `grain`, calls body(begin, end) for each. Chunks begin at
/// multiples of 64 elements, so that no two threads write to one cache line of an aligned array.
template <class Body>
void for_ranges(std::int64_t n, std::int64_t grain, const Body& body) {
  const std::int64_t chunks = std::max<std::int64_t>(n / grain, 1);
  const std::int64_t length = (chunk_count(n, chunks) + 63) / 64 * 64;
  if (n <= 0) return;
  parallel_for(chunk_count(n, length), num_threads(), [&](std::int64_t chunk, int) noexcept {
    body(chunk * length, std::min(n, (chunk + 1) * length));
  });
}

/// The same for rows that each cost `row_cost` elements.
template <class Body>
void for_rows(std::int64_t rows, std::int64_t row_cost, std::int64_t grain, const Body& body) {
  if (rows <= 0) return;
  const std::int64_t length =
      std::max<std::int64_t>(grain / std::max<std::int64_t>(row_cost, 1), 1);
  parallel_for(chunk_count(rows, length), num_threads(), [&](std::int64_t chunk, int) noexcept {
    body(chunk * length, std::min(rows, (chunk + 1) * length));
  });
}

/// The same from the last rows to the first: what a pass before this one read last is still in the
/// caches.
template <class Body>
void for_rows_backwards(std::int64_t rows, std::int64_t row_cost, std::int64_t grain,
                        const Body& body) {
  for_rows(rows, row_cost, grain,
           [&](std::int64_t begin, std::int64_t end) noexcept { body(rows - end, rows - begin); });
}

/// What a call must touch before its result is written around the caches: as much as the last cache
/// of a small machine holds. Below it the next layer finds the result there.
inline constexpr std::int64_t streamed_bytes = 24 * 1024 * 1024;

/// Whether a result of whole rows should be written around the caches, and can: only whole vectors
/// on their boundaries do.
template <class T>
bool is_streamed(const KernelTable& kernels, std::int64_t elements_touched, const T* result,
                 std::int64_t row_length) {
  const std::int64_t bytes = kernels.vector_bytes;
  return elements_touched >= streamed_bytes / std::int64_t(sizeof(T)) &&
         row_length * std::int64_t(sizeof(T)) % bytes == 0 &&
         reinterpret_cast<std::uintptr_t>(result) % static_cast<std::uintptr_t>(bytes) == 0;
}

}  // namespace lamina::cpu::drivers
