#include "lamina/layers/rnn.hpp"

#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "layers/joined.hpp"
#include "layers/rnn_options.hpp"
#include "ops/rnn.hpp"

namespace lamina {
namespace {

// Shape of one step of sequences.
Shape step_of(const Shape& sequences) { return sequences.without(1); }

// A mask (batch) beside values (batch, ...).
Tensor beside(const Tensor& mask, const Tensor& values) {
  Shape shape = mask.shape();
  while (shape.rank() < values.rank()) shape.push_back(1);
  return mask.reshape(shape);
}

// What a cell draws for a sequence is dropped when the walk ends, however it ends.
class SequenceScope {
 public:
  SequenceScope(RnnCell& cell, const Tensor& x, bool training) : cell_(cell), training_(training) {
    if (!training) return;
    cell_.begin_sequence(Tensor::empty(step_of(x.shape()), x.dtype(), x.device()));
  }
  ~SequenceScope() {
    if (training_) cell_.end_sequence();
  }
  SequenceScope(const SequenceScope&) = delete;
  SequenceScope& operator=(const SequenceScope&) = delete;

 private:
  RnnCell& cell_;
  bool training_;
};

}  // namespace

template <class Visitor>
void describe(Visitor& visit, RNNOptions& options) {
  describe_walk(visit, options);
}

// Outputs of all steps, in the order of the walk, if they are wanted; the last; the states.
struct RNN::Walked {
  Tensor sequence = {}, last = {};
  Tensors states = {};
};

RNN::RNN(std::shared_ptr<Layer> cell, RNNOptions options)
    : RNN("RNN", std::move(cell), std::move(options)) {}

RNN::RNN(std::string type, std::shared_ptr<Layer> cell, RNNOptions options)
    : Composite(std::move(type), options.name),
      parts_{std::move(cell)},
      steps_(dynamic_cast<RnnCell*>(parts_.front().get())),
      walk_(std::move(options)) {
  if (parts_.front() == nullptr || steps_ == nullptr) {
    fail(ErrorKind::type, label(), " got ", parts_.front() ? parts_.front()->type() : "no cell",
         ", expected a cell: LSTMCell, GRUCell, SimpleRNNCell, StackedRNNCells, or a layer of your "
         "own with a state_size whose call takes inputs and states");
  }
  adopt_layers();
}

std::shared_ptr<Layer> RNN::from_config(const Config& config) {
  const Config cell = config.child("cell");
  return with_cell(make_layer(cell.string("class_name"), cell.child("config")), config);
}

std::shared_ptr<RNN> RNN::with_cell(std::shared_ptr<Layer> cell, const Config& config) {
  OptionReader read(config);
  RNNOptions options;
  describe(read, options);
  for (const char* key : {"name", "trainable", "dtype", "cell"}) read.expect(key);
  read.refuse_unknown("RNN");
  if (!config.is_null("name")) options.name = config.string("name");
  auto layer = std::make_shared<RNN>(std::move(cell), std::move(options));
  layer->apply_base_config(config);
  return layer;
}

Config RNN::config() const {
  Config config = with_options(base_config(), walk_);
  config.set("cell", class_config(cell()->type(), cell()->config()));
  return config;
}

void RNN::build(const Shapes& input_shapes) {
  const Shape& x = input_shapes.front();
  if (x.rank() < 3) {
    fail(ErrorKind::value, label(), " takes sequences (batch, steps, features), got ", x,
         x.rank() == 2 ? "; a recurrent layer before it needs return_sequences=True; sequences of "
                         "numbers need an axis: x[..., None]"
                       : "");
  }
  if (cell()->dtype() != dtype() && !cell()->built()) cell()->set_dtype(dtype());
  const Shape step = step_of(x);
  Shapes all{step};
  for (const Shape& state : steps_->state_shapes(step)) all.push_back(state);
  cell()->ensure_built(all);
}

bool RNN::accepts(const Shapes& shapes) const {
  const Shape& built = build_shapes().front();
  const Shape& x = shapes.front();
  if (shapes.size() != 1 || x.rank() != built.rank()) return false;
  return step_of(x).with(0, 1).matches(step_of(built).with(0, 1));
}

Shapes RNN::output_shapes(const Shapes& input_shapes) const {
  const Shape& x = input_shapes.front();
  const Shape step = step_of(x);
  const Shapes states = steps_->state_shapes(step);
  Shapes all{step};
  for (const Shape& state : states) all.push_back(state.with(0, x[0]));
  const Shape output = cell()->output_shapes(all).front();
  Shapes result;
  if (walk_.return_sequences) {
    Shape sequence{x[0], x[1]};
    for (int axis = 1; axis < output.rank(); ++axis) sequence.push_back(output[axis]);
    result.push_back(sequence);
  } else {
    result.push_back(output.with(0, x[0]));
  }
  if (walk_.return_state) {
    for (const Shape& state : states) result.push_back(state.with(0, x[0]));
  }
  return result;
}

Tensors RNN::compute_mask(const Tensors& inputs) const {
  return walk_.return_sequences ? Tensors(inputs.front().mask()) : Tensors();
}

// Given, or kept from the batch before, or zeros.
Tensors RNN::first_states(const Tensor& x, const CallContext& context) {
  const Shape step = step_of(x.shape());
  const Shapes shapes = steps_->state_shapes(step);
  Tensors given = context.argument("initial_state");
  const std::int64_t batch = x.shape()[0];
  if (!given.defined() && !states_.empty()) {
    if (states_.front().shape()[0] != batch) {
      fail(ErrorKind::value, label(), " is stateful and has states of a batch of ",
           states_.front().shape()[0], ", got a batch of ", batch,
           "; give batches of one size, or call reset_states() first");
    }
    // Backward must not see what this call will assign.
    for (const Variable& state : states_) {
      given.push_back(grad_enabled() ? state.value().detach().copy() : state.value());
    }
    return given;
  }
  if (!given.defined()) given = steps_->initial_state(batch);
  if (!given.defined()) {
    for (const Shape& shape : shapes) {
      given.push_back(Tensor::zeros(shape.with(0, batch), x.dtype(), x.device()));
    }
    return given;
  }
  if (given.size() != shapes.size()) {
    fail(ErrorKind::value, label(), " has ", shapes.size(),
         shapes.size() == 1 ? " state" : " states", ", got initial_state of ", given.size());
  }
  Tensors result;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Shape wanted = shapes[i].with(0, batch);
    if (!given[i].defined() || given[i].shape() != wanted) {
      fail(ErrorKind::value, label(), " got an initial_state of shape ",
           given[i].defined() ? given[i].shape() : Shape{}, ", expected ", wanted);
    }
    result.push_back(given[i].cast(x.dtype()));
  }
  return result;
}

