#include "lamina/layers/rnn_cell.hpp"

#include "core/options.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/dense.hpp"
#include "lamina/ops/dropout.hpp"
#include "lamina/ops/matmul.hpp"
#include "layers/joined.hpp"
#include "layers/rnn_options.hpp"
#include "ops/rnn.hpp"

namespace lamina {

RnnCell::~RnnCell() = default;

WeightedCell::WeightedCell(std::string type, std::string name, RnnCellSettings settings, int states)
    : Layer(std::move(type), std::move(name)), settings_(std::move(settings)), states_(states) {
  require(settings_.units > 0, label(), "units", settings_.units, "above 0");
  require_shares(label(), settings_);
}

Shapes WeightedCell::state_shapes(const Shape& /*step_shape*/) const {
  Shapes shapes;
  for (int i = 0; i < states_; ++i) shapes.push_back({Shape::none, settings_.units});
  return shapes;
}

Shapes WeightedCell::output_shapes(const Shapes& input_shapes) const {
  Shapes shapes;
  for (int i = 0; i <= states_; ++i) {
    shapes.push_back({input_shapes.front()[0], settings_.units});
  }
  return shapes;
}

Shape WeightedCell::bias_shape() const { return {settings_.gates * settings_.units}; }

void WeightedCell::build(const Shapes& input_shapes) {
  const Shape& step = input_shapes.front();
  if (step.rank() != 2 || step[1] == Shape::none) {
    fail(ErrorKind::value, label(), " takes a step of shape (batch, features), got ", step);
  }
  const std::int64_t width = settings_.gates * settings_.units;
  kernel_ = add_weight("kernel", {step[1], width}, settings_.kernel_initializer,
                       {settings_.kernel_regularizer, settings_.kernel_constraint});
  recurrent_kernel_ =
      add_weight("recurrent_kernel", {settings_.units, width}, settings_.recurrent_initializer,
                 {settings_.recurrent_regularizer, settings_.recurrent_constraint});
  if (settings_.use_bias) {
    bias_ = add_weight("bias", bias_shape(), settings_.bias_initializer,
                       {settings_.bias_regularizer, settings_.bias_constraint});
  }
  if (settings_.dropout > 0 || settings_.recurrent_dropout > 0) {
    random_ = add_random_stream("dropout");
    if (settings_.seed) random_.restore(static_cast<std::uint64_t>(*settings_.seed), 0);
  }
}

bool WeightedCell::accepts(const Shapes& shapes) const {
  if (static_cast<int>(shapes.size()) != 1 + states_) {
    fail(ErrorKind::value, label(), " takes the inputs of a step and ", states_,
         states_ == 1 ? " state" : " states", ", got ", shapes.size(), " tensors");
  }
  const Shape& step = shapes.front();
  for (int i = 1; i <= states_; ++i) {
    const Shape& state = shapes[static_cast<std::size_t>(i)];
    if (!state.matches({step[0], settings_.units})) {
      fail(ErrorKind::value, label(), " got a state ", state, ", expected ",
           Shape{step[0], settings_.units});
    }
  }
  return step.rank() == 2 && step.matches({step[0], kernel_.shape()[0]});
}

TensorList WeightedCell::dropped(const Tensor& like, double rate) {
  // As in Keras, each gate has a mask of its own where states are left out, else all share one.
  const std::int64_t masks = settings_.recurrent_dropout > 0 ? settings_.gates : 1;
  TensorList result;
  for (std::int64_t i = 0; rate > 0 && i < masks; ++i) {
    result.push_back(
        ops::dropout(Tensor::full(like.shape(), 1, like.dtype(), like.device()), rate, random_));
  }
  return result;
}

void WeightedCell::begin_sequence(const Tensor& inputs) {
  in_sequence_ = true;
  input_masks_ = dropped(inputs, settings_.dropout);
  if (settings_.recurrent_dropout > 0) {
    const Shape state{inputs.shape()[0], settings_.units};
    state_masks_ =
        dropped(Tensor::zeros(state, inputs.dtype(), inputs.device()), settings_.recurrent_dropout);
  }
}

void WeightedCell::end_sequence() {
  in_sequence_ = false;
  input_masks_.clear();
  state_masks_.clear();
}

Tensors WeightedCell::step(const Tensor& inputs, const Tensors& states, bool training) {
  return (*this)(joined(inputs, states), training);
}

Tensors WeightedCell::call(const Tensors& inputs, const CallContext& context) {
  const bool alone = !in_sequence_ && context.is_training();
  if (alone) begin_sequence(inputs.front());
  Tensors states;
  for (std::size_t i = 1; i < inputs.size(); ++i) states.push_back(inputs[i]);
  Tensors result = next(inputs.front(), states);
  if (alone) end_sequence();
  return result;
}

Tensor WeightedCell::product(const Tensor& x, const Variable& weights,
                             const TensorList& masks) const {
  if (masks.size() < 2) return ops::matmul(masks.empty() ? x : x * masks.front(), weights.value());
  TensorList parts;
  const TensorList columns = ops::split(weights.value(), settings_.gates, 1);
  for (std::size_t i = 0; i < masks.size(); ++i) {
    parts.push_back(ops::matmul(x * masks[i], columns[i]));
  }
  return ops::concatenate(parts, 1);
}

Tensor WeightedCell::of_inputs(const Tensor& inputs, const Tensor& bias) const {
  if (input_masks_.empty()) return ops::dense(inputs, kernel_.value(), bias);
  const Tensor products = product(inputs, kernel_, input_masks_);
  return bias.defined() ? products + bias : products;
}

Tensor WeightedCell::of_state(const Tensor& state) const {
  return product(state, recurrent_kernel_, state_masks_);
}

Tensor WeightedCell::gate(const Tensor& gates, std::int64_t index) const {
  return ops::slice(gates,
                    {{0, gates.shape()[0], 1}, {index * settings_.units, settings_.units, 1}});
}

bool WeightedCell::give(ops::RnnWeights& weights) const {
  weights.kernel = kernel_.value();
  weights.recurrent = recurrent_kernel_.value();
  if (settings_.use_bias) weights.bias = bias_.value();
  if (!input_masks_.empty()) weights.input_mask = input_masks_.front();
  return state_masks_.empty();
}

}  // namespace lamina
