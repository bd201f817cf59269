#include "lamina/models/functional.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/check.hpp"
#include "layers/call_scope.hpp"
#include "layers/graph_node.hpp"
#include "layers/probing.hpp"
#include "models/fusion.hpp"
#include "models/graph_plan.hpp"

namespace lamina {
namespace {

using Kind = Arrangement::Kind;

Arrangement arranged(const SymbolicTensors& tensors) {
  return {tensors.size() == 1 ? Kind::single : Kind::list, {}};
}

// An output is named after its layer; a numeric suffix keeps names unique.
void fill_names(Arrangement& arrangement, const std::vector<std::string>& names) {
  if (arrangement.kind == Kind::dict) return;
  arrangement.names.clear();
  for (const std::string& name : names) {
    std::string unique = name;
    const auto taken = [&] {
      return std::find(arrangement.names.begin(), arrangement.names.end(), unique) !=
             arrangement.names.end();
    };
    for (int i = 1; taken(); ++i) unique = name + "_" + std::to_string(i);
    arrangement.names.push_back(unique);
  }
}

void check_ends(const std::string& label, const char* what, const SymbolicTensors& tensors,
                const Arrangement& arrangement) {
  if (tensors.empty()) fail(ErrorKind::value, label, " needs at least one of its ", what);
  for (const SymbolicTensor& tensor : tensors) {
    if (!tensor.defined()) {
      fail(ErrorKind::value, label, " got an empty SymbolicTensor among its ", what);
    }
  }
  const bool fits = arrangement.kind == Kind::dict     ? arrangement.names.size() == tensors.size()
                    : arrangement.kind == Kind::single ? tensors.size() == 1
                                                       : true;
  if (!fits) {
    fail(ErrorKind::value, label, " got ", tensors.size(), " ", what, " for ",
         arrangement.names.size(), " names");
  }
  const std::set<std::string> names(arrangement.names.begin(), arrangement.names.end());
  if (names.size() != arrangement.names.size()) {
    fail(ErrorKind::value, label, " got two ", what, " of one name");
  }
}

template <class Value>
std::vector<Value> picked(const std::vector<Value>& slots, const std::vector<std::size_t>& which) {
  std::vector<Value> result;
  for (std::size_t slot : which) result.push_back(slots[slot]);
  return result;
}

}  // namespace

struct Functional::Step {
  Call call;
  FusedLayers run;
  std::vector<std::size_t> last_read;
};

struct Functional::Slots {
  std::vector<Shape> shapes;
  std::vector<Dtype> dtypes;
};

bool Functional::Call::is_plain() const {
  return inputs.size() == 1 && outputs.size() == 1 && !node->has_arguments() && !node->training;
}

Functional::Functional(const SymbolicTensors& inputs, const SymbolicTensors& outputs,
                       std::string name)
    : Functional(inputs, outputs, std::move(name), arranged(inputs), arranged(outputs)) {}

Functional::Functional(const SymbolicTensors& inputs, const SymbolicTensors& outputs,
                       std::string name, Arrangement input_arrangement,
                       Arrangement output_arrangement)
    : Model("Functional", std::move(name)),
      inputs_(inputs),
      outputs_(outputs),
      input_arrangement_(std::move(input_arrangement)),
      output_arrangement_(std::move(output_arrangement)) {
  check_ends(label(), "inputs", inputs, input_arrangement_);
  check_ends(label(), "outputs", outputs, output_arrangement_);
  // Data are converted to the widest dtype that it works in.
  for (const auto* tensors : {&inputs, &outputs}) {
    for (const SymbolicTensor& tensor : *tensors) {
      if (tensor.dtype() == Dtype::float64) set_dtype(Dtype::float64);
    }
  }
  plan(inputs, outputs);
  schedule();
  name_layers();
  adopt_layers();
  std::vector<std::string> input_names, output_names;
  for (const auto& layer : input_layers_) input_names.push_back(name_of(*layer));
  for (const SymbolicTensor& output : outputs_) output_names.push_back(name_of(*output.layer()));
  fill_names(input_arrangement_, input_names);
  fill_names(output_arrangement_, output_names);
  Shapes shapes;
  for (const SymbolicTensor& tensor : inputs_) shapes.push_back(tensor.shape());
  ensure_built(shapes);
}

void Functional::plan(const SymbolicTensors& inputs, const SymbolicTensors& outputs) {
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (std::find(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(i), inputs[i]) !=
        inputs.begin() + static_cast<std::ptrdiff_t>(i)) {
      fail(ErrorKind::value, label(), " got '", inputs[i].layer()->name(),
           "' twice among its inputs; give each once");
    }
    // A tensor within another graph: this model begins there with an Input of its own.
    const auto& layer = inputs[i].layer();
    const bool begins = inputs[i].node()->inputs.empty();
    input_layers_.push_back(
        begins ? layer
               : std::make_shared<Input>(
                     InputOptions{.shape = inputs[i].shape().from(1), .dtype = inputs[i].dtype()}));
    input_layers_.back()->ensure_built(inputs[i].shape());
  }
  const GraphPlan graph(label(), inputs, input_layers_, outputs);
  layers_ = graph.layers();

