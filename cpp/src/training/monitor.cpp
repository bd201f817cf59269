#include "training/monitor.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cmath>

#include "core/join.hpp"
#include "core/options.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/models/model.hpp"

namespace lamina {
namespace {

// Words of the names of metrics that are to rise, and of losses and errors, which are to fall.
constexpr std::array rising{"acc",         "accuracy",    "auc",         "precision", "recall",
                            "f1",          "f",           "r2",          "fbeta",     "iou",
                            "similarity",  "sensitivity", "specificity", "score",     "correlation",
                            "concordance", "pearson",     "spearman",    "true"};
constexpr std::array falling{
    "loss",       "error",        "errors",  "mse",   "mae",        "rmse",   "mape",
    "msle",       "entropy",      "hinge",   "huber", "divergence", "kld",    "poisson",
    "perplexity", "crossentropy", "cosh",    "l1",    "dice",       "circle", "tversky",
    "ctc",        "bce",          "logcosh", "focal", "false"};

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
  // Mean intersection over union: "io" and "u" are no words that tell.
  if (name.find("IoU") != name.npos || name.find("io_u") != name.npos) return true;
  std::optional<bool> result;
  for (const std::string& word : words_of(name)) {
    if (std::find(rising.begin(), rising.end(), word) != rising.end()) result = true;
    if (std::find(falling.begin(), falling.end(), word) != falling.end()) result = false;
  }
  return result;
}

}  // namespace

void check_mode(const std::string& owner, const std::string& mode) {
  require(mode == "auto" || mode == "min" || mode == "max", owner, "mode", "'" + mode + "'",
          "auto, min or max");
}

bool rises(const std::string& owner, const std::string& monitor, const std::string& mode,
           const Model& model) {
  if (mode != "auto") return mode == "max";
  std::optional<bool> result = rises_by_name(monitor);
  if (!result && model.compiled()) {
    // A metric under a name of the user's own, perhaps behind that of an output: its class tells.
    const std::string name = monitor.starts_with("val_") ? monitor.substr(4) : monitor;
    for (const auto& metric : model.metrics()) {
      if (name == metric->name() || name.ends_with("_" + metric->name())) {
        result = rises_by_name(metric->type());
      }
    }
  }
  if (!result) {
    fail(ErrorKind::value, owner, " cannot tell from the name '", monitor,
         "' whether it is to rise or to fall; pass mode='max' or mode='min'");
  }
  return *result;
}

bool improves(bool rises, double value, std::optional<double> reference, double min_delta) {
  if (!reference) return true;
  return rises ? value - min_delta > *reference : value + min_delta < *reference;
}

void warn_of_missing(const std::string& owner, const std::string& monitor,
                     const std::string& consequence, const Logs& logs) {
  const bool validates = std::any_of(logs.begin(), logs.end(),
                                     [](const auto& e) { return e.first.starts_with("val_"); });
  const bool needs_validation = monitor.starts_with("val_") && !validates;
  warn(concat(owner, " monitors '", monitor, "', which is not available, ", consequence,
              "; available are ", logs.empty() ? "none" : join(logs, &Logs::value_type::first),
              needs_validation ? "; pass validation_data or validation_split to fit" : ""));
}

Model& model_of(const Callback& callback, const std::string& owner) {
  if (callback.model() == nullptr) {
    fail(ErrorKind::state, owner, " has no model; pass it to fit, or call set_model first");
  }
  return *callback.model();
}

Config& set_bits(Config& config, const char* key, std::optional<double> value) {
  if (!value) return config.set(key, nullptr);
  return config.set(key, std::bit_cast<std::int64_t>(*value));
}

std::optional<double> bits(const Config& config, const char* key) {
  if (config.is_null(key)) return std::nullopt;
  return std::bit_cast<double>(config.integer(key));
}

}  // namespace lamina
