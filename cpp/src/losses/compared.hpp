// Labels and predictions as the formulas of losses take them.
#pragma once

#include "core/faults.hpp"
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

/// Whole-number labels, each the number of one of `classes`; a value error otherwise. The backend
/// would count negative ones from the end: they are moved out of its reach.
inline Tensor class_numbers(const char* name, const Tensor& labels, std::int64_t classes) {
  const Tensor whole = labels.cast(Dtype::int64);
  const auto beside = [&](std::int64_t value) {
    return Tensor::scalar(value, Dtype::int64, whole.device());
  };
  const Tensor given = ops::select(ops::compare(CompareOp::less, whole, beside(0)),
                                   ops::binary(BinaryOp::subtract, whole, beside(classes)), whole);
  Tensor result = Tensor::empty_like(given);
  const FaultCheck fault(name, FaultKind::label, given.device());
  backend_of(given).resolve_indices({given.size(), classes, ops::integers(given),
                                     static_cast<std::int64_t*>(result.mutable_data()),
                                     fault.record()});
  fault.look(labels.shape());
  return result;
}

/// A number beside a tensor.
inline Tensor number_beside(const Tensor& t, double value) {
  return Tensor::scalar(value, t.dtype(), t.device());
}

}  // namespace lamina