  std::map<const Layer*, std::size_t> places;
  for (std::size_t i = 0; i < layers_.size(); ++i) places.emplace(layers_[i].get(), i);
  std::vector<std::size_t> first_slot(graph.items().size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    first_slot[graph.item_of(inputs[i])] = slots_++;
  }
  const auto slot_of = [&](const SymbolicTensor& tensor) {
    const std::size_t item = graph.item_of(tensor);
    return first_slot[item] + (graph.items()[item].node ? tensor.output() : 0);
  };
  for (std::size_t i = 0; i < graph.items().size(); ++i) {
    const GraphPlan::Item& item = graph.items()[i];
    if (!item.node) continue;
    Call call{places.at(item.layer.get()), {}, {}, item.node};
    for (const SymbolicTensor& tensor : item.node->inputs) call.inputs.push_back(slot_of(tensor));
    first_slot[i] = slots_;
    for (std::size_t k = 0; k < item.node->shapes.size(); ++k) call.outputs.push_back(slots_++);
    calls_.push_back(std::move(call));
  }
  for (const SymbolicTensor& output : outputs) output_slots_.push_back(slot_of(output));
}

// The calls as they run: fused layers are part of the step before them, and each step lists the
// slots that it is the last to read.
void Functional::schedule() {
  std::vector<std::size_t> readers(slots_, 0);
  for (std::size_t slot : output_slots_) ++readers[slot];
  for (const Call& call : calls_) {
    for (std::size_t slot : call.inputs) ++readers[slot];
  }
  std::vector<Step> steps;
  std::vector<bool> left_out(calls_.size(), false);
  const auto only_reader = [&](const Call& call) {
    const auto reads = [&](const Call& other) { return other.inputs == call.outputs; };
    const auto found = std::find_if(calls_.begin(), calls_.end(), reads);
    const bool alone = call.is_plain() && readers[call.outputs.front()] == 1;
    return alone && found != calls_.end() && found->is_plain() ? found : calls_.end();
  };
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (left_out[i]) continue;
    Step step{calls_[i], FusedLayers(layers_[calls_[i].layer]), {}};
    for (auto next = only_reader(step.call);
         next != calls_.end() && step.run.take(layers_[next->layer]);
         next = only_reader(step.call)) {
      step.call.outputs = next->outputs;
      left_out[static_cast<std::size_t>(next - calls_.begin())] = true;
    }
    steps.push_back(std::move(step));
  }
  // A slot is emptied after the last step that reads it, or at once if none does.
  std::vector<bool> read(slots_, false);
  for (std::size_t slot : output_slots_) read[slot] = true;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    for (const auto* slots : {&step->call.inputs, &step->call.outputs}) {
      for (std::size_t slot : *slots) {
        if (!read[slot]) step->last_read.push_back(slot);
        read[slot] = true;
      }
    }
  }
  steps_ = std::make_shared<const std::vector<Step>>(std::move(steps));
}

// Layers without a given name are numbered in the order in which the model runs, the inputs first.
// A layer that another model numbered keeps its name, because files of weights contain it.
void Functional::name_layers() {
  std::vector<std::shared_ptr<Layer>> order = input_layers_;
  for (const Call& call : calls_) order.push_back(layers_[call.layer]);
  std::set<std::string> taken;
  for (const auto& layer : layers_) {
    if (layer->has_given_name() && !taken.insert(layer->name()).second) {
      fail(ErrorKind::value, label(), " has two layers named '", layer->name(),
           "'; names of layers must be unique");
    }
  }
  for (const bool numbered : {true, false}) {
    std::set<const Layer*> named;
    for (const auto& layer : order) {
      if (layer->has_given_name() || layer->is_numbered() != numbered) continue;
      if (!named.insert(layer.get()).second) continue;
      std::string name = layer->name();
      for (int i = 1; !taken.insert(name).second; ++i) {
        name = layer->name() + "_" + std::to_string(i);
      }
      if (name == layer->name()) continue;
      if (numbered) {
        aliases_.emplace(layer.get(), name);
      } else {
        layer->set_name(name);
      }
    }
  }
  for (const auto& layer : order) layer->set_numbered();
}

std::string Functional::name_of(const Layer& layer) const {
  const auto alias = aliases_.find(&layer);
  return alias == aliases_.end() ? layer.name() : alias->second;
}

bool Functional::scopes(const Layer& layer) const {
  return nested_ || dynamic_cast<const Composite*>(&layer) != nullptr;
}

void Functional::set_scope(const std::string& scope) {
  nested_ = true;
  Model::set_scope(scope);
}

std::vector<Dtype> Functional::output_dtypes() const {
  std::vector<Dtype> result;
  for (const SymbolicTensor& output : outputs_) result.push_back(output.dtype());
  return result;
}

