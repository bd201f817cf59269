// And back: everything is found and compared first, then carried out.
#include <algorithm>
#include <set>

#include "core/check.hpp"
#include "io/model_description.hpp"
#include "io/model_file.hpp"
#include "layers/loading.hpp"
#include "models/layer_registry.hpp"

namespace lamina {

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
  for (auto& [target, value] : assignments_) target.assign(value);
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

}  // namespace lamina
