#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {
namespace {

constexpr std::int64_t chunk_elements = 16 * 1024;

}  // namespace

void cast(const KernelTable& kernels, const CastParams& p) {
  const auto kernel = kernels.cast[static_cast<int>(p.from)][static_cast<int>(p.to)];
  const char* x = static_cast<const char*>(p.x);
  char* y = static_cast<char*>(p.y);
  const auto from_size = static_cast<std::int64_t>(size_of(p.from));
  const auto to_size = static_cast<std::int64_t>(size_of(p.to));
  for_ranges(p.n, chunk_elements, [=](std::int64_t begin, std::int64_t end) noexcept {
    kernel(x + begin * from_size, y + begin * to_size, end - begin);
  });
}

}  // namespace lamina::cpu::drivers
