// Activations that matrix products and convolutions apply as they store their result.
#pragma once

#include <string_view>

#include "lamina/ops/activation.hpp"
#include "ops/support.hpp"

namespace lamina::ops {

inline FusedActivation fused(const Activation& activation) {
  const std::string_view name = activation.name();
  if (name == "relu") return FusedActivation::relu;
  if (name == "tanh") return FusedActivation::tanh;
  if (name == "sigmoid") return FusedActivation::sigmoid;
  return FusedActivation::none;
}

inline bool is_fused(const Activation& activation) {
  return fused(activation) != FusedActivation::none;
}

/// Applies the activation to y unless the kernel applied it, which `kind` says.
inline Tensor activated(FusedActivation kind, const Activation& activation, const Tensor& y) {
  return kind == FusedActivation::none ? activation(y) : y;
}

/// The output, if the fused activation's gradient needs it.
inline Tensor saved_output(FusedActivation kind, const Tensor& y) {
  return kind == FusedActivation::none ? Tensor() : y;
}

/// The gradient before the fused activation, from the one after it.
inline Tensor before_activation(FusedActivation kind, const Tensor& dy, const Tensor& saved) {
  return kind == FusedActivation::none ? dy : unary_backward(unary_of(kind), dy, saved);
}

}  // namespace lamina::ops
