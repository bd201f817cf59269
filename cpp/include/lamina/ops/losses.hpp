// Losses fused with their gradients, safe from overflow and log(0). Each gives the samples' losses,
// times their weights, summed to one scalar, and by default divided by their number. Labels that
// require a gradient get one too, from operations that are not fused.
#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

enum class Reduction {
  sum_over_batch_size,
  sum,
  none  ///< each sample's loss: the prediction's shape without its last axis
};

struct LossOptions {
  bool from_logits = false;    ///< crossentropies: predictions are before sigmoid or softmax
  double label_smoothing = 0;  ///< binary and categorical crossentropy: in [0, 1]
  double delta = 1;            ///< huber, smooth_l1: where the parabola ends, above 0
  int axis = -1;               ///< crossentropies: of the classes, or of the mean
  Tensor sample_weight = {};   ///< (batch,), or undefined for 1
  Reduction reduction = Reduction::sum_over_batch_size;
};

/// Mean over the last axis of (prediction - target)^2.
LAMINA_API Tensor mean_squared_error(const Tensor& target, const Tensor& prediction,
                                     const LossOptions& options = {});
/// Mean over the last axis of -t log p - (1 - t) log(1 - p).
LAMINA_API Tensor binary_crossentropy(const Tensor& target, const Tensor& prediction,
                                      const LossOptions& options = {});
/// -sum over the last axis of t log p.
LAMINA_API Tensor categorical_crossentropy(const Tensor& target, const Tensor& prediction,
                                           const LossOptions& options = {});
/// The same where target holds class numbers: shape of prediction without its last axis (or 1).
LAMINA_API Tensor sparse_categorical_crossentropy(const Tensor& target, const Tensor& prediction,
                                                  const LossOptions& options = {});

/// Mean over the last axis of |prediction - target|.
LAMINA_API Tensor mean_absolute_error(const Tensor& target, const Tensor& prediction,
                                      const LossOptions& options = {});
/// Mean over the last axis of e^2 / 2 where |e| <= delta, delta |e| - delta^2 / 2 elsewhere.
LAMINA_API Tensor huber(const Tensor& target, const Tensor& prediction,
                        const LossOptions& options = {});
/// The same over delta, whose slope is 1 outside.
LAMINA_API Tensor smooth_l1(const Tensor& target, const Tensor& prediction,
                            const LossOptions& options = {});
/// Mean over the last axis of log(cosh(prediction - target)).
LAMINA_API Tensor log_cosh(const Tensor& target, const Tensor& prediction,
                           const LossOptions& options = {});

}  // namespace lamina::ops
