#include <cmath>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {

void dropout(const KernelTable& kernels, const DropoutParams& p) {
  with_float(kernels, p.dtype, "dropout", [&]<class T>(const auto& k, T) {
    // A word is at least rate * 2^32 exactly when it is at least that rounded up.
    const auto threshold = static_cast<std::uint64_t>(std::ceil(p.rate * 0x1p32));
    const T scale = static_cast<T>(1 / (1 - p.rate));
    const T* x = static_cast<const T*>(p.x);
    T* y = static_cast<T*>(p.y);
    // for_ranges begins at multiples of 64 elements, hence of a block's 4 words.
    for_ranges(p.n, transcendental_chunk, [&](std::int64_t begin, std::int64_t end) noexcept {
      k.dropout(x + begin, y + begin, begin, end - begin, p.key, p.draw, threshold, scale);
    });
  });
}

}  // namespace lamina::cpu::drivers
