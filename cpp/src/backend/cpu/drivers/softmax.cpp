#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {

void softmax(const KernelTable& kernels, const SoftmaxParams& p) {
  with_float(kernels, p.dtype, "softmax", [&]<class T>(const auto& k, T) {
    const auto kernel = k.softmax.forward[p.log];
    const T* x = static_cast<const T*>(p.x);
    T* y = static_cast<T*>(p.y);
    for_rows(p.rows, p.cols, transcendental_chunk,
             [=, cols = p.cols](std::int64_t begin, std::int64_t end) noexcept {
               kernel(x + begin * cols, y + begin * cols, end - begin, cols);
             });
  });
}

void softmax_backward(const KernelTable& kernels, const SoftmaxBackwardParams& p) {
  with_float(kernels, p.dtype, "softmax", [&]<class T>(const auto& k, T) {
    const auto kernel = k.softmax.backward[p.log];
    const T* dy = static_cast<const T*>(p.dy);
    const T* y = static_cast<const T*>(p.y);
    T* dx = static_cast<T*>(p.dx);
    for_rows(p.rows, p.cols, transcendental_chunk,
             [=, cols = p.cols](std::int64_t begin, std::int64_t end) noexcept {
               kernel(dy + begin * cols, y + begin * cols, dx + begin * cols, end - begin, cols);
             });
  });
}

}  // namespace lamina::cpu::drivers
