#include "lamina/training/early_stopping.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "core/join.hpp"
#include "core/options.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/models/model.hpp"

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

namespace {

constexpr std::array<std::string_view, 12> rising{
    "acc", "accuracy", "auc", "precision",  "recall",      "f1",
    "r2",  "fbeta",    "iou", "similarity", "sensitivity", "specificity"};
constexpr std::array<std::string_view, 14> falling{
    "loss", "error",   "errors", "mse",   "mae",        "rmse",    "mape",
    "msle", "entropy", "hinge",  "huber", "divergence", "poisson", "crossentropy"};

// "val_BinaryAccuracy" to val, binary, accuracy.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words{""};
  bool after_lower = false;
  for (const char letter : name) {
    const auto c = static_cast<unsigned char>(letter);
    const bool upper = std::isupper(c) != 0;
    if (std::isalnum(c) == 0 || (upper && after_lower)) words.emplace_back();
    if (std::isalnum(c) != 0) words.back() += static_cast<char>(std::tolower(c));
    after_lower = std::isalnum(c) != 0 && !upper;
  }
  return words;
}

// Whether a value of that name is to rise, by the last word that tells: "accuracy_loss" is a loss.
std::optional<bool> rises_by_name(const std::string& name) {
  std::optional<bool> result;
  for (const std::string& word : words_of(name)) {
    if (std::find(rising.begin(), rising.end(), word) != rising.end()) result = true;
    if (std::find(falling.begin(), falling.end(), word) != falling.end()) result = false;
  }
  return result;
}

}  // namespace

EarlyStoppingOptions EarlyStoppingOptions::from_config(const Config& config) {
  EarlyStoppingOptions options;
  OptionReader read(config);
  describe(read, options);
  read.refuse_unknown("EarlyStopping");
  return options;
}

EarlyStopping::EarlyStopping(EarlyStoppingOptions options) : options_(std::move(options)) {
  const std::string owner = "EarlyStopping";
  options_.min_delta = std::abs(options_.min_delta);
  const std::string& mode = options_.mode;
  require(mode == "auto" || mode == "min" || mode == "max", owner, "mode", "'" + mode + "'",
          "auto, min or max");
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

Model& EarlyStopping::trained() const {
  if (model() == nullptr) {
    fail(ErrorKind::state, "EarlyStopping has no model; pass it to fit, or call set_model first");
  }
  return *model();
}

bool EarlyStopping::rises() const {
  if (options_.mode != "auto") return options_.mode == "max";
  const std::string& monitor = options_.monitor;
  std::optional<bool> result = rises_by_name(monitor);
  if (!result && trained().compiled()) {
    // A metric under a name of the user's own: its class tells.
    const std::string name = monitor.starts_with("val_") ? monitor.substr(4) : monitor;
    for (const auto& metric : trained().metrics()) {
      if (metric->name() == name) result = rises_by_name(metric->type());
    }
  }
  if (!result) {
    fail(ErrorKind::value, "EarlyStopping cannot tell from the name '", monitor,
         "' whether it is to rise or to fall; pass mode='max' or mode='min'");
  }
  return *result;
}

bool EarlyStopping::improves(double value, std::optional<double> reference) const {
  if (!reference) return true;
  return rises() ? value - options_.min_delta > *reference
                 : value + options_.min_delta < *reference;
}

void EarlyStopping::on_train_begin() {
  rises();  // refuses a name that does not tell before an epoch is spent
  warned_ = false;
  wait_ = stopped_epoch_ = best_epoch_ = 0;
  best_.reset();
  best_weights_.clear();
}

void EarlyStopping::on_epoch_end(std::int64_t epoch, const Logs& logs) {
  const auto found = std::find_if(
      logs.begin(), logs.end(), [&](const auto& entry) { return entry.first == options_.monitor; });
  if (found == logs.end()) return warn_of_missing(logs);
  if (epoch < options_.start_from_epoch) return;
  const double value = found->second;
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

void EarlyStopping::warn_of_missing(const Logs& logs) {
  if (warned_) return;
  warned_ = true;
  const bool validates = std::any_of(logs.begin(), logs.end(),
                                     [](const auto& e) { return e.first.starts_with("val_"); });
  const bool needs_validation = options_.monitor.starts_with("val_") && !validates;
  warn(concat("EarlyStopping monitors '", options_.monitor,
              "', which is not available, so it stops nothing; available are ",
              logs.empty() ? "none" : join(logs, &Logs::value_type::first),
              needs_validation ? "; pass validation_data or validation_split to fit" : ""));
}

}  // namespace lamina
