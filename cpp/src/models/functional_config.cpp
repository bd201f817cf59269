// A graph of layers to and from its configuration:
//   "layers": [{"class_name", "config", "calls": [{"inputs": [place, ...]}, ...]}, ...]
//   "inputs", "outputs": [place, ...], each with a "key" where they are handed over by names
// A place is {"layer", "call", "output"}: what that call of that layer gave; without "call", what
// the model's Input of that name gives.
#include <algorithm>
#include <deque>
#include <map>

#include "core/options.hpp"
#include "lamina/models/functional.hpp"
#include "layers/graph_node.hpp"

namespace lamina {
namespace {

using Kind = Arrangement::Kind;

struct Spelling {
  Kind kind;
  const char* text;
};
constexpr Spelling spellings[] = {
    {Kind::single, "single"}, {Kind::list, "list"}, {Kind::dict, "dict"}};

const char* text_of(Kind kind) {
  for (const Spelling& row : spellings) {
    if (row.kind == kind) return row.text;
  }
  return "list";
}

Arrangement arrangement_from(const Config& config, const char* key,
                             const std::vector<Config>& places) {
  const std::string text = config.string(key);
  for (const Spelling& row : spellings) {
    if (row.text != text) continue;
    Arrangement result{row.kind, {}};
    if (row.kind == Kind::dict) {
      for (const Config& place : places) result.names.push_back(place.string("key"));
    }
    const std::string form = concat(key, "_form");
    if (!config.is_null(form)) result.form = config.string(form);
    return result;
  }
  fail(ErrorKind::value, "option '", key, "' must be single, list or dict, got '", text, "'");
}

// Rebuilds the graph of a configuration: each call is made as soon as all its inputs exist.
class Graph {
 public:
  explicit Graph(const Config& config) {
    for (const Config& entry : config.children("layers")) add_layer(entry);
    for (const Config& place : config.children("inputs")) begin_at(place);
    for (std::size_t i = 0; i < calls_.size(); ++i) await_inputs(i);
    std::size_t done = 0;
    while (!ready_.empty()) {
      const std::size_t i = ready_.front();
      ready_.pop_front();
      make(i);
      ++done;
    }
    if (done == calls_.size()) return;
    for (const Call& call : calls_) {
      if (call.outputs.empty()) {
        fail(ErrorKind::value, "the layer '", call.layer->name(),
             "' takes, directly or by way of others, what itself gives: the graph has a cycle");
      }
    }
  }

  SymbolicTensor at(const Config& place) const {
    const std::string name = place.string("layer");
    if (place.is_null("call")) {
      const auto found = begins_.find(name);
      if (found == begins_.end()) {
        fail(ErrorKind::value, "the graph takes from '", name, "', which is no input of the model");
      }
      return found->second;
    }
    const Call& call = calls_[index_of(place)];
    const std::int64_t output = place.integer("output");
    if (output < 0 || output >= static_cast<std::int64_t>(call.outputs.size())) {
      fail(ErrorKind::value, "the graph takes output ", output, " of the layer '", name,
           "', which gives ", call.outputs.size());
    }
    return call.outputs[static_cast<std::size_t>(output)];
  }

 private:
  struct Call {
    std::shared_ptr<Layer> layer;
    std::vector<Config> inputs;  // the keywords' follow the positional ones
    std::size_t positional = 0;
    Config description = {};
    std::size_t missing = 0;  // of its inputs
    std::vector<std::size_t> awaited_by;
    SymbolicTensors outputs;
  };

  void add_layer(const Config& entry) {
    const auto layer = make_layer(entry.string("class_name"), entry.child("config"));
    if (!entry.is_null("name") && layer->name() != entry.string("name")) {
      layer->set_name(entry.string("name"));
    }
    if (!layers_.emplace(layer->name(), layer).second) {
      fail(ErrorKind::value, "the graph has two layers named '", layer->name(), "'");
    }
    for (const Config& call : entry.children("calls")) {
      places_[layer->name()].push_back(calls_.size());
      calls_.push_back({layer, call.children("inputs"), 0, call, 0, {}, {}});
      Call& added = calls_.back();
      added.positional = added.inputs.size();
      if (!call.is_null("keywords")) {
        for (const Config& keyword : call.children("keywords")) {
          const std::vector<Config> inputs = keyword.children("inputs");
          added.inputs.insert(added.inputs.end(), inputs.begin(), inputs.end());
        }
      }
      if (added.positional == 0) {
        fail(ErrorKind::value, "the graph calls the layer '", layer->name(), "' without inputs");
      }
    }
  }

  void begin_at(const Config& place) {
    const std::string name = place.string("layer");
    const auto found = layers_.find(name);
    if (found == layers_.end() || dynamic_cast<Input*>(found->second.get()) == nullptr) {
      fail(ErrorKind::value, "the graph begins at '", name,
           "', which is no Input among its layers");
    }
    if (!begins_.emplace(name, connect(found->second, SymbolicTensors{})).second) {
      fail(ErrorKind::value, "the graph has the input '", name, "' twice");
    }
  }

  std::size_t index_of(const Config& place) const {
    const std::string name = place.string("layer");
    const std::int64_t call = place.integer("call");
    const auto found = places_.find(name);
    const auto count = found == places_.end() ? 0 : static_cast<std::int64_t>(found->second.size());
    if (call < 0 || call >= count) {
      fail(ErrorKind::value, "the graph takes from call ", call, " of the layer '", name,
           "', which is called ", count, " times");
    }
    return found->second[static_cast<std::size_t>(call)];
  }

  void await_inputs(std::size_t i) {
    for (const Config& place : calls_[i].inputs) {
      if (place.is_null("call")) continue;
      ++calls_[i].missing;
      calls_[index_of(place)].awaited_by.push_back(i);
    }
    if (calls_[i].missing == 0) ready_.push_back(i);
  }

