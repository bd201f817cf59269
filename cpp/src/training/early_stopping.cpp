#include "lamina/training/early_stopping.hpp"

#include <cmath>
#include <utility>

#include "core/options.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/models/model.hpp"
#include "training/monitor.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, EarlyStoppingOptions& options) {
  visit("monitor", options.monitor);
  visit("min_delta", options.min_delta);
  visit("patience", options.patience);
  visit("verbose", options.verbose);
  visit("mode", options.mode);
  visit("baseline", options.baseline);
  visit("restore_best_weights", options.restore_best_weights);
  visit("start_from_epoch", options.start_from_epoch);
}

constexpr const char* owner = "EarlyStopping";

EarlyStoppingOptions EarlyStoppingOptions::from_config(const Config& config) {
  EarlyStoppingOptions options;
  OptionReader read(config);
  describe(read, options);
  read.refuse_unknown(owner);
  return options;
}

EarlyStopping::EarlyStopping(EarlyStoppingOptions options) : options_(std::move(options)) {
  options_.min_delta = std::abs(options_.min_delta);
  check_mode(owner, options_.mode);
  require(std::isfinite(options_.min_delta), owner, "min_delta", options_.min_delta, "finite");
  require(options_.patience >= 0, owner, "patience", options_.patience, "of at least 0");
  require(options_.start_from_epoch >= 0, owner, "start_from_epoch", options_.start_from_epoch,
          "of at least 0");
  const double baseline = options_.baseline.value_or(0);
  require(std::isfinite(baseline), owner, "baseline", baseline, "finite");
}

Config EarlyStopping::config() const {
  Config config;
  OptionWriter write(config);
  EarlyStoppingOptions options = options_;
  describe(write, options);
  return config;
}

Model& EarlyStopping::trained() const { return model_of(*this, owner); }

bool EarlyStopping::improves(double value, std::optional<double> reference) const {
  const bool rises = lamina::rises(owner, options_.monitor, options_.mode, trained());
  return lamina::improves(rises, value, reference, options_.min_delta);
}

void EarlyStopping::on_train_begin() {
  // Refuses a name that does not tell before an epoch is spent.
  rises(owner, options_.monitor, options_.mode, trained());
  warned_ = false;
  wait_ = stopped_epoch_ = best_epoch_ = 0;
  best_.reset();
  best_weights_.clear();
}

void EarlyStopping::on_epoch_end(std::int64_t epoch, Logs& logs) {
  const double* found = find(logs, options_.monitor);
  if (found == nullptr) {
    if (!std::exchange(warned_, true)) {
      warn_of_missing(owner, options_.monitor, "so it stops nothing", logs);
    }
    return;
  }
  if (epoch < options_.start_from_epoch) return;
  const double value = *found;
  ++wait_;
  if (improves(value, best_)) {
    best_ = value;
    best_epoch_ = epoch;
    if (options_.restore_best_weights) best_weights_ = trained().get_weights();
    // What does not beat the baseline is kept as the best, but goes on waiting.
    if (improves(value, options_.baseline)) wait_ = 0;
    return;
  }
  if (wait_ >= options_.patience && epoch > 0) {
    stopped_epoch_ = epoch;
    trained().set_stop_training(true);
  }
}

void EarlyStopping::on_train_end(const Logs& /*logs*/) {
  const bool speaks = options_.verbose > 0;
  if (speaks && stopped_epoch_ > 0) say(concat("Epoch ", stopped_epoch_ + 1, ": early stopping"));
  if (best_weights_.empty()) return;
  if (speaks) {
    say(concat("Restoring model weights from the end of the best epoch: ", best_epoch_ + 1, "."));
  }
  trained().set_weights(best_weights_);
}

CallbackState EarlyStopping::state() const {
  CallbackState state;
  state.values.set("wait", wait_).set("best_epoch", best_epoch_).set("stopped", stopped_epoch_);
  set_bits(state.values, "best", best_);
  for (const Tensor& weight : best_weights_) state.tensors.push_back(weight);
  return state;
}

void EarlyStopping::restore(const CallbackState& state) {
  wait_ = state.values.integer("wait");
  best_epoch_ = state.values.integer("best_epoch");
  stopped_epoch_ = state.values.integer("stopped");
  best_ = bits(state.values, "best");
  best_weights_.assign(state.tensors.begin(), state.tensors.end());
}

}  // namespace lamina
