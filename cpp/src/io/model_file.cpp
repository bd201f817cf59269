// The .lamina file: a safetensors container whose metadata holds one JSON string, with tensors
// under model/ (weights), optimizer/ (slots) and state/ (positions of random streams). A reader
// consumes every tensor of the namespaces it opens, or fails and changes nothing.
#include <algorithm>
#include <map>
#include <set>

#include "core/check.hpp"
#include "io/file.hpp"
#include "io/safetensors.hpp"
#include "layers/loading.hpp"
#include "models/compile_state.hpp"

namespace lamina {
namespace {

constexpr std::int64_t format_version = 1;
constexpr const char* metadata_key = "lamina";

// A 64-bit key and a count of draws, as two int64.
Tensor position_of(const RandomStream& stream) {
  const std::int64_t words[2] = {static_cast<std::int64_t>(stream.key()),
                                 static_cast<std::int64_t>(stream.draws())};
  return Tensor::copy_of(words, 2, {2}, Dtype::int64);
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
  static std::string write(const Model& model, bool whole);
  static std::shared_ptr<Model> read(std::span<const std::byte> file, const std::string& origin,
                                     const LoadOptions& options);
  static void read_weights(Model& model, std::span<const std::byte> file,
                           const std::string& origin);

 private:
  ModelFile(std::span<const std::byte> file, std::string origin);
  Tensor take(const std::string& name);
  void take_weights(const Model& model);
  void take_training(Model& model, const Config& config);
  void take_stream(const std::string& name, RandomStream stream);
  void finish();

  std::string origin_;
  Config header_;
  std::map<std::string, Tensor> tensors_;
  // Done only when everything was found to fit.
  std::vector<Assignment> assignments_;
  std::vector<std::pair<RandomStream, Tensor>> streams_;
};

std::string ModelFile::write(const Model& model, bool whole) {
  if (!model.built()) {
    fail(ErrorKind::state, "model '", model.name(),
         "' has no weights to save yet; build it, or call it on data first");
  }
  Safetensors content;
  Config header;
  header.set("format_version", format_version);
  const auto weights = weights_in_file(model);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto& [path, weight] = weights[i];
    const auto before = weights.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same = std::find_if(weights.begin(), before,
                                   [&](const auto& other) { return other.second == weight; });
    if (same != before) {
      fail(ErrorKind::value, "model '", model.name(), "' holds one weight as '", same->first,
           "' and as '", path, "': a layer that stands within a nested model and beside it cannot ",
           "be saved; let only one of them hold it");
    }
    content.tensors.emplace_back("model/" + path, weight.value());
  }
  if (whole) {
    header.set("model", class_config(model.type(), model.config()));
    header.set("build_input_shape", model.build_shape());
    for (const auto& [name, stream] : model.random_streams()) {
      content.tensors.emplace_back("state/" + within(model, name), position_of(stream));
    }
  }
  if (whole && model.compiled()) {
    const Model::CompileState& training = *model.compile_state_;
    const Optimizer& optimizer = *training.optimizer;
    Config compile;
    compile.set("optimizer", class_config(optimizer.type(), optimizer.config()));
    compile.set("iterations", optimizer.iterations());
    write_comparison(compile, training.given);
    header.set("training", compile);
    // Of the model's own weights: an optimizer may serve others too, or have served some before.
    for (const OptimizerSlotVariable& slot : optimizer.slots()) {
      const auto own = std::find_if(weights.begin(), weights.end(), [&](const auto& weight) {
        return weight.second == slot.weight;
      });
      if (own == weights.end()) continue;
      content.tensors.emplace_back("optimizer/" + slot.variable.name() + "/" + own->first,
                                   slot.variable.value());
    }
    content.tensors.emplace_back("state/shuffle", position_of(training.shuffle));
  }
  content.metadata[metadata_key] = header.dump();
  // What cannot be read is not written: layers nested too deep, two tensors of one name.
  Config::parse(content.metadata[metadata_key]);
  std::set<std::string_view> names;
  for (const auto& [name, tensor] : content.tensors) {
    if (!names.insert(name).second) {
      fail(ErrorKind::value, "model '", model.name(), "' has several tensors named '", name,
           "'; give its layers different names to save it");
    }
  }
  return to_safetensors(content);
}

ModelFile::ModelFile(std::span<const std::byte> file, std::string origin)
    : origin_(std::move(origin)) {
  Safetensors content = from_safetensors(file, origin_);
  const auto metadata = content.metadata.find(metadata_key);
  if (metadata == content.metadata.end()) {
    fail(ErrorKind::value, origin_, " was not written by lamina: its metadata has no '",
         metadata_key, "'");
  }
  header_ = Config::parse(metadata->second);
  const std::int64_t version = header_.integer("format_version");
  if (version < 1 || version > format_version) {
    fail(ErrorKind::value, origin_, " has format version ", version, ", this lamina reads up to ",
         format_version, "; install a newer one");
  }
  for (auto& [name, tensor] : content.tensors) tensors_.emplace(name, std::move(tensor));
}

Tensor ModelFile::take(const std::string& name) {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) fail(ErrorKind::value, origin_, " lacks the tensor '", name, "'");
  Tensor value = std::move(found->second);
  tensors_.erase(found);
  return value;
}

void ModelFile::take_weights(const Model& model) {
  for (const auto& [path, weight] : weights_in_file(model)) {
    const Tensor value = take("model/" + path);
    if (value.shape() != weight.shape()) {
      fail(ErrorKind::value, origin_, " holds '", weight.path(), "' of shape ", value.shape(),
           ", the model expects ", weight.shape());
    }
    if (value.dtype() != weight.dtype()) {
      fail(ErrorKind::value, origin_, " holds '", weight.path(), "' as ", name_of(value.dtype()),
           ", the model expects ", name_of(weight.dtype()));
    }
    assignments_.push_back({weight, value});
  }
}