Tensors RNN::call(const Tensors& inputs, const CallContext& context) {
  const Tensor& x = inputs.front();
  if (x.shape()[1] == 0) {
    fail(ErrorKind::value, label(), " got sequences ", x.shape(),
         " without a step; give at least one");
  }
  const Tensor mask = x.mask();
  if (mask.defined() && mask.shape() != Shape{x.shape()[0], x.shape()[1]}) {
    fail(ErrorKind::value, label(), " got a mask of shape ", mask.shape(), " for inputs ",
         x.shape(), ", expected ", Shape{x.shape()[0], x.shape()[1]});
  }
  const bool training = context.is_training();
  const Tensors states = first_states(x, context);
  const SequenceScope sequence(*steps_, x, training);
  ops::RnnWeights weights;
  Walked walked = steps_->give_weights(weights) ? walk_at_once(x, states, weights)
                                                : walk_by_steps(x, states, training);
  if (walk_.stateful) keep(walked.states);
  if (walk_.zero_output_for_mask && mask.defined()) {
    const Tensor seen = walk_.go_backwards ? ops::flip(mask, {1}) : mask;
    if (walk_.return_sequences) {
      walked.sequence = masked_outputs(walked.sequence, seen);
    } else {
      const std::int64_t end = seen.shape()[1];
      walked.last = masked_outputs(
          walked.last,
          ops::slice(seen, {{0, seen.shape()[0], 1}, {end - 1, 1, 1}}).reshape({seen.shape()[0]}));
    }
  }
  const Tensor& output = walk_.return_sequences ? walked.sequence : walked.last;
  regularize_activity(walk_.activity_regularizer, output);
  return walk_.return_state ? joined(output, walked.states) : Tensors(output);
}

