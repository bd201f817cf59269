// Sums in double that outlive a call: totals of losses and metrics.
#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {

void accumulate(const KernelTable& kernels, const AccumulateParams& p) {
  with_float(kernels, p.from, "a total", [&]<class T>(const auto&, T) {
    *p.y += static_cast<double>(*static_cast<const T*>(p.x)) * p.scale;
  });
}

// In order, on one thread: a batch has few values beside what made them.
void accumulate_mean(const KernelTable& kernels, const AccumulateMeanParams& p) {
  with_float(kernels, p.dtype, "a mean", [&]<class T>(const auto&, T) {
    const T* x = static_cast<const T*>(p.x);
    double total = 0, count = 0;
    if (p.weights == nullptr) {
      for (std::int64_t i = 0; i < p.n; ++i) total += static_cast<double>(x[i]);
      count = static_cast<double>(p.n);
    } else {
      with_float(kernels, p.weights_dtype, "a mean's weights", [&]<class W>(const auto&, W) {
        const W* weights = static_cast<const W*>(p.weights);
        for (std::int64_t i = 0; i < p.n; ++i) {
          const auto weight = static_cast<double>(weights[i / p.repeat]);
          total += weight * static_cast<double>(x[i]);
          count += weight;
        }
      });
    }
    *p.total += total * p.scale;
    if (p.count != nullptr) *p.count += count * p.scale;
  });
}

}  // namespace lamina::cpu::drivers
