// Rows by index.
#include <cstring>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/first_fault.hpp"

namespace lamina::cpu::drivers {
namespace {

constexpr std::int64_t chunk_elements = 16 * 1024;

// Single elements: a loop instead of a call for each.
template <class Bits>
void gather_elements(const GatherRowsParams& p) {
  const Bits* x = static_cast<const Bits*>(p.x);
  Bits* y = static_cast<Bits*>(p.y);
  if (p.outer == 1 && p.row_size == 1) {
    return for_ranges(p.rows, chunk_elements, [&](std::int64_t begin, std::int64_t end) noexcept {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t index = p.indices[i];
        y[i] = index < 0 ? Bits(0) : x[index];
      }
    });
  }
  for_rows(p.outer * p.rows, p.row_size, chunk_elements,
           [&](std::int64_t begin, std::int64_t end) noexcept {
             for (std::int64_t row = begin; row < end; ++row) {
               const Bits* const block = x + row / p.rows * p.x_rows * p.row_size;
               const std::int64_t* const indices =
                   p.indices + (p.each_element ? row * p.row_size : row % p.rows);
               for (std::int64_t i = 0; i < p.row_size; ++i) {
                 const std::int64_t index = indices[p.each_element ? i : 0];
                 y[row * p.row_size + i] = index < 0 ? Bits(0) : block[index * p.row_size + i];
               }
             }
           });
}

}  // namespace

// Each index is read once, whatever the compiler makes of it.
void resolve_indices(const KernelTable&, const ResolveIndicesParams& p) {
  FirstFault first;
  const volatile std::int64_t* const indices = p.indices;
  for_ranges(p.n, chunk_elements, [&](std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t given = indices[i];
      const bool is_valid = given >= -p.limit && given < p.limit;
      if (!is_valid) first.note(i, given);
      p.y[i] = !is_valid ? -1 : given < 0 ? given + p.limit : given;
    }
  });
  first.record(p.limit, p.fault);
}

void gather_rows(const KernelTable& kernels, const GatherRowsParams& p) {
  if (p.from == p.to && (p.row_size == 1 || p.each_element)) {
    switch (size_of(p.from)) {
      case 1: return gather_elements<std::uint8_t>(p);
      case 4: return gather_elements<std::uint32_t>(p);
      default: return gather_elements<std::uint64_t>(p);
    }
  }
  const auto kernel = kernels.cast[static_cast<int>(p.from)][static_cast<int>(p.to)];
  const char* x = static_cast<const char*>(p.x);
  char* y = static_cast<char*>(p.y);
  const std::int64_t from_bytes = p.row_size * static_cast<std::int64_t>(size_of(p.from));
  const std::int64_t to_bytes = p.row_size * static_cast<std::int64_t>(size_of(p.to));
  for_rows(p.outer * p.rows, p.row_size, chunk_elements,
           [&](std::int64_t begin, std::int64_t end) noexcept {
             for (std::int64_t row = begin; row < end; ++row) {
               const std::int64_t index = p.indices[row % p.rows];
               char* const to = y + row * to_bytes;
               if (index < 0) {
                 std::memset(to, 0, static_cast<std::size_t>(to_bytes));
               } else {
                 kernel(x + (row / p.rows * p.x_rows + index) * from_bytes, to, p.row_size);
               }
             }
           });
}

}  // namespace lamina::cpu::drivers
