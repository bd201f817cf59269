#include "lamina/layers/bidirectional.hpp"

#include "core/options.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"

namespace lamina {
namespace {

std::shared_ptr<Layer> like(const RNN& layer, const std::string& prefix, bool go_backwards) {
  Config config = layer.config();
  const std::string& name = layer.name();
  config.set("name", name.starts_with(prefix) ? name : prefix + name);
  config.set("go_backwards", go_backwards);
  return make_layer(layer.type(), config);
}

Tensor merged(const std::string& mode, const Tensor& forward, const Tensor& backward) {
  if (mode == "concat") return ops::concatenate({forward, backward}, -1);
  if (mode == "mul") return forward * backward;
  const Tensor sum = forward + backward;
  return mode == "sum" ? sum : sum / 2.0;
}

std::shared_ptr<RNN> recurrent(const std::string& owner, const std::shared_ptr<Layer>& layer) {
  auto rnn = std::dynamic_pointer_cast<RNN>(layer);
  if (rnn == nullptr) {
    fail(ErrorKind::type, owner, " got ", layer ? layer->type() : "no layer",
         ", expected a recurrent layer: LSTM, GRU, SimpleRNN, RNN(cell) or ConvLSTM");
  }
  return rnn;
}

}  // namespace

Bidirectional::Bidirectional(const std::shared_ptr<Layer>& layer, BidirectionalOptions options)
    : Composite("Bidirectional", options.name),
      merge_mode_(std::move(options.merge_mode)),
      initial_weights_(std::move(options.weights)) {
  if (merge_mode_) {
    require(*merge_mode_ == "concat" || *merge_mode_ == "sum" || *merge_mode_ == "mul" ||
                *merge_mode_ == "ave",
            label(), "merge_mode", *merge_mode_, "concat, sum, mul, ave or None");
  }
  const auto given = recurrent(label(), layer);
  const bool backwards = given->walk().go_backwards;
  parts_ = {like(*given, "forward_", backwards),
            options.backward_layer ? options.backward_layer : like(*given, "backward_", true)};
  const auto other = recurrent(label(), parts_[1]);
  if (other->walk().go_backwards == backwards) {
    fail(ErrorKind::value, label(),
         " got a backward_layer with go_backwards=", backwards ? "True" : "False",
         " as its layer has; one of them must go backwards");
  }
  const RNNOptions &a = given->walk(), &b = other->walk();
  if (a.stateful != b.stateful || a.return_sequences != b.return_sequences ||
      a.return_state != b.return_state) {
    fail(ErrorKind::value, label(),
         " got layers that differ in stateful, return_sequences or "
         "return_state; give both the same");
  }
  for (std::size_t i : {0, 1}) rnn(i).set_zero_output_for_mask(a.return_sequences);
  adopt_layers();
}

std::shared_ptr<Layer> Bidirectional::from_config(const Config& config) {
  const auto made = [&](const char* key) {
    const Config part = config.child(key);
    return make_layer(part.string("class_name"), part.child("config"));
  };
  return with_layers(made("layer"),
                     config.is_null("backward_layer") ? nullptr : made("backward_layer"), config);
}

std::shared_ptr<Bidirectional> Bidirectional::with_layers(
    const std::shared_ptr<Layer>& layer, const std::shared_ptr<Layer>& backward_layer,
    const Config& config, TensorList weights) {
  OptionReader read(config);
  for (const char* key : {"name", "trainable", "dtype", "layer", "backward_layer", "merge_mode"}) {
    read.expect(key);
  }
  read.refuse_unknown("Bidirectional");
  BidirectionalOptions options{.backward_layer = backward_layer, .weights = std::move(weights)};
  if (!config.is_null("name")) options.name = config.string("name");
  if (config.has("merge_mode")) {
    options.merge_mode = config.is_null("merge_mode")
                             ? std::nullopt
                             : std::optional<std::string>(config.string("merge_mode"));
  }
  auto made = std::make_shared<Bidirectional>(layer, std::move(options));
  made->apply_base_config(config);
  return made;
}

Config Bidirectional::config() const {
  Config config = base_config();
  if (merge_mode_) {
    config.set("merge_mode", *merge_mode_);
  } else {
    config.set("merge_mode", nullptr);
  }
  config.set("layer", class_config(forward_layer()->type(), forward_layer()->config()));
  config.set("backward_layer", class_config(backward_layer()->type(), backward_layer()->config()));
  return config;
}

void Bidirectional::build(const Shapes& input_shapes) {
  for (const auto& part : parts_) {
    if (part->dtype() != dtype() && !part->built()) part->set_dtype(dtype());
    part->ensure_built(input_shapes);
  }
  if (initial_weights_.empty()) return;
  set_weights(initial_weights_);
  initial_weights_.clear();
}

bool Bidirectional::accepts(const Shapes& shapes) const {
  return shapes.size() == 1 && shapes.front().rank() == build_shapes().front().rank() &&
         shapes.front().with(0, 1).without(1).matches(build_shapes().front().with(0, 1).without(1));
}

Shapes Bidirectional::output_shapes(const Shapes& input_shapes) const {
  const Shapes forward = forward_layer()->output_shapes(input_shapes);
  const Shapes backward = backward_layer()->output_shapes(input_shapes);
  Shapes result;
  if (!merge_mode_) {
    result = {forward.front(), backward.front()};
  } else {
    const Shape& one = forward.front();
    result =
        Shapes{*merge_mode_ == "concat" ? one.with(-1, one.last() + backward.front().last()) : one};
  }
  for (const Shapes& shapes : {forward, backward}) {
    for (std::size_t i = 1; i < shapes.size(); ++i) result.push_back(shapes[i]);
  }
  return result;
}

Tensors Bidirectional::compute_mask(const Tensors& inputs) const {
  if (!rnn(0).walk().return_sequences) return {};
  const Tensor mask = inputs.front().mask();
  return merge_mode_ ? Tensors(mask) : Tensors{mask, mask};
}

void Bidirectional::reset_states() {
  for (std::size_t i : {0, 1}) rnn(i).reset_states();
}

Tensors Bidirectional::call(const Tensors& inputs, const CallContext& context) {
  const Tensors states = context.argument("initial_state");
  if (states.size() % 2 != 0) {
    fail(ErrorKind::value, label(), " got ", states.size(),
         " tensors as initial_state; give those of the forward layer, then of the backward layer");
  }
  Tensors outputs[2];
  for (std::size_t part : {0, 1}) {
    CallArguments own;
    if (states.defined()) {
      Tensors half;
      for (std::size_t i = 0; i < states.size() / 2; ++i) {
        half.push_back(states[part * states.size() / 2 + i]);
      }
      own.tensors.emplace_back("initial_state", half);
    }
    const CallContext within(context.said_training(), states.defined() ? &own : nullptr);
    outputs[part] = (*parts_[part])(inputs.front(), within);
    if (rnn(part).walk().go_backwards && rnn(part).walk().return_sequences) {
      outputs[part].set(0, ops::flip(outputs[part][0], {1}));
    }
  }
  Tensors result = merge_mode_ ? Tensors(merged(*merge_mode_, outputs[0][0], outputs[1][0]))
                               : Tensors{outputs[0][0], outputs[1][0]};
  for (const Tensors& each : outputs) {
    for (std::size_t i = 1; i < each.size(); ++i) result.push_back(each[i]);
  }
  return result;
}

}  // namespace lamina
