#include "lamina/training/model_checkpoint.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>

#include "core/options.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/models/model.hpp"
#include "models/file_names.hpp"
#include "training/monitor.hpp"
#include "training/path_format.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ModelCheckpointOptions& options) {
  visit("filepath", options.filepath);
  visit("monitor", options.monitor);
  visit("verbose", options.verbose);
  visit("save_best_only", options.save_best_only);
  visit("save_weights_only", options.save_weights_only);
  visit("mode", options.mode);
  visit("save_freq", options.save_freq);
  visit("initial_value_threshold", options.initial_value_threshold);
}

namespace {

constexpr const char* owner = "ModelCheckpoint";

std::string five_digits(std::optional<double> value) {
  if (!value) return "None";
  char text[400];
  std::snprintf(text, sizeof text, "%.5f", *value);
  return text;
}

}  // namespace

ModelCheckpointOptions ModelCheckpointOptions::from_config(const Config& config) {
  ModelCheckpointOptions options;
  OptionReader read(config);
  describe(read, options);
  read.refuse_unknown(owner);
  return options;
}

ModelCheckpoint::ModelCheckpoint(ModelCheckpointOptions options) : options_(std::move(options)) {
  check_mode(owner, options_.mode);
  require(!options_.filepath.empty(), owner, "filepath", options_.filepath, "of some letters");
  require(options_.save_freq >= 0, owner, "save_freq", options_.save_freq,
          "of at least 1, or 0 for each epoch");
  const double threshold = options_.initial_value_threshold.value_or(0);
  require(!std::isnan(threshold), owner, "initial_value_threshold", threshold, "a number");
  refuse_foreign_suffix(options_.filepath);
  best_ = options_.initial_value_threshold;
}

Config ModelCheckpoint::config() const {
  Config config;
  OptionWriter write(config);
  ModelCheckpointOptions options = options_;
  describe(write, options);
  return config;
}

void ModelCheckpoint::on_train_begin() {
  if (options_.save_best_only) {
    // Refuses a name that does not tell before an epoch is spent.
    rises(owner, options_.monitor, options_.mode, model_of(*this, owner));
  }
}

void ModelCheckpoint::on_train_batch_begin(std::int64_t /*batch*/) {
  due_ = options_.save_freq > 0 && ++batches_since_ >= options_.save_freq;
}

void ModelCheckpoint::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  if (!due_) return;
  due_ = false;
  batches_since_ = 0;
  save(batch, logs);
}

void ModelCheckpoint::on_epoch_end(std::int64_t epoch, Logs& logs) {
  epoch_ = epoch;
  if (options_.save_freq == 0) save(std::nullopt, logs);
}

std::string ModelCheckpoint::path_of(std::optional<std::int64_t> batch, const Logs& logs) const {
  PathValues values{{"epoch", epoch_ + 1}};
  if (batch) values.emplace_back("batch", *batch + 1);
  values.insert(values.end(), logs.begin(), logs.end());
  return format_path(owner, options_.filepath, values);
}

void ModelCheckpoint::tell(const std::string& text) const {
  if (options_.verbose > 0) say(concat("Epoch ", epoch_ + 1, ": ", text));
}

bool ModelCheckpoint::should_save(const Logs& logs, const std::string& path) {
  if (!options_.save_best_only) {
    tell("saving model to " + path);
    return true;
  }
  const std::string& monitor = options_.monitor;
  const double* value = find(logs, monitor);
  if (value == nullptr) {
    warn_of_missing(owner, monitor, "so it saves whatever the value is", logs);
    return true;
  }
  const bool up = rises(owner, monitor, options_.mode, model_of(*this, owner));
  if (!improves(up, *value, best_, 0)) {
    tell(monitor + " did not improve from " + five_digits(best_));
    return false;
  }
  tell(concat(monitor, " improved from ", five_digits(best_), " to ", five_digits(*value),
              ", saving model to ", path));
  best_ = *value;
  return true;
}

void ModelCheckpoint::save(std::optional<std::int64_t> batch, const Logs& logs) {
  const std::string path = path_of(batch, logs);
  if (!should_save(logs, path)) return;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) fail(ErrorKind::io, "cannot make '", folder.native(), "': ", error.message());
  const Model& model = model_of(*this, owner);
  if (options_.save_weights_only) {
    model.save_weights(path);
  } else {
    model.save(path);
  }
  tell("finished saving model to " + path);
}

CallbackState ModelCheckpoint::state() const {
  CallbackState state;
  state.values.set("batches_since", batches_since_);
  set_bits(state.values, "best", best_);
  return state;
}

void ModelCheckpoint::restore(const CallbackState& state) {
  batches_since_ = state.values.integer("batches_since");
  best_ = bits(state.values, "best");
}

}  // namespace lamina
