#include "lamina/layers/simple_rnn.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "layers/rnn_options.hpp"
#include "ops/fused.hpp"
#include "ops/rnn.hpp"

namespace lamina {
namespace {

// Whether the backend has the cell's functions.
bool is_standard(const SimpleRNNOptions& options) {
  return options.activation.name() == "linear" || ops::is_fused(options.activation);
}

// What the cell alone has.
struct CellOptions : SimpleRNNOptions {};

template <class Visitor>
void describe(Visitor& visit, CellOptions& options) {
  describe_cell(visit, options);
}

}  // namespace

template <class Visitor>
void describe(Visitor& visit, SimpleRNNOptions& options) {
  describe_cell(visit, options);
  describe_walk(visit, options);
  visit("activity_regularizer", options.activity_regularizer);
}

SimpleRNNCell::SimpleRNNCell(SimpleRNNOptions options)
    : WeightedCell("SimpleRNNCell", options.name, cell_settings(options, 1), 1),
      options_(without_walk(label(), options)) {}

std::shared_ptr<Layer> SimpleRNNCell::from_config(const Config& config) {
  return layer_from_config<SimpleRNNCell>(config, CellOptions{{.units = 0}});
}

Config SimpleRNNCell::config() const { return with_options(base_config(), CellOptions{options_}); }

bool SimpleRNNCell::give_weights(ops::RnnWeights& weights) const {
  weights.kind = RnnKind::simple;
  weights.activation = ops::fused(options_.activation);
  return is_standard(options_) && give(weights);
}

Tensors SimpleRNNCell::next(const Tensor& inputs, const Tensors& states) {
  const Tensor h = options_.activation(
      of_inputs(inputs, options_.use_bias ? bias().value() : Tensor()) + of_state(states[0]));
  return {h, h};
}

SimpleRNN::SimpleRNN(const SimpleRNNOptions& options)
    : RNN("SimpleRNN", cell_of<SimpleRNNCell>(options), rnn_options(options)), options_(options) {}

std::shared_ptr<Layer> SimpleRNN::from_config(const Config& config) {
  return layer_from_config<SimpleRNN>(config, SimpleRNNOptions{.units = 0});
}

Config SimpleRNN::config() const { return with_options(base_config(), options_); }

}  // namespace lamina