void ModelFile::take_stream(const std::string& name, RandomStream stream) {
  const Tensor position = take("state/" + name);
  if (position.shape() != Shape{2} || position.dtype() != Dtype::int64) {
    fail(ErrorKind::value, origin_, " holds a malformed random state '", name, "'");
  }
  streams_.emplace_back(std::move(stream), position);
}

void ModelFile::take_training(Model& model, const Config& config) {
  const Config optimizer = config.child("optimizer");
  CompileOptions options;
  options.optimizer = Optimizer::make(optimizer.string("class_name"), optimizer.child("config"));
  read_comparison(config, options);
  model.compile(std::move(options));
  Optimizer& made = model.optimizer();
  made.set_iterations(config.integer("iterations"));
  // Slots exist for the weights that were trained, whatever is frozen now.
  std::vector<Variable> trained;
  const auto weights = weights_in_file(model);
  for (const auto& [path, weight] : weights) {
    const bool has_slot = std::any_of(tensors_.begin(), tensors_.end(), [&](const auto& entry) {
      return entry.first.starts_with("optimizer/") && entry.first.ends_with("/" + path);
    });
    if (has_slot) trained.push_back(weight);
  }
  made.build(trained);
  for (const auto& [weight, slot] : made.slots()) {
    const auto own = std::find_if(weights.begin(), weights.end(),
                                  [&](const auto& named) { return named.second == weight; });
    const std::string name = concat(slot.name(), "/", own->first);
    const Tensor value = take("optimizer/" + name);
    if (value.shape() != slot.shape() || value.dtype() != slot.dtype()) {
      fail(ErrorKind::value, origin_, " holds the optimizer's '", name, "' as ",
           name_of(value.dtype()), " of shape ", value.shape(), ", expected ",
           name_of(slot.dtype()), " of shape ", slot.shape());
    }
    assignments_.push_back({slot, value});
  }
  take_stream("shuffle", model.compile_state_->shuffle);
}

void ModelFile::finish() {
  if (!tensors_.empty()) {
    fail(ErrorKind::value, origin_, " holds '", tensors_.begin()->first, "' and ",
         tensors_.size() - 1, " more tensors that the model does not have");
  }
  for (Assignment& assignment : assignments_) assignment.target.assign(assignment.value);
  for (auto& [stream, position] : streams_) {
    const auto words = position.values<std::int64_t>();
    stream.restore(static_cast<std::uint64_t>(words[0]), static_cast<std::uint64_t>(words[1]));
  }
}

std::shared_ptr<Model> ModelFile::read(std::span<const std::byte> bytes, const std::string& origin,
                                       const LoadOptions& options) {
  ModelFile file(bytes, origin);
  if (file.header_.is_null("model")) {
    fail(ErrorKind::value, origin, " holds weights only; make the model and call its load_weights");
  }
  const Config description = file.header_.child("model");
  const LoadingScope loading(bytes.size());
  const auto model = std::dynamic_pointer_cast<Model>(
      make_layer(description.string("class_name"), description.child("config")));
  if (model && !model->built() && !file.header_.is_null("build_input_shape")) {
    model->ensure_built(file.header_.shape("build_input_shape"));
  }
  if (!model || !model->built()) {
    fail(ErrorKind::value, origin, " does not describe a model that can be built");
  }
  file.take_weights(*model);
  for (const auto& [name, stream] : model->random_streams()) {
    file.take_stream(within(*model, name), stream);
  }
  if (!options.compile) {  // the namespace stays closed
    std::erase_if(file.tensors_, [](const auto& entry) {
      return entry.first.starts_with("optimizer/") || entry.first == "state/shuffle";
    });
  } else if (!file.header_.is_null("training")) {
    file.take_training(*model, file.header_.child("training"));
  }
  file.finish();
  return model;
}

void ModelFile::read_weights(Model& model, std::span<const std::byte> bytes,
                             const std::string& origin) {
  ModelFile file(bytes, origin);
  if (!model.built()) {
    fail(ErrorKind::state, "model '", model.name(),
         "' is not built; give its input shape, or call it on data, before load_weights");
  }
  // Weights are all that is asked for: the other namespaces stay closed.
  std::erase_if(file.tensors_,
                [](const auto& entry) { return !entry.first.starts_with("model/"); });
  file.take_weights(model);
  file.finish();
}

namespace {

std::span<const std::byte> bytes_of(const std::string& content) {
  return std::as_bytes(std::span(content.data(), content.size()));
}

}  // namespace

std::string Model::save_to_memory() const { return ModelFile::write(*this, true); }

void Model::save(const std::string& path) const { write_file_atomically(path, save_to_memory()); }

void Model::save_weights(const std::string& path) const {
  write_file_atomically(path, ModelFile::write(*this, false));
}

void Model::load_weights(const std::string& path) {
  const std::string content = read_file(path);
  ModelFile::read_weights(*this, bytes_of(content), "'" + path + "'");
}

// Whatever is wrong in a file is a wrong value of it.
std::shared_ptr<Model> read_model(std::span<const std::byte> file, const std::string& origin,
                                  const LoadOptions& options) {
  try {
    return ModelFile::read(file, origin, options);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::type && error.kind() != ErrorKind::index) throw;
    fail(ErrorKind::value, origin, ": ", error.what());
  }
}

std::shared_ptr<Model> load_model(const std::string& path, const LoadOptions& options) {
  const std::string content = read_file(path);
  return read_model(bytes_of(content), "'" + path + "'", options);
}

std::shared_ptr<Model> load_model(std::span<const std::byte> file, const LoadOptions& options) {
  return read_model(file, "the model in memory", options);
}

}  // namespace lamina
