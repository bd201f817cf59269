#include "lamina/layers/lstm.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "layers/rnn_options.hpp"
#include "ops/fused.hpp"
#include "ops/rnn.hpp"

namespace lamina {
namespace {

// Whether the backend has the cell's functions.
bool is_standard(const LSTMOptions& options) {
  return options.activation.name() == "tanh" && options.recurrent_activation.name() == "sigmoid";
}

// What the cell alone has.
struct CellOptions : LSTMOptions {};

template <class Visitor>
void describe(Visitor& visit, CellOptions& options) {
  describe_cell(visit, options);
}

}  // namespace

template <class Visitor>
void describe(Visitor& visit, LSTMOptions& options) {
  describe_cell(visit, options);
  describe_walk(visit, options);
  visit("activity_regularizer", options.activity_regularizer);
}

LSTMCell::LSTMCell(LSTMOptions options)
    : WeightedCell("LSTMCell", options.name, cell_settings(options, 4), 2),
      options_(without_walk(label(), options)) {}

std::shared_ptr<Layer> LSTMCell::from_config(const Config& config) {
  return layer_from_config<LSTMCell>(config, CellOptions{{.units = 0}});
}

Config LSTMCell::config() const { return with_options(base_config(), CellOptions{options_}); }

void LSTMCell::build(const Shapes& input_shapes) {
  WeightedCell::build(input_shapes);
  if (options_.use_bias && options_.unit_forget_bias) open_forget_gate(bias());
}

bool LSTMCell::give_weights(ops::RnnWeights& weights) const {
  weights.kind = RnnKind::lstm;
  return is_standard(options_) && give(weights);
}

Tensors LSTMCell::next(const Tensor& inputs, const Tensors& states) {
  const Activation &activation = options_.activation, &sigmoid = options_.recurrent_activation;
  const Tensor z =
      of_inputs(inputs, options_.use_bias ? bias().value() : Tensor()) + of_state(states[0]);
  const Tensor c = sigmoid(gate(z, 1)) * states[1] + sigmoid(gate(z, 0)) * activation(gate(z, 2));
  const Tensor h = sigmoid(gate(z, 3)) * activation(c);
  return {h, h, c};
}

LSTM::LSTM(const LSTMOptions& options)
    : RNN("LSTM", cell_of<LSTMCell>(options), rnn_options(options)), options_(options) {}

std::shared_ptr<Layer> LSTM::from_config(const Config& config) {
  return layer_from_config<LSTM>(config, LSTMOptions{.units = 0});
}

Config LSTM::config() const { return with_options(base_config(), options_); }

}  // namespace lamina
