#include "lamina/training/reduce_lr_on_plateau.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/options.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/models/model.hpp"
#include "training/monitor.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ReduceLROnPlateauOptions& options) {
  visit("monitor", options.monitor);
  visit("factor", options.factor);
  visit("patience", options.patience);
  visit("verbose", options.verbose);
  visit("mode", options.mode);
  visit("min_delta", options.min_delta);
  visit("cooldown", options.cooldown);
  visit("min_lr", options.min_lr);
}

namespace {

constexpr const char* owner = "ReduceLROnPlateau";

}  // namespace

ReduceLROnPlateauOptions ReduceLROnPlateauOptions::from_config(const Config& config) {
  ReduceLROnPlateauOptions options;
  OptionReader read(config);
  describe(read, options);
  read.refuse_unknown(owner);
  return options;
}

ReduceLROnPlateau::ReduceLROnPlateau(ReduceLROnPlateauOptions options)
    : options_(std::move(options)) {
  options_.min_delta = std::abs(options_.min_delta);
  check_mode(owner, options_.mode);
  require(options_.factor > 0 && options_.factor < 1, owner, "factor", options_.factor,
          "above 0 and below 1");
  require(options_.patience >= 0, owner, "patience", options_.patience, "of at least 0");
  require(std::isfinite(options_.min_delta), owner, "min_delta", options_.min_delta, "finite");
  require(options_.cooldown >= 0, owner, "cooldown", options_.cooldown, "of at least 0");
  require(options_.min_lr >= 0 && std::isfinite(options_.min_lr), owner, "min_lr", options_.min_lr,
          "finite and at least 0");
}

Config ReduceLROnPlateau::config() const {
  Config config;
  OptionWriter write(config);
  ReduceLROnPlateauOptions options = options_;
  describe(write, options);
  return config;
}

void ReduceLROnPlateau::on_train_begin() {
  // Refuses a name that does not tell before an epoch is spent.
  rises(owner, options_.monitor, options_.mode, model_of(*this, owner));
  warned_ = false;
  wait_ = cooldown_counter_ = 0;
  best_.reset();
}

void ReduceLROnPlateau::on_epoch_end(std::int64_t epoch, Logs& logs) {
  Model& model = model_of(*this, owner);
  write(logs, "learning_rate", model.optimizer().learning_rate());
  const double* value = find(logs, options_.monitor);
  if (value == nullptr) {
    if (!std::exchange(warned_, true)) {
      warn_of_missing(owner, options_.monitor, "so the learning rate stays", logs);
    }
    return;
  }
  if (cooldown_counter_ > 0) {
    --cooldown_counter_;
    wait_ = 0;
  }
  const bool up = rises(owner, options_.monitor, options_.mode, model);
  if (improves(up, *value, best_, options_.min_delta)) {
    best_ = *value;
    wait_ = 0;
  } else if (cooldown_counter_ == 0 && ++wait_ >= options_.patience && reduce(epoch)) {
    cooldown_counter_ = options_.cooldown;
    wait_ = 0;
  }
}

// Whether the rate was above its minimum, which may be a float's nearest value.
bool ReduceLROnPlateau::reduce(std::int64_t epoch) const {
  Optimizer& optimizer = model_of(*this, owner).optimizer();
  const double old = optimizer.learning_rate();
  if (!(old > static_cast<double>(static_cast<float>(options_.min_lr)))) return false;
  const double reduced = std::max(old * options_.factor, options_.min_lr);
  optimizer.set_learning_rate(reduced);
  if (options_.verbose > 0) {
    say(concat("Epoch ", epoch + 1, ": ReduceLROnPlateau reducing learning rate to ", reduced,
               "."));
  }
  return true;
}

CallbackState ReduceLROnPlateau::state() const {
  CallbackState state;
  state.values.set("wait", wait_).set("cooldown_counter", cooldown_counter_);
  set_bits(state.values, "best", best_);
  return state;
}

void ReduceLROnPlateau::restore(const CallbackState& state) {
  wait_ = state.values.integer("wait");
  cooldown_counter_ = state.values.integer("cooldown_counter");
  best_ = bits(state.values, "best");
}

}  // namespace lamina
