// What the seam says of losses.
#pragma once

#include <cstdint>

#include "backend/operations/indexing.hpp"
#include "lamina/core/dtype.hpp"

namespace lamina {

enum class LossKind : std::uint8_t {
  mean_squared_error,               // mean over the columns of (p - t)^2
  binary_crossentropy,              // mean over the columns, p probabilities or logits
  categorical_crossentropy,         // -sum t log p, t a distribution over the columns
  sparse_categorical_crossentropy,  // the same with int64 labels, one a row
  mean_absolute_error,              // mean over the columns of |p - t|
  huber,                            // of e^2 / 2 where |e| <= delta, else delta |e| - delta^2 / 2
  smooth_l1,                        // the same over delta
  log_cosh,                         // mean over the columns of log(cosh(p - t))
};

/// losses[i] = row i's loss. With `grad`, also grad = d(scale * sum_i weights[i] losses[i]) / dp.
/// Probabilities are normalized by their sum (categorical kinds) and clipped to [1e-7, 1 - 1e-7],
/// as Keras does; the gradient is 0 where clipped. A label outside [0, cols) is recorded in
/// `fault`; its row's loss and gradient are 0. Each label is read once: its owner may change it
/// meanwhile.
struct LossParams {
  Dtype dtype;  // of prediction, target (unless labels), weights, losses, grad
  LossKind kind;
  bool from_logits;
  double numbers[4];  // label smoothing s (binary: t(1-s) + s/2; categorical: t(1-s) + s/cols), or
                      // delta
  std::int64_t rows, cols;
  const void* prediction;
  const void* target;
  const void* weights;  // one a row, or null for 1
  double scale;
  void* losses;
  void* grad;         // or null
  IndexFault* fault;  // for kinds with labels
};

}  // namespace lamina
