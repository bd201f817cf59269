#include "lamina/layers/gru.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/matmul.hpp"
#include "layers/rnn_options.hpp"
#include "ops/fused.hpp"
#include "ops/rnn.hpp"

namespace lamina {
namespace {

// Whether the backend has the cell's functions.
bool is_standard(const GRUOptions& options) {
  return options.reset_after && options.activation.name() == "tanh" &&
         options.recurrent_activation.name() == "sigmoid";
}

// What the cell alone has.
struct CellOptions : GRUOptions {};

template <class Visitor>
void describe(Visitor& visit, CellOptions& options) {
  describe_cell(visit, options);
}

}  // namespace

template <class Visitor>
void describe(Visitor& visit, GRUOptions& options) {
  describe_cell(visit, options);
  describe_walk(visit, options);
  visit("activity_regularizer", options.activity_regularizer);
}

GRUCell::GRUCell(GRUOptions options)
    : WeightedCell("GRUCell", options.name, cell_settings(options, 3), 1),
      options_(without_walk(label(), options)) {}

std::shared_ptr<Layer> GRUCell::from_config(const Config& config) {
  return layer_from_config<GRUCell>(config, CellOptions{{.units = 0}});
}

Config GRUCell::config() const { return with_options(base_config(), CellOptions{options_}); }

Shape GRUCell::bias_shape() const {
  return options_.reset_after ? Shape{2, 3 * options_.units} : Shape{3 * options_.units};
}

bool GRUCell::give_weights(ops::RnnWeights& weights) const {
  weights.kind = RnnKind::gru;
  return is_standard(options_) && give(weights);
}

Tensors GRUCell::next(const Tensor& inputs, const Tensors& states) {
  const Activation &activation = options_.activation, &sigmoid = options_.recurrent_activation;
  const Tensor& h = states[0];
  const bool twice = options_.use_bias && options_.reset_after;
  const TensorList biases = twice ? ops::split(bias().value(), 2, 0) : TensorList{};
  const Tensor own = twice               ? biases[0].reshape({3 * options_.units})
                     : options_.use_bias ? bias().value()
                                         : Tensor();
  const Tensor x = of_inputs(inputs, own);
  const Tensor of_h = twice ? of_state(h) + biases[1] : of_state(h);
  const Tensor update = sigmoid(gate(x, 0) + gate(of_h, 0));
  const Tensor reset = sigmoid(gate(x, 1) + gate(of_h, 1));
  const Tensor share = options_.reset_after ? reset * gate(of_h, 2) : gate(of_state(reset * h), 2);
  const Tensor candidate = activation(gate(x, 2) + share);
  const Tensor after = update * h + (1.0 - update) * candidate;
  return {after, after};
}

GRU::GRU(const GRUOptions& options)
    : RNN("GRU", cell_of<GRUCell>(options), rnn_options(options)), options_(options) {}

std::shared_ptr<Layer> GRU::from_config(const Config& config) {
  return layer_from_config<GRU>(config, GRUOptions{.units = 0});
}

Config GRU::config() const { return with_options(base_config(), options_); }

}  // namespace lamina