bool Functional::accepts(const Shapes& input_shapes) const {
  if (input_shapes.size() == input_layers_.size()) return true;  // each Input checks its own
  std::string names;
  for (const std::string& name : input_arrangement_.names) {
    names += (names.empty() ? "" : ", ") + name;
  }
  fail(ErrorKind::value, label(), " takes ", input_layers_.size(), " inputs (", names, "), got ",
       input_shapes.size(), "; give one for each");
}

// The shapes that one call gives, written to its slots.
std::vector<Shape> Functional::run_shapes(const Call& call, Slots& slots) const {
  Layer& layer = *layers_[call.layer];
  const std::vector<std::size_t> positional(
      call.inputs.begin(),
      call.inputs.begin() + static_cast<std::ptrdiff_t>(call.node->positional));
  CallArguments arguments;
  if (call.node->values) arguments.values = *call.node->values;
  const CallScope scope(layer, {false, call.node->has_arguments() ? &arguments : nullptr});
  const ProbeScope probing(picked(slots.dtypes, positional));
  const Shapes given(picked(slots.shapes, positional));
  layer.ensure_built(given);
  std::vector<Shape> results = layer.output_shapes(given).list();
  const std::vector<Dtype> kinds = layer.output_dtypes();
  for (std::size_t k = 0; k < call.outputs.size() && k < results.size(); ++k) {
    slots.shapes[call.outputs[k]] = results[k];
    slots.dtypes[call.outputs[k]] = k < kinds.size() ? kinds[k] : layer.dtype();
  }
  return results;
}

// The state before the first call: the first slots hold the inputs.
Functional::Slots Functional::slots_for(const Shapes& input_shapes) const {
  Slots slots{std::vector<Shape>(slots_), std::vector<Dtype>(slots_, Dtype::float32)};
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    slots.shapes[i] = input_shapes[i];
    slots.dtypes[i] = inputs_[i].dtype();
  }
  return slots;
}

Shapes Functional::output_shapes(const Shapes& input_shapes) const {
  accepts(input_shapes);
  Shapes begins;
  for (std::size_t i = 0; i < input_shapes.size(); ++i) {
    input_layers_[i]->ensure_built(input_shapes[i]);
    // The Input's own extents, where the given ones are not known.
    Shape shape = inputs_[i].shape().with(0, input_shapes[i][0]);
    for (int axis = 1; shape.rank() == input_shapes[i].rank() && axis < shape.rank(); ++axis) {
      if (shape[axis] == Shape::none) shape = shape.with(axis, input_shapes[i][axis]);
    }
    begins.push_back(shape);
  }
  Slots slots = slots_for(begins);
  for (const Call& call : calls_) run_shapes(call, slots);
  return Shapes(picked(slots.shapes, output_slots_));
}

Tensors Functional::call(const Tensors& inputs, const CallContext& context) {
  std::vector<Tensor> slots(slots_);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    slots[i] = (*input_layers_[i])(inputs[i], {context.said_training(), nullptr});
  }
  const auto steps = steps_;
  for (const Step& step : *steps) {
    const GraphNode& node = *step.call.node;
    Tensors given;
    for (std::size_t i = 0; i < node.positional; ++i) given.push_back(slots[step.call.inputs[i]]);
    std::optional<CallArguments> arguments;
    if (node.has_arguments()) arguments = node.arguments(picked(slots, step.call.inputs));
    Tensors results = step.run(given, {node.training ? node.training : context.said_training(),
                                       arguments ? &*arguments : nullptr});
    if (results.size() != step.call.outputs.size()) {
      fail(ErrorKind::value, node.layer->type(), " '", node.layer->name(), "' gave ",
           results.size(), " outputs, expected ", step.call.outputs.size(),
           " as for symbolic tensors");
    }
    for (std::size_t k = 0; k < results.size(); ++k) slots[step.call.outputs[k]] = results[k];
    results = {};
    given = {};
    for (std::size_t slot : step.last_read) slots[slot] = Tensor();
  }
  Tensors outputs;
  for (std::size_t slot : output_slots_) outputs.push_back(slots[slot]);
  return outputs;
}

std::vector<Model::Place> Functional::places() const {
  std::vector<Place> result;
  for (const auto& layer : layers_) result.push_back({layer, {}, {}});
  std::vector<std::size_t> giver(slots_);
  Shapes begins;
  for (std::size_t i = 0; i < input_layers_.size(); ++i) {
    const auto found = std::find(layers_.begin(), layers_.end(), input_layers_[i]);
    giver[i] = static_cast<std::size_t>(found - layers_.begin());
    result[giver[i]].outputs = inputs_[i].shape();
    begins.push_back(inputs_[i].shape());
  }
  Slots slots = slots_for(begins);
  for (const Call& call : calls_) {
    Place& place = result[call.layer];
    for (std::size_t slot : call.inputs) place.from.push_back(giver[slot]);
    const std::vector<Shape> shapes = run_shapes(call, slots);
    for (std::size_t slot : call.outputs) giver[slot] = call.layer;
    if (place.outputs.empty()) place.outputs = Shapes(shapes);
  }
  return result;
}

}  // namespace lamina