  void make(std::size_t i) {
    const Call& call = calls_[i];
    SymbolicTensors inputs;
    for (std::size_t k = 0; k < call.positional; ++k) inputs.push_back(at(call.inputs[k]));
    SymbolicArguments arguments;
    const Config& given = call.description;
    if (!given.is_null("training")) arguments.training = given.boolean("training");
    if (!given.is_null("values")) arguments.values = given.child("values");
    if (!given.is_null("keywords")) {
      for (const Config& keyword : given.children("keywords")) {
        SymbolicTensors tensors;
        for (const Config& place : keyword.children("inputs")) tensors.push_back(at(place));
        arguments.tensors.emplace_back(keyword.string("name"), tensors);
      }
    }
    calls_[i].outputs = connect_all(call.layer, inputs, arguments);
    for (std::size_t next : calls_[i].awaited_by) {
      if (--calls_[next].missing == 0) ready_.push_back(next);
    }
  }

  std::map<std::string, std::shared_ptr<Layer>> layers_;
  std::map<std::string, std::vector<std::size_t>> places_;  // calls of each layer
  std::vector<Call> calls_;
  std::deque<std::size_t> ready_;
  std::map<std::string, SymbolicTensor> begins_;
};

std::shared_ptr<Functional> model_from(const Config& config) {
  const Graph graph(config);
  const std::vector<Config> input_places = config.children("inputs");
  const std::vector<Config> output_places = config.children("outputs");
  SymbolicTensors inputs, outputs;
  for (const Config& place : input_places) inputs.push_back(graph.at(place));
  for (const Config& place : output_places) outputs.push_back(graph.at(place));
  return std::make_shared<Functional>(
      inputs, outputs, config.is_null("name") ? std::string() : config.string("name"),
      arrangement_from(config, "input_structure", input_places),
      arrangement_from(config, "output_structure", output_places));
}

}  // namespace

std::shared_ptr<Layer> Functional::from_config(const Config& config) {
  OptionReader read(config);
  for (const char* key :
       {"name", "trainable", "dtype", "layers", "inputs", "outputs", "input_structure",
        "output_structure", "input_structure_form", "output_structure_form"}) {
    read.expect(key);
  }
  read.refuse_unknown("Functional");
  auto model = model_from(config);
  if (!config.is_null("trainable")) model->set_trainable(config.boolean("trainable"));
  return model;
}

Config Functional::config() const {
  // Which call of which layer fills each slot; inputs come first.
  struct Giver {
    std::size_t layer, call, output;
  };
  std::vector<Giver> givers(slots_);
  std::vector<std::size_t> counts(layers_.size(), 0);
  for (const Call& call : calls_) {
    for (std::size_t k = 0; k < call.outputs.size(); ++k) {
      givers[call.outputs[k]] = {call.layer, counts[call.layer], k};
    }
    ++counts[call.layer];
  }
  const auto place_of = [&](std::size_t slot) {
    if (slot < input_layers_.size()) return Config().set("layer", name_of(*input_layers_[slot]));
    const Giver& giver = givers[slot];
    return Config()
        .set("layer", name_of(*layers_[giver.layer]))
        .set("call", static_cast<std::int64_t>(giver.call))
        .set("output", static_cast<std::int64_t>(giver.output));
  };
  std::vector<std::vector<Config>> calls(layers_.size());
  for (const Call& call : calls_) {
    const GraphNode& node = *call.node;
    std::size_t next = 0;
    const auto places = [&](std::size_t count) {
      std::vector<Config> result;
      for (std::size_t i = 0; i < count; ++i) result.push_back(place_of(call.inputs[next++]));
      return result;
    };
    Config description = Config().set("inputs", places(node.positional));
    std::vector<Config> keywords;
    for (const auto& [name, count] : node.keywords) {
      keywords.push_back(Config().set("name", name).set("inputs", places(count)));
    }
    if (!keywords.empty()) description.set("keywords", keywords);
    if (const auto& values = node.values) description.set("values", *values);
    if (const auto& training = node.training) description.set("training", *training);
    calls[call.layer].push_back(description);
  }
  std::vector<Config> layers;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const Layer& layer = *layers_[i];
    // A layer of the user's may have a configuration without a name.
    Config own = layer.config();
    if (own.has("name")) own.set("name", name_of(layer));
    layers.push_back(
        class_config(layer.type(), own).set("name", name_of(layer)).set("calls", calls[i]));
  }
  const auto ends = [&](const Arrangement& arrangement, const auto& slot_of, std::size_t count) {
    std::vector<Config> places;
    for (std::size_t i = 0; i < count; ++i) {
      places.push_back(place_of(slot_of(i)));
      if (arrangement.kind == Kind::dict) places.back().set("key", arrangement.names[i]);
    }
    return places;
  };
  Config config = base_config();
  // Each layer says for itself whether it is trainable.
  config.erase("trainable");
  config.set("layers", layers);
  config.set("inputs",
             ends(input_arrangement_, [](std::size_t i) { return i; }, input_layers_.size()));
  config.set("outputs", ends(
                            output_arrangement_, [&](std::size_t i) { return output_slots_[i]; },
                            output_slots_.size()));
  config.set("input_structure", text_of(input_arrangement_.kind));
  config.set("output_structure", text_of(output_arrangement_.kind));
  if (!input_arrangement_.form.empty()) {
    config.set("input_structure_form", input_arrangement_.form);
  }
  if (!output_arrangement_.form.empty()) {
    config.set("output_structure_form", output_arrangement_.form);
  }
  return config;
}

}  // namespace lamina
