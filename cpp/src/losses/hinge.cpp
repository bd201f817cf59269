#include "lamina/losses/hinge.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "losses/compared.hpp"
#include "losses/options.hpp"

namespace lamina {
namespace {

// max(x, 0), whose gradient is 1/2 at 0, as Keras's.
Tensor not_below_zero(const Tensor& x) { return ops::maximum(x, number_beside(x, 0)); }

// How far each prediction is within the margin. The device says whether labels are 0 and 1, and
// nobody waits for it.
Tensor shortfall(const char* name, const Tensor& target, const Tensor& prediction) {
  const auto [t, p] = compared(name, target, prediction);
  const Tensor are_binary = ops::all(
      ops::logical_or(ops::equal(t, number_beside(t, 0)), ops::equal(t, number_beside(t, 1))));
  const Tensor signs = ops::where(are_binary, t * 2.0 - 1.0, t);
  return not_below_zero(1.0 - signs * p);
}

Tensor hinge(const Tensor& target, const Tensor& prediction) {
  return ops::mean(shortfall("hinge", target, prediction), {-1});
}

Tensor squared_hinge(const Tensor& target, const Tensor& prediction) {
  return ops::mean(ops::square(shortfall("squared_hinge", target, prediction)), {-1});
}

Tensor categorical_hinge(const Tensor& target, const Tensor& prediction) {
  const auto [t, p] = compared("categorical_hinge", target, prediction);
  const Tensor right = ops::sum(t * p, {-1});
  const Tensor wrong = ops::max((1.0 - t) * p, {-1});
  return not_below_zero(wrong - right + 1.0);
}

}  // namespace

Hinge::Hinge(const Options& options) : FusedLoss(described("Hinge", options), hinge) {}

SquaredHinge::SquaredHinge(const Options& options)
    : FusedLoss(described("SquaredHinge", options), squared_hinge) {}

CategoricalHinge::CategoricalHinge(const Options& options)
    : FusedLoss(described("CategoricalHinge", options), categorical_hinge) {}

}  // namespace lamina
