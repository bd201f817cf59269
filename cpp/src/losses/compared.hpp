// Labels and predictions as the formulas of losses take them.
#pragma once

#include "lamina/core/tensor.hpp"
#include "ops/support.hpp"
#include "ops/trailing_axis.hpp"

namespace lamina {

/// What Keras adds, or clips to, where a logarithm or a quotient would be infinite.
constexpr double loss_epsilon = 1e-7;

struct Compared {
  Tensor target, prediction;
};

/// Both floating point, of the predictions' dtype and shape. A vector of predictions is a batch of
/// scalars.
inline Compared compared(const char* name, const Tensor& target, const Tensor& predicted) {
  if (predicted.rank() < 1 || predicted.size() == 0) {
    fail(ErrorKind::value, name, " needs at least one prediction, got shape ", predicted.shape());
  }
  const Tensor prediction =
      ops::floating(predicted.rank() == 1 ? predicted.reshape({-1, 1}) : predicted);
  return {ops::matched_target(name, target, prediction.shape()).cast(prediction.dtype()),
          prediction};
}

/// A number beside a tensor.
inline Tensor number_beside(const Tensor& t, double value) {
  return Tensor::scalar(value, t.dtype(), t.device());
}

}  // namespace lamina
