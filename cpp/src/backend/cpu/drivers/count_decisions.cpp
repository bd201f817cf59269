// Counts at many limits by one pass: each element falls into the bucket between two limits, and
// what lies above a limit is the sum of the buckets above it.
#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// How many of the ascending limits lie below x. Each halving adds 0 or `half` by a mask: a branch
// would be guessed wrong half of the time.
template <class T>
std::int64_t limits_below(T x, const T* limits, std::int64_t count) {
  const T* first = limits;
  while (count > 1) {
    const std::int64_t half = count / 2;
    first += half & -static_cast<std::int64_t>(first[half - 1] < x);
    count -= half;
  }
  return (first - limits) + (*first < x ? 1 : 0);
}

// Adds, for each limit and column, the sums of the buckets above it and of those below.
void add_both_sides(const CountDecisionsParams& p, const double* buckets, double* above,
                    double* below) {
  for (std::int64_t column = 0; column < p.columns; ++column) {
    double sum = 0;
    for (std::int64_t t = p.limit_count - 1; above != nullptr && t >= 0; --t) {
      sum += buckets[(t + 1) * p.columns + column];
      above[p.rows[t] * p.columns + column] += sum;
    }
    sum = 0;
    for (std::int64_t t = 0; below != nullptr && t < p.limit_count; ++t) {
      sum += buckets[t * p.columns + column];
      below[p.rows[t] * p.columns + column] += sum;
    }
  }
}

}  // namespace

// On one thread, in order, as accumulate_mean: sums of weights keep their roundings.
void count_decisions(const KernelTable& kernels, const CountDecisionsParams& p) {
  const std::int64_t bucket_count = (p.limit_count + 1) * p.columns;
  const auto doubles = static_cast<std::size_t>(2 * bucket_count + p.limit_count);
  const Scratch scratch(doubles * sizeof(double));
  double* const positive = scratch.as<double>();
  double* const negative = positive + bucket_count;
  std::fill_n(positive, 2 * bucket_count, 0.0);
  with_float(kernels, p.dtype, "a count", [&]<class T>(const auto&, T) {
    T* const limits = reinterpret_cast<T*>(negative + bucket_count);
    for (std::int64_t t = 0; t < p.limit_count; ++t) limits[t] = static_cast<T>(p.limits[t]);
    const T* x = static_cast<const T*>(p.x);
    const auto add_all = [&](const auto& weight_of) {
      for (std::int64_t i = 0, column = 0; i < p.n; ++i) {
        const std::int64_t bucket = limits_below(x[i], limits, p.limit_count);
        (p.labels[i] ? positive : negative)[bucket * p.columns + column] += weight_of(i);
        if (++column == p.columns) column = 0;
      }
    };
    if (p.weights == nullptr) return add_all([](std::int64_t) { return 1.0; });
    with_float(kernels, p.weights_dtype, "a count's weights", [&]<class W>(const auto&, W) {
      const W* weights = static_cast<const W*>(p.weights);
      add_all([&](std::int64_t i) { return static_cast<double>(weights[i / p.repeat]); });
    });
  });
  add_both_sides(p, positive, p.true_positives, p.false_negatives);
  add_both_sides(p, negative, p.false_positives, p.true_negatives);
}

}  // namespace lamina::cpu::drivers
