#include "lamina/losses/overlap.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/reduction.hpp"
#include "losses/compared.hpp"
#include "losses/options.hpp"

namespace lamina {
namespace {

std::vector<int> loss_axes(const char* type, const std::vector<std::int64_t>& axes) {
  std::vector<int> result;
  for (std::int64_t axis : axes) result.push_back(loss_axis(type, axis));
  return result;
}

Tensor dice(const Tensor& target, const Tensor& prediction, const std::vector<int>& axes) {
  const auto [t, p] = compared("dice", target, prediction);
  const Tensor common = ops::sum(t * p, axes);
  return 1.0 - common * 2.0 / (ops::sum(t, axes) + ops::sum(p, axes) + loss_epsilon);
}

Tensor tversky(const Tensor& target, const Tensor& prediction, const std::vector<int>& axes,
               double alpha, double beta) {
  const auto [t, p] = compared("tversky", target, prediction);
  const Tensor common = ops::sum(t * p, axes);
  const Tensor missed = ops::sum((1.0 - p) * t, axes);
  const Tensor wrong = ops::sum(p * (1.0 - t), axes);
  return 1.0 - common / (common + missed * alpha + wrong * beta + loss_epsilon);
}

}  // namespace

Dice::Dice(const Options& options)
    : FusedLoss(described("Dice", options),
                [axes = loss_axes("Dice", options.axis)](const Tensor& t, const Tensor& p) {
                  return dice(t, p, axes);
                }) {}

Tversky::Tversky(const Options& options)
    : FusedLoss(
          described("Tversky", options),
          [axes = loss_axes("Tversky", options.axis),
           alpha = not_negative("Tversky", "alpha", options.alpha),
           beta = not_negative("Tversky", "beta", options.beta)](const Tensor& t, const Tensor& p) {
            return tversky(t, p, axes, alpha, beta);
          }) {}

}  // namespace lamina
