// The .lamina file: a safetensors container whose metadata holds one JSON string, with tensors
// under model/ (weights), own/ (what layers keep beside them), optimizer/ (slots), state/
// (positions of random streams, and what layers carry from batch to batch) and run/ (an unfinished
// run). A reader consumes every tensor of the namespaces it opens, or fails and changes nothing.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>

#include "core/check.hpp"
#include "core/json.hpp"
#include "core/portable.hpp"
#include "io/atomic_write.hpp"
#include "io/foreign_files.hpp"
#include "io/input_file.hpp"
#include "io/safetensors.hpp"
#include "io/safetensors_parser.hpp"
#include "layers/loading.hpp"
#include "models/compile_state.hpp"
#include "models/layer_registry.hpp"

namespace lamina {
namespace {

constexpr std::int64_t format_version = 1;
constexpr const char* metadata_key = "lamina";
constexpr std::string_view weight_space = "model/", own_space = "own/", slot_space = "optimizer/",
                           state_space = "state/", run_space = "run/";
constexpr std::string_view shuffle_stream = "shuffle";
// The description says that there are checksums, so that their loss is noticed.
constexpr const char* checksums_key = "checksums";

// A 64-bit key and a count of draws, as two int64.
Tensor position_of(std::uint64_t key, std::uint64_t draws) {
  const std::int64_t words[2] = {static_cast<std::int64_t>(key), static_cast<std::int64_t>(draws)};
  return Tensor::copy_of(words, 2, {2}, Dtype::int64, Device());
}

// A path without the model's own name, which it begins with.
std::string within(const Model& model, const std::string& path) {
  return path.substr(model.name().size() + 1);
}

// Weights by the names in the file.
std::vector<std::pair<std::string, Variable>> weights_in_file(const Model& model) {
  auto result = model.named_weights();
  for (auto& [path, weight] : result) path = within(model, path);
  return result;
}

// The layers that a model is made of, itself too, by the prefix of what they hold:
// "encoder/dense:".
void collect_layers(Layer& layer, const std::string& path,
                    std::vector<std::pair<std::string, Layer*>>& found) {
  const bool known = std::any_of(found.begin(), found.end(),
                                 [&](const auto& entry) { return entry.second == &layer; });
  if (known) return;
  found.emplace_back(concat(path, ":"), &layer);
  const auto* const composite = dynamic_cast<const Composite*>(&layer);
  if (composite == nullptr) return;
  for (const auto& inner : composite->layers()) {
    collect_layers(*inner, concat(path, path.empty() ? "" : "/", composite->name_of(*inner)),
                   found);
  }
}

std::vector<std::pair<std::string, Layer*>> layers_in_file(const Model& model) {
  std::vector<std::pair<std::string, Layer*>> found;
  collect_layers(const_cast<Model&>(model), "", found);
  return found;
}

// Variables by identity: each has its own place for its value.
template <class Value>
class VariableMap {
 public:
  /// False if it is known.
  bool insert(const Variable& variable, Value value) {
    return values_.emplace(&variable.value(), std::move(value)).second;
  }
  /// Null if it is unknown.
  const Value* find(const Variable& variable) const {
    const auto found = values_.find(&variable.value());
    return found == values_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<const Tensor*, Value> values_;
};

// What is not as for most weights: those that took fewer steps than the optimizer, having joined
// later, and those whose decay is switched off.
void write_weight_states(Config& compile, const Optimizer& optimizer,
                         const VariableMap<std::string>& paths) {
  Config steps;
  std::vector<std::string> fixed;
  for (const OptimizerWeightState& state : optimizer.weight_states()) {
    const std::string* path = paths.find(state.weight);
    if (path == nullptr) continue;
    if (state.steps != optimizer.iterations()) steps.set(*path, state.steps);
    if (!state.decays) fixed.push_back(*path);
  }
  if (!steps.keys().empty()) compile.set("weight_steps", steps);
  if (!fixed.empty()) compile.set("without_decay", fixed);
}

std::vector<OptimizerWeightState> weight_states(
    const Config& compile, const Optimizer& optimizer,
    const std::vector<std::pair<std::string, Variable>>& weights) {
  const Config steps = compile.is_null("weight_steps") ? Config() : compile.child("weight_steps");
  std::vector<std::string> fixed;
  if (!compile.is_null("without_decay")) fixed = compile.strings("without_decay");
  std::vector<OptimizerWeightState> states;
  for (const auto& [path, weight] : weights) {
    const bool decays = std::find(fixed.begin(), fixed.end(), path) == fixed.end();
    if (decays && !steps.has(path)) continue;
    states.push_back(
        {weight, steps.has(path) ? steps.integer(path) : optimizer.iterations(), decays});
  }
  return states;
}

std::vector<Config> configs_of(const std::vector<MetricHandle>& metrics) {
  std::vector<Config> configs;
  for (const MetricHandle& metric : metrics) {
    configs.push_back(class_config(metric.pointer()->type(), metric.pointer()->config()));
  }
  return configs;
}

std::vector<MetricHandle> metrics_from(const Config& config, const char* key) {
  std::vector<MetricHandle> metrics;
  for (const Config& metric : config.children(key)) {
    metrics.emplace_back(Metric::make(metric.string("class_name"), metric.child("config")));
  }
  return metrics;
}

void write_loss(Config& config, const LossHandle& handle) {
  if (!handle) return;
  const Loss& loss = *handle.pointer();
  config.set("loss", class_config(loss.type(), loss.config()));
}

LossHandle loss_from(const Config& config) {
  if (config.is_null("loss")) return {};
  const Config loss = config.child("loss");
  return Loss::make(loss.string("class_name"), loss.child("config"));
}

// What predictions are compared by.
void write_comparison(Config& config, const CompileOptions& given) {
  write_loss(config, given.loss);
  config.set("metrics", configs_of(given.metrics));
  if (!given.weighted_metrics.empty()) {
    config.set("weighted_metrics", configs_of(given.weighted_metrics));
  }
  std::vector<Config> losses, metrics;
  for (const OutputLoss& each : given.output_losses) {
    losses.push_back(Config().set("output", each.output).set("weight", each.weight));
    write_loss(losses.back(), each.loss);
  }
  for (const OutputMetrics& each : given.output_metrics) {
    metrics.push_back(Config().set("output", each.output).set("metrics", configs_of(each.metrics)));
    if (!each.weighted_metrics.empty()) {
      metrics.back().set("weighted_metrics", configs_of(each.weighted_metrics));
    }
  }
  if (!losses.empty()) config.set("output_losses", losses);
  if (!metrics.empty()) config.set("output_metrics", metrics);
}

void read_comparison(const Config& config, CompileOptions& given) {
  given.loss = loss_from(config);
  given.metrics = metrics_from(config, "metrics");
  if (!config.is_null("weighted_metrics")) {
    given.weighted_metrics = metrics_from(config, "weighted_metrics");
  }
  if (!config.is_null("output_losses")) {
    for (const Config& each : config.children("output_losses")) {
      given.output_losses.push_back(
          {each.string("output"), loss_from(each), each.number("weight")});
    }
  }
  if (config.is_null("output_metrics")) return;
  for (const Config& each : config.children("output_metrics")) {
    given.output_metrics.push_back({each.string("output"), metrics_from(each, "metrics"), {}});
    if (!each.is_null("weighted_metrics")) {
      given.output_metrics.back().weighted_metrics = metrics_from(each, "weighted_metrics");
    }
  }
}

struct Assignment {
  Variable target;
  Tensor value;
};

}  // namespace

class ModelFile {
 public:
  enum class Content : std::uint8_t { weights, checkpoint, model };
  static std::string write(const Model& model, Content content);
  static std::shared_ptr<Model> read(InputFile& file, const LoadOptions& options);
  static std::vector<std::string> read_weights(Model& model, InputFile& file, bool skip_mismatch);
  static void read_checkpoint(Model& model, InputFile& file);

