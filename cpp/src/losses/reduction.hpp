// From the samples' losses to what a loss returns.
#pragma once

#include <string>

#include "lamina/losses/loss.hpp"

namespace lamina {

/// By Keras's name; a value error that names `owner` otherwise.
LAMINA_INTERNAL_API LossReduction loss_reduction(const std::string& owner, const std::string& name);

/// Reduces `losses`, times their weights, over what `mask` (of the predictions, or undefined) and
/// their own mask keep.
LAMINA_INTERNAL_API Tensor reduced_loss(const std::string& owner, const Tensor& losses,
                                        const Tensor& mask, const Tensor& sample_weight,
                                        LossReduction reduction);

/// The weights over their sum; 0 where that is 0.
Tensor shares_of(const Tensor& weights);

}  // namespace lamina
