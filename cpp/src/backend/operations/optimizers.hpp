// What the seam says of an optimizer's step.
#pragma once

#include <cstdint>
#include <span>

#include "lamina/core/dtype.hpp"

namespace lamina {

enum class OptimizerKind : std::uint8_t {
  sgd,
  sgd_momentum,
  sgd_nesterov,
  adam,
  adam_amsgrad,
  rmsprop,
  rmsprop_momentum,
  rmsprop_centered,
  rmsprop_centered_momentum,
  nadam,
  adamax,
  adagrad,
  adadelta,
  ftrl,
  ftrl_power,
  lion,
  schedule_free,
  adam_direction,
  accumulate,
  average,
};

/// One weight of an optimizer step. Slots: momentum; Adam's m, v and (amsgrad) v-hat; Nadam's m and
/// v; RMSprop's v, m (with momentum) and a (centered); Adamax's m and u; Adagrad's s; Adadelta's s
/// and d; Ftrl's s and z; Lion's m; schedule_free's z and v; adam_direction's m, v and the
/// direction; in this order.
struct OptimizerSlot {
  void* weight;
  const void* grad;
  void* slots[3];
  std::int64_t n;
  const double* squared_norm = nullptr;  // of what is clipped to clip_norm; null: nothing is
  bool decays = true;
  /// Squared norms of the weight and of the gradient: the latter is scaled by their ratio where
  /// both are above 0, as Lamb does. Null: it is not.
  const double* trust = nullptr;
};

/// One step for all weights, Keras 3's formulas.
/// sgd:      w -= lr g
/// momentum: m = momentum m - lr g;  w += m  (Nesterov: w += momentum m - lr g)
/// adam:     m += (g - m)(1 - beta_1);  v += (g^2 - v)(1 - beta_2);
///           w -= lr m / (sqrt(v) + epsilon), where lr includes
///           sqrt(1 - beta_2^t) / (1 - beta_1^t)
/// nadam:    m and v as Adam's; w -= (lr m + gradient_rate g) / (sqrt(v) + epsilon), where lr,
///           gradient_rate and epsilon include sqrt(1 - beta_2^t), and the rates what
///           Nesterov's momentum and the correction of m make of the learning rate
/// rmsprop:  v += (g^2 - v)(1 - beta_2);  centered: a += (g - a)(1 - beta_2), v' = v - a^2;
///           w -= lr g / sqrt(v' + epsilon), or m = momentum m + that, w -= m
/// adamax:   m as Adam's; u = max(momentum u, |g|);  w -= lr m / (u + epsilon)
/// adagrad:  s += g^2;  w -= lr g / sqrt(s + epsilon)
/// adadelta: s += (g^2 - s)(1 - beta_2);  c = g sqrt(d + epsilon) / sqrt(s + epsilon);
///           d += (c^2 - d)(1 - beta_2);  w -= lr c
/// ftrl:     s' = s + g^2;  z += g + shrinkage w - (s'^p - s^p) / lr w;
///           w = (clip(z, ±l1) - z) / (s'^p / lr + l2); p = 1/2, ftrl_power: p = momentum
/// lion:     w -= lr sign(m + (g - m)(1 - beta_1));  m += (g - m)(1 - beta_2)
/// schedule_free: v as Adam's; x = (w - (1 - beta_1) z) / beta_1;
///           z -= lr g / (sqrt(v) + epsilon);  x += (z - x) gradient_rate;
///           w = z + (x - z) beta_1, where lr and epsilon include sqrt(1 - beta_2^t)
/// adam_direction: m and v as Adam's; direction = lr m / (sqrt(v) + epsilon), w is only decayed
/// accumulate: w += g;  average: w = momentum w + gradient_rate g, neither clipped nor decayed
/// The gradient used is clip(g * scale, ±clip_value), where scale is grad_scale, less where that
/// norm would exceed clip_norm; weights decay first: w -= decay w.
struct OptimizerParams {
  Dtype dtype;
  OptimizerKind kind;
  std::span<const OptimizerSlot> host_slots;
  double learning_rate;
  double gradient_rate = 0;  // of nadam, schedule_free, average
  double momentum = 0;
  double beta_1 = 0, beta_2 = 0, epsilon = 0;
  double l1 = 0, l2 = 0, shrinkage = 0;  // ftrl's
  double decay = 0;                      // already multiplied by the learning rate
  double grad_scale = 1;
  double clip_norm = 0;
  double clip_value = 0;  // 0: none
};

}  // namespace lamina
