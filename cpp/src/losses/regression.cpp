#include "lamina/losses/regression.hpp"

#include <limits>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "losses/compared.hpp"
#include "losses/options.hpp"

namespace lamina {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double positive(const char* type, const char* option, double value) {
  require(value > 0 && std::isfinite(value), type, option, value, "finite and above 0");
  return value;
}

Tensor absolute_percentage_error(const Tensor& target, const Tensor& prediction) {
  const auto [t, p] = compared("mean_absolute_percentage_error", target, prediction);
  const Tensor size = ops::clip(ops::abs(t), loss_epsilon, infinity);
  return ops::mean(ops::abs((t - p) / size), {-1}) * 100.0;
}

Tensor squared_logarithmic_error(const Tensor& target, const Tensor& prediction) {
  const auto [t, p] = compared("mean_squared_logarithmic_error", target, prediction);
  const auto log_of = [](const Tensor& x) {
    return ops::log1p(ops::clip(x, loss_epsilon, infinity));
  };
  return ops::mean(ops::square(log_of(p) - log_of(t)), {-1});
}

Tensor negative_cosine(const Tensor& target, const Tensor& prediction, int axis) {
  const auto [t, p] = compared("cosine_similarity", target, prediction);
  return -ops::sum(ops::normalize(t, {axis}) * ops::normalize(p, {axis}), {axis});
}

}  // namespace

MeanSquaredError::MeanSquaredError(const Options& options)
    : FusedLoss(described("MeanSquaredError", options), ops::mean_squared_error, {}) {}

MeanAbsoluteError::MeanAbsoluteError(const Options& options)
    : FusedLoss(described("MeanAbsoluteError", options), ops::mean_absolute_error, {}) {}

MeanAbsolutePercentageError::MeanAbsolutePercentageError(const Options& options)
    : FusedLoss(described("MeanAbsolutePercentageError", options), absolute_percentage_error) {}

MeanSquaredLogarithmicError::MeanSquaredLogarithmicError(const Options& options)
    : FusedLoss(described("MeanSquaredLogarithmicError", options), squared_logarithmic_error) {}

Huber::Huber(const Options& options)
    : FusedLoss(described("Huber", options), ops::huber,
                {.delta = positive("Huber", "delta", options.delta)}) {}

SmoothL1::SmoothL1(const Options& options)
    : FusedLoss(described("SmoothL1", options), ops::smooth_l1,
                {.delta = positive("SmoothL1", "beta", options.beta)}) {}

LogCosh::LogCosh(const Options& options)
    : FusedLoss(described("LogCosh", options), ops::log_cosh, {}) {}

CosineSimilarityLoss::CosineSimilarityLoss(const Options& options)
    : FusedLoss(described("CosineSimilarity", options),
                [axis = loss_axis("CosineSimilarity", options.axis)](
                    const Tensor& t, const Tensor& p) { return negative_cosine(t, p, axis); }) {}

}  // namespace lamina