 private:
  explicit ModelFile(InputFile& file);
  Tensor take(const std::string& name, const Shape& shape, Dtype dtype);
  std::vector<Variable> trained_weights(const Model& model) const;
  void take_weights(const Model& model);
  std::vector<std::string> take_fitting_weights(const Model& model);
  Layer::NamedTensors take_all(const std::string& prefix);
  void take_own_tensors(Model& model);
  void take_carried(Model& model);
  void take_training(Model& model, const Config& config);
  void take_state(Model& model, const Config& training);
  void take_run(Model& model, const Config& run);
  using TensorEntries = std::vector<std::pair<std::string, Tensor>>;
  static Config run_of(const Model& model, TensorEntries& tensors);
  static std::vector<std::pair<std::string, Variable>> sums_of(const Model::CompileState& training);
  void take_stream(const std::string& name, RandomStream stream);
  void finish();

  InputFile& file_;
  const std::string& origin_;
  SafetensorsHeader container_;
  Config header_;
  std::map<std::string, std::size_t> left_;  // entries that were not taken yet
  // Carried out only after everything was found to fit.
  std::vector<Assignment> assignments_;
  std::vector<std::pair<RandomStream, Tensor>> streams_;
  std::vector<std::function<void()>> later_;
  std::vector<std::pair<Layer*, Layer::NamedTensors>> own_tensors_;
};

// What losses and metrics have summed up in this epoch.
std::vector<std::pair<std::string, Variable>> ModelFile::sums_of(
    const Model::CompileState& training) {
  std::vector<std::pair<std::string, Variable>> sums;
  const auto add = [&](const std::string& name, const Metric& metric) {
    const auto& variables = metric.variables();
    for (std::size_t k = 0; k < variables.size(); ++k) {
      sums.emplace_back(concat(name, "/", k), variables[k]);
    }
  };
  add("loss", *training.means.loss);
  for (std::size_t i = 0; i < training.means.outputs.size(); ++i) {
    add(concat("output/", i), *training.means.outputs[i]);
  }
  for (std::size_t i = 0; i < training.metrics.size(); ++i) {
    add(concat("metric/", i), *training.metrics[i].metric);
  }
  for (std::size_t i = 0; i < training.extra_metrics.size(); ++i) {
    add(concat("extra/", i), *training.extra_metrics[i]);
  }
  return sums;
}

// How far the run has come, the sums of its epoch, and what its callbacks know.
Config ModelFile::run_of(const Model& model, TensorEntries& tensors) {
  const Model::CompileState& training = *model.compile_state_;
  const Model::CompileState::Position& at = training.position;
  Config run;
  run.set("epoch", at.epoch).set("batch", at.batch).set("taken", at.taken);
  run.set("stopped", training.stop_training.load());
  std::vector<Config> states;
  for (const auto& callback : *training.callbacks) {
    CallbackState state = callback->state();
    if (state.values.keys().empty()) continue;
    const std::size_t i = states.size();
    states.push_back(std::move(state.values));
    states.back().set("tensors", static_cast<std::int64_t>(state.tensors.size()));
    for (std::size_t k = 0; k < state.tensors.size(); ++k) {
      tensors.emplace_back(concat(run_space, "callbacks/", i, "/", k), std::move(state.tensors[k]));
    }
  }
  run.set("callbacks", states);
  if (at.batch == 0) return run;
  run.set("outputs", static_cast<std::int64_t>(training.outputs.size()));
  for (const auto& [name, variable] : sums_of(training)) {
    tensors.emplace_back(concat(run_space, name), variable.value());
  }
  return run;
}

std::string ModelFile::write(const Model& model, Content content) {
  const bool whole = content != Content::weights;
  if (!model.built()) {
    fail(ErrorKind::state, "model '", model.name(),
         "' has no weights to save yet; build it, or call it on data first");
  }
  std::vector<std::pair<std::string, Tensor>> tensors;
  Config header;
  header.set("format_version", format_version);
  header.set(checksums_key, true);
  const PortableScope portable;
  const auto weights = weights_in_file(model);
  VariableMap<std::string> paths;
  for (const auto& [path, weight] : weights) {
    if (!paths.insert(weight, path)) {
      fail(ErrorKind::value, "model '", model.name(), "' holds one weight as '",
           *paths.find(weight), "' and as '", path,
           "': a layer that stands within a nested model and beside it cannot ",
           "be saved; let only one of them hold it");
    }
    tensors.emplace_back(concat(weight_space, path), weight.value());
  }
  for (const auto& [prefix, layer] : layers_in_file(model)) {
    for (auto& [name, tensor] : layer->own_tensors()) {
      tensors.emplace_back(concat(own_space, prefix, name), tensor);
    }
    if (!whole) continue;
    for (auto& [name, tensor] : layer->carried()) {
      tensors.emplace_back(concat(state_space, prefix, name), tensor);
    }
  }
  if (content == Content::model) {
    header.set("model", class_config(model.type(), model.config()));
    header.set("build_input_shape", model.build_shapes().front());
  }
  if (whole) {
    for (const auto& [name, stream] : model.random_streams()) {
      tensors.emplace_back(concat(state_space, within(model, name)),
                           position_of(stream.key(), stream.draws()));
    }
  }
  if (whole && model.compiled()) {
    const Model::CompileState& training = *model.compile_state_;
    const Optimizer& optimizer = *training.optimizer;
    Config compile;
    compile.set("iterations", optimizer.batches().value().values<std::int64_t>()[0]);
    if (content == Content::model) {
      compile.set("optimizer", class_config(optimizer.type(), optimizer.config()));
      write_comparison(compile, training.given);
    } else {
      compile.set("optimizer", optimizer.type());
      if (optimizer.learning_rate_variable().defined()) {
        compile.set("learning_rate", optimizer.learning_rate());
      }
    }
    write_weight_states(compile, optimizer, paths);
    header.set("training", compile);
    for (const auto& [name, variable] : optimizer.own_variables()) {
      tensors.emplace_back(concat(slot_space, name), variable.value());
    }
    // Of the model's own weights: an optimizer may serve others too, or have served some before.
    for (const OptimizerSlotVariable& slot : optimizer.slots()) {
      const std::string* path = paths.find(slot.weight);
      if (path == nullptr) continue;
      tensors.emplace_back(concat(slot_space, slot.variable.name(), "/", *path),
                           slot.variable.value());
    }
    // A run that is in a pass over the data goes on with its order, which is drawn again.
    const bool in_pass = training.callbacks != nullptr && training.position.taken >= 0;
    const auto& [epoch, batch, taken, key, draws] = training.position;
    const bool redraws = content == Content::checkpoint && in_pass && key != 0;
    tensors.emplace_back(concat(state_space, shuffle_stream),
                         redraws ? position_of(key, draws)
                                 : position_of(training.shuffle.key(), training.shuffle.draws()));
    if (content == Content::checkpoint && training.callbacks != nullptr) {
      header.set("run", run_of(model, tensors));
    }
  }
  const std::string description = header.dump();
  // Refuses what could not be read again: layers nested too deep, two tensors of one name.
  Config::parse(description);
  std::vector<std::string_view> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  std::sort(names.begin(), names.end());
  const auto twin = std::adjacent_find(names.begin(), names.end());
  if (twin != names.end()) {
    fail(ErrorKind::value, "model '", model.name(), "' has several tensors named '", *twin,
         "'; give its layers different names to save it");
  }
  return to_safetensors({{metadata_key, description}}, std::move(tensors));
}

ModelFile::ModelFile(InputFile& file)
    : file_(file), origin_(file.origin()), container_(read_safetensors_header(file)) {
  const auto metadata = container_.metadata.find(metadata_key);
  if (metadata == container_.metadata.end()) {
    fail(ErrorKind::value, origin_,
         " was not written by lamina: it is a safetensors file, but its ", "metadata has no '",
         metadata_key, "'");
  }
  header_ = Config::parse(metadata->second);
  const std::int64_t version = header_.integer("format_version");
  if (version < 1 || version > format_version) {
    fail(ErrorKind::value, origin_, " has format version ", version, ", this lamina reads up to ",
         format_version, "; install a newer one");
  }
  if (header_.has(checksums_key) && container_.checksums.size() != container_.entries.size()) {
    damaged(origin_, "its checksums are missing");
  }
  for (std::size_t i = 0; i < container_.entries.size(); ++i) {
    left_.emplace(container_.entries[i].name, i);
  }
}

// A tensor that does not fit is refused before its data is read.
Tensor ModelFile::take(const std::string& name, const Shape& shape, Dtype dtype) {
  const auto found = left_.find(name);
  if (found == left_.end()) fail(ErrorKind::value, origin_, " lacks the tensor '", name, "'");
  const SafetensorsEntry& entry = container_.entries[found->second];
  const bool is_weight = name.starts_with(weight_space);
  const bool rounds = is_weight && is_floating(entry.dtype) && is_floating(dtype);
  if (entry.shape != shape || (entry.dtype != dtype && !rounds)) {
    const std::string_view weight =
        is_weight ? std::string_view(name).substr(weight_space.size()) : name;
    fail(ErrorKind::value, origin_, " holds '", weight, "' of shape ", entry.shape, " and dtype ",
         name_of(entry.dtype), ", the model expects ", shape, " and ", name_of(dtype));
  }
  Tensor value = read_safetensors_tensor(file_, container_, found->second);
  left_.erase(found);
  return value.dtype() == dtype ? value : value.cast(dtype);
}

// Weights of one layer belong together: where one does not fit, all of them stay.
std::vector<std::string> ModelFile::take_fitting_weights(const Model& model) {
  const auto weights = weights_in_file(model);
  const auto layer_of = [](const std::string& path) { return path.substr(0, path.rfind('/')); };
  std::set<std::string> unfit;
  for (const auto& [path, weight] : weights) {
    const auto found = left_.find(concat(weight_space, path));
    const bool fits =
        found != left_.end() && container_.entries[found->second].shape == weight.shape() &&
        is_floating(container_.entries[found->second].dtype) == is_floating(weight.dtype());
    if (!fits) unfit.insert(layer_of(path));
  }
  std::vector<std::string> skipped;
  for (const auto& [path, weight] : weights) {
    if (unfit.contains(layer_of(path))) {
      skipped.push_back(path);
    } else {
      const std::string name = concat(weight_space, path);
      assignments_.push_back({weight, take(name, weight.shape(), weight.dtype())});
    }
  }
  left_.clear();
  return skipped;
}

void ModelFile::take_weights(const Model& model) {
  for (const auto& [path, weight] : weights_in_file(model)) {
    assignments_.push_back(
        {weight, take(concat(weight_space, path), weight.shape(), weight.dtype())});
  }
}

void ModelFile::take_stream(const std::string& name, RandomStream stream) {
  streams_.emplace_back(std::move(stream), take(concat(state_space, name), {2}, Dtype::int64));
}

// Slots exist for the weights that were trained, whatever is frozen now: those that the file's
// "optimizer/<slot>/<path>" name, in its order. A layer 'dense' and a nested model's 'inner/dense'
// have paths of which one ends with the other, so the longest path that is a weight's counts.
std::vector<Variable> ModelFile::trained_weights(const Model& model) const {
  std::map<std::string, Variable, std::less<>> weights;
  for (const auto& [path, weight] : weights_in_file(model)) weights.emplace(path, weight);
  std::vector<Variable> trained;
  VariableMap<bool> known;
  for (const SafetensorsEntry& entry : container_.entries) {
    std::string_view path = entry.name;
    if (!path.starts_with(slot_space)) continue;
    path.remove_prefix(slot_space.size());
    for (auto cut = path.find('/'); cut != path.npos; cut = path.find('/')) {
      path.remove_prefix(cut + 1);
      const auto found = weights.find(path);
      if (found == weights.end()) continue;
      if (known.insert(found->second, true)) trained.push_back(found->second);
      break;
    }
  }
  return trained;
}

// All that stands under a prefix, without it, in the order of the names.
Layer::NamedTensors ModelFile::take_all(const std::string& prefix) {
  Layer::NamedTensors tensors;
  for (auto found = left_.lower_bound(prefix);
       found != left_.end() && found->first.starts_with(prefix);) {
    tensors.emplace_back(found->first.substr(prefix.size()),
                         read_safetensors_tensor(file_, container_, found->second));
    found = left_.erase(found);
  }
  return tensors;
}

void ModelFile::take_own_tensors(Model& model) {
  for (const auto& [prefix, layer] : layers_in_file(model)) {
    Layer::NamedTensors own = take_all(concat(own_space, prefix));
    if (own.empty()) continue;
    if (is_builtin_layer(layer->type())) {
      fail(ErrorKind::value, origin_, " holds '", own.front().first, "' for the layer '",
           layer->name(), "', a ", layer->type(), ", which keeps nothing but weights");
    }
    own_tensors_.emplace_back(layer, std::move(own));
  }
}

void ModelFile::take_carried(Model& model) {
  for (const auto& [prefix, layer] : layers_in_file(model)) {
    Layer::NamedTensors carried = take_all(concat(state_space, prefix));
    if (!layer->can_carry(carried)) {
      fail(ErrorKind::value, origin_, " holds states that the layer '", layer->name(), "', a ",
           layer->type(), ", cannot begin with");
    }
    later_.emplace_back([layer = layer, carried] { layer->carry(carried); });
  }
}

void ModelFile::take_training(Model& model, const Config& config) {
  const Config optimizer = config.child("optimizer");
  CompileOptions options;
  options.optimizer = Optimizer::make(optimizer.string("class_name"), optimizer.child("config"));
  read_comparison(config, options);
  model.compile(std::move(options));
  take_state(model, config);
}

// What an optimizer and the order of samples were at, into the model that is compiled.
void ModelFile::take_state(Model& model, const Config& training) {
  Optimizer& made = model.optimizer();
  VariableMap<std::string> paths;
  for (const auto& [path, weight] : weights_in_file(model)) paths.insert(weight, path);
  std::vector<Variable> trained = trained_weights(model);
  const bool has_other_state = std::any_of(left_.begin(), left_.end(), [](const auto& entry) {
    return entry.first.starts_with(slot_space);
  });
  if (trained.empty() && has_other_state) trained = model.trainable_weights();
  made.build(trained);
  // After the count, which weights without one of their own take.
  later_.emplace_back([&made, training, all = weights_in_file(model)] {
    made.set_batches(training.integer("iterations"));
    made.restore(weight_states(training, made, all));
  });
  for (const auto& [name, variable] : made.own_variables()) {
    assignments_.push_back(
        {variable, take(concat(slot_space, name), variable.shape(), variable.dtype())});
  }
  for (const auto& [weight, slot] : made.slots()) {
    const std::string* path = paths.find(weight);
    if (path == nullptr) continue;  // of another model, which the optimizer serves too
    const std::string name = concat(slot_space, slot.name(), "/", *path);
    assignments_.push_back({slot, take(name, slot.shape(), slot.dtype())});
  }
  take_stream(std::string(shuffle_stream), model.compile_state_->shuffle);
}

// Of the run that loads it, at its place and with its callbacks.
void ModelFile::take_run(Model& model, const Config& run) {
  Model::CompileState& training = *model.compile_state_;
  const Model::CompileState::Position at{
      .epoch = run.integer("epoch"), .batch = run.integer("batch"), .taken = run.integer("taken")};
  const std::vector<Config> states = run.children("callbacks");
  std::vector<std::shared_ptr<Callback>> stateful;
  for (const auto& callback : *training.callbacks) {
    if (!callback->state().values.keys().empty()) stateful.push_back(callback);
  }
  if (states.size() != stateful.size()) {
    fail(ErrorKind::value, origin_, " holds what ", states.size(), " callbacks knew, this run has ",
         stateful.size(), " that keep something; give fit the same ones, or delete the file");
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    CallbackState state{states[i], {}};
    for (std::int64_t k = 0; k < states[i].integer("tensors"); ++k) {
      const std::string name = concat(run_space, "callbacks/", i, "/", k);
      const auto found = left_.find(name);
      if (found == left_.end()) fail(ErrorKind::value, origin_, " lacks the tensor '", name, "'");
      const SafetensorsEntry& entry = container_.entries[found->second];
      state.tensors.push_back(take(name, entry.shape, entry.dtype));
    }
    later_.emplace_back([callback = stateful[i], state] { callback->restore(state); });
  }
  if (at.batch > 0) {
    const auto outputs = static_cast<std::size_t>(run.integer("outputs"));
    if (training.outputs.size() != outputs) {
      training.assign_outputs("Model '" + model.name() + "'", model.output_arrangement().names,
                              outputs);
    }
    // A loss of its own is averaged only where several outputs count.
    const auto averaged = std::count_if(
        container_.entries.begin(), container_.entries.end(), [](const SafetensorsEntry& entry) {
          return entry.name.starts_with("run/output/") && entry.name.ends_with("/0");
        });
    training.means.grow_to(static_cast<std::size_t>(averaged));
    for (const auto& [name, variable] : sums_of(training)) {
      assignments_.push_back(
          {variable, take(concat(run_space, name), variable.shape(), variable.dtype())});
    }
  }
  later_.emplace_back([&training, at, stopped = run.boolean("stopped")] {
    training.position = at;
    training.stop_training = stopped;
    training.resumes = true;
  });
}

void ModelFile::finish() {
  if (!left_.empty()) {
    fail(ErrorKind::value, origin_, " holds '", left_.begin()->first, "' and ", left_.size() - 1,
         " more tensors that the model does not have");
  }
  for (Assignment& assignment : assignments_) assignment.target.assign(assignment.value);
  for (auto& [layer, tensors] : own_tensors_) layer->take_own_tensors(tensors);
  for (auto& [stream, position] : streams_) {
    const auto words = position.values<std::int64_t>();
    stream.restore(static_cast<std::uint64_t>(words[0]), static_cast<std::uint64_t>(words[1]));
  }
  for (const auto& carry_out : later_) carry_out();
}

std::shared_ptr<Model> ModelFile::read(InputFile& input, const LoadOptions& options) {
  ModelFile file(input);
  const std::string& origin = file.origin_;
  if (file.header_.is_null("model")) {
    fail(ErrorKind::value, origin, " holds weights only; make the model and call its load_weights");
  }
  const Config description = file.header_.child("model");
  const LoadingScope loading(input.size());
  const auto model = std::dynamic_pointer_cast<Model>(
      make_layer(description.string("class_name"), description.child("config")));
  if (model && !model->built() && !file.header_.is_null("build_input_shape")) {
    model->ensure_built(file.header_.shape("build_input_shape"));
  }
  if (!model || !model->built()) {
    fail(ErrorKind::value, origin, " does not describe a model that can be built");
  }
  file.take_weights(*model);
  file.take_own_tensors(*model);
  file.take_carried(*model);
  for (const auto& [name, stream] : model->random_streams()) {
    file.take_stream(within(*model, name), stream);
  }
  if (!options.compile) {  // the namespace stays closed
    std::erase_if(file.left_, [](const auto& entry) {
      return entry.first.starts_with(slot_space) ||
             entry.first == concat(state_space, shuffle_stream);
    });
  } else if (!file.header_.is_null("training")) {
    file.take_training(*model, file.header_.child("training"));
  }
  file.finish();
  return model;
}

std::vector<std::string> ModelFile::read_weights(Model& model, InputFile& input,
                                                 bool skip_mismatch) {
  ModelFile file(input);
  if (!model.built()) {
    fail(ErrorKind::state, "model '", model.name(),
         "' is not built; give its input shape, or call it on data, before load_weights");
  }
  // Weights are all that is asked for: the other namespaces stay closed.
  std::erase_if(file.left_, [](const auto& entry) {
    return !entry.first.starts_with(weight_space) && !entry.first.starts_with(own_space);
  });
  file.take_own_tensors(model);
  std::vector<std::string> skipped;
  if (skip_mismatch) {
    skipped = file.take_fitting_weights(model);
  } else {
    file.take_weights(model);
  }
  file.finish();
  return skipped;
}

// Into the model as it stands; where it stands within a run, that run goes on where the file's was.
void ModelFile::read_checkpoint(Model& model, InputFile& input) {
  ModelFile file(input);
  if (!model.built() || !model.compiled()) {
    fail(ErrorKind::state, "model '", model.name(),
         "' must be built and compiled before load_checkpoint");
  }
  if (!file.header_.is_null("model") || file.header_.is_null("training")) {
    fail(ErrorKind::value, file.origin_, " is no checkpoint; load_model reads what save wrote");
  }
  Optimizer& optimizer = model.optimizer();
  const Config training = file.header_.child("training");
  if (training.string("optimizer") != optimizer.type()) {
    fail(ErrorKind::value, file.origin_, " was made with the optimizer ",
         training.string("optimizer"), ", the model was compiled with ", optimizer.type());
  }
  file.take_own_tensors(model);
  file.take_carried(model);
  file.take_weights(model);
  for (const auto& [name, stream] : model.random_streams()) {
    file.take_stream(within(model, name), stream);
  }
  file.take_state(model, training);
  if (training.has("learning_rate")) {  // no schedule's
    const double learning_rate = training.number("learning_rate");
    file.later_.emplace_back([&optimizer, learning_rate] {
      if (optimizer.learning_rate() != learning_rate) optimizer.set_learning_rate(learning_rate);
    });
  }
  if (model.compile_state_->callbacks != nullptr && !file.header_.is_null("run")) {
    file.take_run(model, file.header_.child("run"));
  } else {  // weights and training are all that is asked for
    std::erase_if(file.left_, [](const auto& entry) { return entry.first.starts_with(run_space); });
  }
  file.finish();
}

std::string Model::save_to_memory() const {
  return ModelFile::write(*this, ModelFile::Content::model);
}

void Model::save_checkpoint(const std::string& path) const {
  compile_state();  // refuses a model that was not compiled
  write_file_atomically(path, ModelFile::write(*this, ModelFile::Content::checkpoint));
}

void Model::save(const std::string& path) const {
  refuse_foreign_suffix(path);
  write_file_atomically(path, save_to_memory());
}

void Model::save_weights(const std::string& path) const {
  refuse_foreign_suffix(path);
  write_file_atomically(path, ModelFile::write(*this, ModelFile::Content::weights));
}

namespace {

// Every fault of a file is a value error. Names in a file may be very long.
template <class Read>
auto reading(const InputFile& file, const Read& read) {
  constexpr std::size_t longest_message = 1000;
  try {
    return read();
  } catch (const Error& error) {
    const bool in_file = error.kind() == ErrorKind::type || error.kind() == ErrorKind::index;
    const std::string message = shortened(error.what(), longest_message);
    if (!in_file) throw Error(error.kind(), message);
    fail(ErrorKind::value, file.origin(), ": ", message);
  }
}

}  // namespace

void Model::load_checkpoint(const std::string& path) {
  InputFile file(path);
  reading(file, [&] { ModelFile::read_checkpoint(*this, file); });
}

std::vector<std::string> Model::load_weights(const std::string& path, bool skip_mismatch) {
  InputFile file(path);
  return reading(file, [&] { return ModelFile::read_weights(*this, file, skip_mismatch); });
}

std::shared_ptr<Model> load_model(const std::string& path, const LoadOptions& options) {
  InputFile file(path);
  return reading(file, [&] { return ModelFile::read(file, options); });
}

std::shared_ptr<Model> load_model(std::span<const std::byte> bytes, const LoadOptions& options) {
  InputFile file(bytes, "the model in memory");
  return reading(file, [&] { return ModelFile::read(file, options); });
}

}  // namespace lamina
