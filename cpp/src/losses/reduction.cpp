#include "losses/reduction.hpp"

#include "core/check.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/reduction.hpp"
#include "losses/sample_weights.hpp"

namespace lamina {
namespace {

Tensor both_masks(const Tensor& mask, const Tensor& own) {
  if (!own.defined() || own.handle() == mask.handle()) return mask;
  return mask.defined() ? ops::logical_and(mask, own) : own;
}

Tensor mean_or_sum(const Tensor& losses, LossReduction reduction) {
  if (losses.rank() == 0 || reduction == LossReduction::none) return losses;
  return reduction == LossReduction::sum ? ops::sum(losses) : ops::mean(losses);
}

}  // namespace

LossReduction loss_reduction(const std::string& owner, const std::string& name) {
  if (name == "sum_over_batch_size" || name == "mean") return LossReduction::mean;
  if (name == "sum") return LossReduction::sum;
  if (name == "mean_with_sample_weight") return LossReduction::weighted_mean;
  if (name == "none") return LossReduction::none;
  fail(ErrorKind::value, owner,
       " needs reduction sum_over_batch_size, mean, mean_with_sample_weight, sum or none, got '",
       name, "'");
}

Tensor shares_of(const Tensor& weights) { return ops::divide_no_nan(weights, ops::sum(weights)); }

Tensor reduced_loss(const std::string& owner, const Tensor& losses, const Tensor& mask,
                    const Tensor& sample_weight, LossReduction reduction) {
  const Tensor kept = both_masks(mask, losses.mask());
  if (!sample_weight.defined() && !kept.defined()) return mean_or_sum(losses, reduction);
  Tensor weights = reduction == LossReduction::mean
                       ? averaging_weights(owner, sample_weight, kept, losses.dtype())
                       : masked_weights(owner, sample_weight, kept, losses.dtype());
  // One weight on one loss is no mean, as in Keras.
  const bool is_one = losses.rank() == 0 && weights.rank() == 0;
  if (reduction == LossReduction::weighted_mean && !is_one) {
    weights = shares_of(weights);
    reduction = LossReduction::sum;
  }
  // A single loss of the whole batch takes all weights, as in Keras.
  const Tensor products = losses.rank() == 0 ? losses * weights : weighted(owner, losses, weights);
  return mean_or_sum(products, reduction);
}

}  // namespace lamina
