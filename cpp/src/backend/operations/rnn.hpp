// What the seam says of recurrence: whole sequences, forward and back through time.
#pragma once

#include <cstdint>

#include "backend/operations/activation.hpp"
#include "lamina/core/dtype.hpp"

namespace lamina {

enum class RnnKind : std::uint8_t { simple, gru, lstm };

/// Gates of each unit, which lie one after the other, (gates, units), in Keras's order: LSTM input,
/// forget, candidate, output; GRU update, reset, candidate.
constexpr std::int64_t gates_of(RnnKind kind) noexcept {
  return kind == RnnKind::lstm ? 4 : kind == RnnKind::gru ? 3 : 1;
}

struct RnnShape {
  RnnKind kind;
  FusedActivation activation;  // of the simple kind; the others have the sigmoid and tanh
  std::int64_t batch, steps, units;
  bool backwards;  // from the last step to the first
};

/// One layer over a whole sequence. With z = gates + h recurrent, where h is the state before:
///   simple: h = activation(z)
///   lstm:   c = sigmoid(z_f) c + sigmoid(z_i) tanh(z_c);  h = sigmoid(z_o) tanh(c)
///   gru:    u = sigmoid(z_u + bias_u), r = sigmoid(z_r + bias_r);
///           n = tanh(gates_n + r (h recurrent_n + bias_n));
///           h = u h + (1 - u) n                     (Keras's reset_after)
/// A step that the mask leaves out keeps the state. float32, float64.
struct RnnParams {
  Dtype dtype;
  RnnShape shape;
  void* gates;  // (batch, steps, gates, units): the inputs' share; then, for backward, the
                // gates' values
  const void* recurrent;     // (units, gates, units)
  const void* bias;          // gru's, (gates, units); may be null
  const void* h0;            // (batch, units); null: zeros
  const void* c0;            // lstm; null: zeros
  const std::uint8_t* mask;  // (batch, steps); null: every step counts
  void* outputs;             // (batch, steps, units), in the order of the walk; may be null
  void* last_h;              // (batch, units)
  void* last_c;              // lstm
  // What backward will need, in the order of the inputs; null where it will not run.
  void* previous_h;  // (batch, steps, units): the state before each step
  void* previous_c;  // lstm: the same
  void* inner;       // gru: h recurrent_n + bias_n
};

/// Back through time. `gates`, and a gru's `inner`, are overwritten by their gradients.
struct RnnBackwardParams {
  Dtype dtype;
  RnnShape shape;
  void* gates;
  const void* recurrent;
  const std::uint8_t* mask;
  const void* previous_h;
  const void* previous_c;
  void* inner;
  const void* d_outputs;  // null: none reaches them
  const void* d_last_h;   // the same
  const void* d_last_c;
  void* d_h0;
  void* d_c0;  // lstm
};

}  // namespace lamina
