#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

constexpr std::int64_t chunk_elements = 16 * 1024;

}  // namespace

void arg_reduce(const KernelTable& kernels, const ArgReduceParams& p) {
  with_number(kernels, p.dtype, "argmax", [&]<class T>(const auto& k, T) {
    const auto kernel = k.scan.arg[p.is_max];
    const T* x = static_cast<const T*>(p.x);
    const Scratch scratch(static_cast<std::size_t>(p.outer * p.inner) * sizeof(T));
    T* const best = scratch.as<T>();
    for_rows(p.outer, p.reduced * p.inner, chunk_elements,
             [=](std::int64_t begin, std::int64_t end) noexcept {
               for (std::int64_t i = begin; i < end; ++i) {
                 kernel(x + i * p.reduced * p.inner, p.reduced, p.inner, best + i * p.inner,
                        p.y + i * p.inner);
               }
             });
  });
}

void cumulative_sum(const KernelTable& kernels, const CumulativeSumParams& p) {
  with_number(kernels, p.dtype, "cumsum", [&]<class T>(const auto& k, T) {
    if (p.length == 0 || p.inner == 0) return;
    const T* x = static_cast<const T*>(p.x);
    T* y = static_cast<T*>(p.y);
    const std::int64_t size = p.length * p.inner;
    for_rows(p.outer, size, chunk_elements, [&](std::int64_t begin, std::int64_t end) noexcept {
      for (std::int64_t i = begin; i < end; ++i) {
        k.scan.cumulative_sum(x + i * size, p.length, p.inner, p.reverse, y + i * size);
      }
    });
  });
}

}  // namespace lamina::cpu::drivers
