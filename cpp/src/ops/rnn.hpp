// Recurrence over whole sequences in one call of the backend.
#pragma once

#include "ops/support.hpp"

namespace lamina::ops {

/// The function of a cell, with its weights as Keras lays them out.
struct RnnWeights {
  RnnKind kind = RnnKind::simple;
  FusedActivation activation = FusedActivation::none;  // of the simple kind
  Tensor kernel = {};                                  // (features, gates * units)
  Tensor recurrent = {};                               // (units, gates * units)
  Tensor bias = {};        // (gates * units), or (2, gates * units) of a gru; may be undefined
  Tensor input_mask = {};  // factors (batch, features) of every step's inputs; may be undefined
};

struct RnnInputs {
  Tensor x = {};            // (batch, steps, features)
  Tensor h0 = {}, c0 = {};  // (batch, units); undefined: zeros
  Tensor mask = {};         // booleans (batch, steps); undefined: every step counts
};

struct RnnOutputs {
  Tensor sequence = {};   // (batch, steps, units), in the order of the walk, if it was asked for
  Tensor h = {}, c = {};  // (batch, units) after the last step; c of an lstm
};

/// Shapes fit, and there is at least one step.
RnnOutputs rnn(const RnnWeights& weights, const RnnInputs& inputs, bool returns_sequence,
               bool backwards);

/// The steps of x (batch, steps, ...), each (batch, ...); one operation, however many there are.
TensorList steps_of(const Tensor& x);

}  // namespace lamina::ops
