// The options that recurrent layers and their cells have in common.
#pragma once

#include "lamina/autograd/autograd.hpp"
#include "lamina/layers/rnn.hpp"
#include "lamina/ops/arrangement.hpp"
#include "layers/options.hpp"

namespace lamina {

/// What a cell keeps of its layer's options: visits all that both have.
template <class Visitor, class Options>
void describe_cell(Visitor& visit, Options& options) {
  visit("units", options.units);
  visit("activation", options.activation);
  if constexpr (requires { options.recurrent_activation; }) {
    visit("recurrent_activation", options.recurrent_activation);
  }
  visit("use_bias", options.use_bias);
  visit("kernel_initializer", options.kernel_initializer);
  visit("recurrent_initializer", options.recurrent_initializer);
  visit("bias_initializer", options.bias_initializer);
  if constexpr (requires { options.unit_forget_bias; }) {
    visit("unit_forget_bias", options.unit_forget_bias);
  }
  visit("kernel_regularizer", options.kernel_regularizer);
  visit("recurrent_regularizer", options.recurrent_regularizer);
  visit("bias_regularizer", options.bias_regularizer);
  visit("kernel_constraint", options.kernel_constraint);
  visit("recurrent_constraint", options.recurrent_constraint);
  visit("bias_constraint", options.bias_constraint);
  visit("dropout", options.dropout);
  visit("recurrent_dropout", options.recurrent_dropout);
  if constexpr (requires { options.reset_after; }) visit("reset_after", options.reset_after);
  visit("seed", options.seed);
}

/// Refuses shares to leave out that are none.
template <class Options>
void require_shares(const std::string& owner, const Options& options) {
  require(options.dropout >= 0 && options.dropout <= 1, owner, "dropout", options.dropout,
          "in [0, 1]");
  require(options.recurrent_dropout >= 0 && options.recurrent_dropout <= 1, owner,
          "recurrent_dropout", options.recurrent_dropout, "in [0, 1]");
}

/// Lets the forget gate, the second of an LSTM's four, begin open: with a bias of 1.
inline void open_forget_gate(Variable& bias) {
  const NoGrad unrecorded;
  TensorList parts = ops::split(bias.value(), 4, 0);
  parts[1] = Tensor::full(parts[1].shape(), 1, parts[1].dtype(), parts[1].device());
  bias.assign(ops::concatenate(parts, 0));
}

/// How a layer walks over its sequences.
template <class Visitor, class Options>
void describe_walk(Visitor& visit, Options& options) {
  visit("return_sequences", options.return_sequences);
  visit("return_state", options.return_state);
  visit("go_backwards", options.go_backwards);
  visit("stateful", options.stateful);
  visit("unroll", options.unroll);
  visit("zero_output_for_mask", options.zero_output_for_mask);
}

template <class Options>
RnnCellSettings cell_settings(const Options& o, std::int64_t gates) {
  return {o.units,
          gates,
          o.use_bias,
          o.kernel_initializer,
          o.recurrent_initializer,
          o.bias_initializer,
          o.kernel_regularizer,
          o.recurrent_regularizer,
          o.bias_regularizer,
          o.kernel_constraint,
          o.recurrent_constraint,
          o.bias_constraint,
          o.dropout,
          o.recurrent_dropout,
          o.seed};
}

/// A cell takes one step: what says how sequences are walked is refused.
template <class Options>
Options without_walk(const std::string& owner, const Options& o) {
  if (o.return_sequences || o.return_state || o.go_backwards || o.stateful || o.unroll ||
      o.zero_output_for_mask || o.activity_regularizer) {
    fail(ErrorKind::value, owner,
         " takes one step of a sequence; give return_sequences, "
         "return_state, go_backwards, stateful, unroll, zero_output_for_mask and "
         "activity_regularizer to the layer that walks over it");
  }
  return o;
}

/// How the layer with those options walks.
template <class Options>
RNNOptions rnn_options(const Options& o) {
  return {o.return_sequences, o.return_state,         o.go_backwards,         o.stateful,
          o.unroll,           o.zero_output_for_mask, o.activity_regularizer, o.name};
}

/// The cell of a layer with those options.
template <class Cell, class Options>
std::shared_ptr<Layer> cell_of(const Options& options) {
  Options own = options;
  own.return_sequences = own.return_state = own.go_backwards = own.stateful = own.unroll =
      own.zero_output_for_mask = false;
  own.activity_regularizer = {};
  own.name.clear();
  return std::make_shared<Cell>(own);
}

}  // namespace lamina
