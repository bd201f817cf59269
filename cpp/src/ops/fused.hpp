// Activations that matrix products and convolutions apply as they store their result.
#pragma once

#include <string_view>

#include "lamina/ops/activation.hpp"
#include "ops/support.hpp"

namespace lamina::ops {

inline UnaryOp fused(const Activation& activation) {
  const std::string_view name = activation.name();
  if (name == "relu") return UnaryOp::relu;
  if (name == "tanh") return UnaryOp::tanh;
  if (name == "sigmoid") return UnaryOp::sigmoid;
  return UnaryOp::identity;
}

inline bool is_fused(const Activation& activation) {
  return fused(activation) != UnaryOp::identity;
}

}  // namespace lamina::ops
