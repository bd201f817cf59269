#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {
namespace {

constexpr std::int64_t chunk_elements = 16 * 1024;

auto cast_kernel(const KernelTable& kernels, Dtype from, Dtype to) {
  return kernels.cast[static_cast<int>(from)][static_cast<int>(to)];
}

// Single elements: a loop instead of a call for each.
void gather_elements(const GatherRowsParams& p) {
  const auto run = [&]<class Bits>(Bits) {
    const Bits* x = static_cast<const Bits*>(p.x);
    Bits* y = static_cast<Bits*>(p.y);
    for_ranges(p.rows, chunk_elements, [&](std::int64_t begin, std::int64_t end) noexcept {
      for (std::int64_t i = begin; i < end; ++i) y[i] = x[p.indices[i]];
    });
  };
  switch (size_of(p.from)) {
    case 1: return run(std::uint8_t{});
    case 4: return run(std::uint32_t{});
    default: return run(std::uint64_t{});
  }
}

}  // namespace

void cast(const KernelTable& kernels, const CastParams& p) {
  const auto kernel = cast_kernel(kernels, p.from, p.to);
  const char* x = static_cast<const char*>(p.x);
  char* y = static_cast<char*>(p.y);
  const auto from_size = static_cast<std::int64_t>(size_of(p.from));
  const auto to_size = static_cast<std::int64_t>(size_of(p.to));
  for_ranges(p.n, chunk_elements, [=](std::int64_t begin, std::int64_t end) noexcept {
    kernel(x + begin * from_size, y + begin * to_size, end - begin);
  });
}

void gather_rows(const KernelTable& kernels, const GatherRowsParams& p) {
  const auto kernel = cast_kernel(kernels, p.from, p.to);
  const char* x = static_cast<const char*>(p.x);
  char* y = static_cast<char*>(p.y);
  const std::int64_t from_bytes = p.row_size * static_cast<std::int64_t>(size_of(p.from));
  const std::int64_t to_bytes = p.row_size * static_cast<std::int64_t>(size_of(p.to));
  if (p.row_size == 1 && p.from == p.to) return gather_elements(p);
  for_rows(p.rows, p.row_size, chunk_elements, [&](std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t row = begin; row < end; ++row) {
      kernel(x + p.indices[row] * from_bytes, y + row * to_bytes, p.row_size);
    }
  });
}

}  // namespace lamina::cpu::drivers
