// One optimizer step: the chunks of all weights, one after another, form one parallel region.
#include <cmath>
#include <limits>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {
namespace {

// Elements of one chunk: Adam reads and writes up to seven streams.
constexpr std::int64_t chunk_elements = 8 * 1024;

// What the gradient is multiplied by: `scale`, or less where the norm would exceed a limit.
double gradient_factor(const OptimizerSlot& slot, double scale, double limit) noexcept {
  double factor = scale;
  if (slot.squared_norm != nullptr) {
    const double norm = std::sqrt(*slot.squared_norm) * std::abs(scale);
    if (norm > limit) factor *= limit / norm;
  }
  if (slot.trust != nullptr && slot.trust[0] > 0 && slot.trust[1] > 0) {
    factor *= std::sqrt(slot.trust[0]) / std::sqrt(slot.trust[1]);
  }
  return factor;
}

// A stretch of one weight.
template <class T>
void step_range(OptimizerKernel<T> kernel, OptimizerStep<T> step, const OptimizerParams& p,
                const OptimizerSlot& slot, std::int64_t begin, std::int64_t end) noexcept {
  step.grad_scale = static_cast<T>(gradient_factor(slot, p.grad_scale, p.clip_norm));
  if (!slot.decays) step.keep = 1;
  T* slots[3];
  for (int i = 0; i < 3; ++i) {
    slots[i] = slot.slots[i] == nullptr ? nullptr : static_cast<T*>(slot.slots[i]) + begin;
  }
  kernel(step, static_cast<T*>(slot.weight) + begin, static_cast<const T*>(slot.grad) + begin,
         slots, end - begin);
}

}  // namespace

void optimizer_step(const KernelTable& kernels, const OptimizerParams& p) {
  with_float(kernels, p.dtype, "an optimizer step", [&]<class T>(const auto& k, T) {
    OptimizerStep<T> step;
    step.learning_rate = static_cast<T>(p.learning_rate);
    step.gradient_rate = static_cast<T>(p.gradient_rate);
    step.momentum = static_cast<T>(p.momentum);
    step.one_minus_beta_1 = static_cast<T>(1 - p.beta_1);
    step.one_minus_beta_2 = static_cast<T>(1 - p.beta_2);
    step.epsilon = static_cast<T>(p.epsilon);
    step.beta_1 = static_cast<T>(p.beta_1);
    step.l1 = static_cast<T>(p.l1);
    step.l2 = static_cast<T>(p.l2);
    step.shrinkage = static_cast<T>(p.shrinkage);
    step.inverse_rate = static_cast<T>(1 / p.learning_rate);
    step.keep = static_cast<T>(1 - p.decay);
    step.clip =
        p.clip_value > 0 ? static_cast<T>(p.clip_value) : std::numeric_limits<T>::infinity();
    const OptimizerKernel<T> kernel = k.optimizer[static_cast<int>(p.kind)];
    std::int64_t elements = 0;
    for (const OptimizerSlot& slot : p.host_slots) elements += slot.n;
    // The elements are numbered through all weights; a chunk may span several.
    parallel_for(chunk_count(elements, chunk_elements), num_threads(),
                 [&](std::int64_t chunk, int) noexcept {
                   const std::int64_t begin = chunk * chunk_elements;
                   const std::int64_t end = std::min(begin + chunk_elements, elements);
                   std::int64_t first = 0;  // number of this weight's first element
                   for (const OptimizerSlot& slot : p.host_slots) {
                     const std::int64_t from = std::max(begin - first, std::int64_t{0});
                     const std::int64_t to = std::min(end - first, slot.n);
                     if (from < to) step_range<T>(kernel, step, p, slot, from, to);
                     first += slot.n;
                     if (first >= end) break;
                   }
                 });
  });
}

}  // namespace lamina::cpu::drivers
