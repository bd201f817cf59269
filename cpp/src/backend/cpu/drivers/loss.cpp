#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/first_fault.hpp"

namespace lamina::cpu::drivers {

void loss(const KernelTable& kernels, const LossParams& p) {
  const bool has_labels = p.kind == LossKind::sparse_categorical_crossentropy;
  FirstFault first;
  with_float(kernels, p.dtype, "a loss", [&]<class T>(const auto& k, T) {
    const auto kernel = k.loss.loss[static_cast<int>(p.kind)][p.from_logits];
    const T* targets = static_cast<const T*>(p.target);
    const std::int64_t* labels = static_cast<const std::int64_t*>(p.target);
    const T* weights = static_cast<const T*>(p.weights);
    T* grad = static_cast<T*>(p.grad);
    for_rows(p.rows, p.cols, transcendental_chunk,
             [&](std::int64_t begin, std::int64_t end) noexcept {
               LossRows<T> rows;
               rows.rows = end - begin;
               rows.cols = p.cols;
               for (int i = 0; i < 4; ++i) rows.numbers.of[i] = static_cast<T>(p.numbers[i]);
               rows.prediction = static_cast<const T*>(p.prediction) + begin * p.cols;
               rows.target =
                   has_labels ? static_cast<const void*>(labels + begin) : targets + begin * p.cols;
               rows.weights = weights == nullptr ? nullptr : weights + begin;
               rows.scale = static_cast<T>(p.scale);
               rows.losses = static_cast<T*>(p.losses) + begin;
               rows.grad = grad == nullptr ? nullptr : grad + begin * p.cols;
               LabelFault fault;
               rows.fault = &fault;
               kernel(rows);
               if (fault.row >= 0) first.note(begin + fault.row, fault.label);
             });
  });
  if (has_labels) first.record(p.cols, p.fault);
}

void accuracy(const KernelTable& kernels, const AccuracyParams& p) {
  with_float(kernels, p.dtype, "an accuracy", [&]<class T>(const auto& k, T) {
    const auto kernel = k.loss.accuracy[static_cast<int>(p.kind)];
    const T* prediction = static_cast<const T*>(p.prediction);
    const T* targets = static_cast<const T*>(p.target);
    const std::int64_t* labels = static_cast<const std::int64_t*>(p.target);
    for_rows(p.rows, p.cols, transcendental_chunk,
             [&](std::int64_t begin, std::int64_t end) noexcept {
               const void* target = p.kind == AccuracyKind::sparse
                                        ? static_cast<const void*>(labels + begin)
                                        : targets + begin * p.cols;
               kernel(prediction + begin * p.cols, target, static_cast<T>(p.threshold), end - begin,
                      p.cols, static_cast<T*>(p.matches) + begin);
             });
  });
}

}  // namespace lamina::cpu::drivers
