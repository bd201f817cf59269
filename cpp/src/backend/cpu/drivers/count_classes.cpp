// Confusion matrices.
#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {

// On one thread, in order, as accumulate_mean: sums of weights keep their roundings.
void count_classes(const KernelTable& kernels, const CountClassesParams& p) {
  const auto add_all = [&](const auto& weight_of) {
    const auto classes = static_cast<std::uint64_t>(p.classes);
    for (std::int64_t i = 0; i < p.n; ++i) {
      const std::int64_t target = p.targets[i], prediction = p.predictions[i];
      // A negative one is out of range too when it has no sign.
      if (static_cast<std::uint64_t>(target) >= classes ||
          static_cast<std::uint64_t>(prediction) >= classes || target == p.ignored) {
        continue;
      }
      p.counts[target * p.classes + prediction] += weight_of(i);
    }
  };
  if (p.weights == nullptr) return add_all([](std::int64_t) { return 1.0; });
  with_float(kernels, p.weights_dtype, "a count's weights", [&]<class W>(const auto&, W) {
    const W* weights = static_cast<const W*>(p.weights);
    add_all([&](std::int64_t i) { return static_cast<double>(weights[i / p.repeat]); });
  });
}

}  // namespace lamina::cpu::drivers
