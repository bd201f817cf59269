// A model, its training and an unfinished run, into one string.
#include <algorithm>

#include "core/check.hpp"
#include "core/portable.hpp"
#include "io/model_description.hpp"
#include "io/model_file.hpp"

namespace lamina {
namespace {

// A 64-bit key and a count of draws, as two int64.
Tensor position_of(std::uint64_t key, std::uint64_t draws) {
  const std::int64_t words[2] = {static_cast<std::int64_t>(key), static_cast<std::int64_t>(draws)};
  return Tensor::copy_of(words, 2, {2}, Dtype::int64, Device());
}

}  // namespace

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

}  // namespace lamina