Tensor RNN::masked_outputs(const Tensor& outputs, const Tensor& mask) const {
  return ops::where(beside(mask, outputs), outputs,
                    Tensor::scalar(0, outputs.dtype(), outputs.device()));
}

RNN::Walked RNN::walk_at_once(const Tensor& x, const Tensors& states,
                              const ops::RnnWeights& weights) const {
  const Tensor c = states.size() > 1 ? states[1] : Tensor();
  const ops::RnnOutputs result =
      ops::rnn(weights, {x, states[0], c, x.mask()}, walk_.return_sequences, walk_.go_backwards);
  Walked walked{result.sequence, result.h, result.h};
  if (result.c.defined()) walked.states.push_back(result.c);
  return walked;
}

RNN::Walked RNN::walk_by_steps(const Tensor& x, const Tensors& states, bool training) const {
  const TensorList inputs = ops::steps_of(x);
  const TensorList masks = x.mask().defined() ? ops::steps_of(x.mask()) : TensorList{};
  Walked walked{{}, {}, states};
  TensorList outputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::size_t at = walk_.go_backwards ? inputs.size() - 1 - i : i;
    const Tensors result = steps_->step(inputs[at], walked.states, training);
    if (result.size() != states.size() + 1) {
      fail(ErrorKind::value, label(), " got ", result.size(),
           " tensors from its cell, expected an "
           "output and ",
           states.size(), states.size() == 1 ? " state" : " states");
    }
    Tensor output = result[0];
    Tensors next;
    for (std::size_t state = 0; state < states.size(); ++state) next.push_back(result[state + 1]);
    if (!masks.empty()) {
      // The output of a masked step is that of the step before, which is the first state.
      const auto kept = [&](const Tensor& now, const Tensor& before) {
        return ops::where(beside(masks[at], now), now, before);
      };
      output = kept(output, output.shape() == walked.states[0].shape()
                                ? walked.states[0]
                                : Tensor::zeros(output.shape(), output.dtype(), output.device()));
      for (std::size_t state = 0; state < states.size(); ++state) {
        next.set(state, kept(next[state], walked.states[state]));
      }
    }
    walked.states = next;
    walked.last = output;
    if (walk_.return_sequences) outputs.push_back(output);
  }
  if (walk_.return_sequences) walked.sequence = ops::stack(outputs, 1);
  return walked;
}

void RNN::keep(const Tensors& states) {
  const NoGrad unrecorded;
  const bool are_new = states_.empty();
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Tensor value = states[i].detach();
    if (are_new) {
      states_.emplace_back(value.copy(), "rnn_state", false);
    } else {
      states_[i].assign(value);
    }
  }
}

void RNN::reset_states() { states_.clear(); }

Layer::NamedTensors RNN::carried() const {
  NamedTensors tensors;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    tensors.emplace_back(std::to_string(i), states_[i].value());
  }
  return tensors;
}

bool RNN::can_carry(const NamedTensors& tensors) const {
  if (tensors.empty()) return true;
  if (!walk_.stateful || !built()) return false;
  const Shapes shapes = steps_->state_shapes(step_of(build_shapes().front()));
  const Shape& first = tensors.front().second.shape();
  if (tensors.size() != shapes.size() || first.rank() == 0) return false;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const auto& [name, value] = tensors[i];
    if (name != std::to_string(i) || !is_floating(value.dtype())) return false;
    if (value.shape() != shapes[i].with(0, first[0])) return false;
  }
  return true;
}

void RNN::carry(const NamedTensors& tensors) {
  states_.clear();
  for (const auto& [name, value] : tensors) {
    states_.emplace_back(value.cast(dtype()).to(device()).copy(), "rnn_state", false);
  }
}

}  // namespace lamina
