#include "lamina/metrics/precision_recall.hpp"

#include <algorithm>

#include "metrics/options.hpp"
#include "metrics/rates.hpp"
#include "metrics/thresholds.hpp"

namespace lamina {
namespace {

std::vector<double> thresholds_of(const char* type, const PrecisionOptions& options) {
  return thresholds_or(type, options.thresholds, options.top_k ? below_all : 0.5);
}

Tensor one_or_all(const std::vector<double>& values) {
  const auto count = static_cast<std::int64_t>(values.size());
  return Tensor::copy_of<double>(values, count == 1 ? Shape{} : Shape{count}, Device());
}

}  // namespace

Precision::Precision(const Options& options)
    : ConfusionMetric("Precision", options.name,
                      {.thresholds = thresholds_of("Precision", options),
                       .top_k = options.top_k,
                       .class_id = options.class_id,
                       .clips = options.thresholds && are_even(*options.thresholds)},
                      {{Outcome::true_positive, "true_positives"},
                       {Outcome::false_positive, "false_positives"}}),
      options_(options) {}

Tensor Precision::results() const {
  return one_or_all(shares(counts(Outcome::true_positive), counts(Outcome::false_positive)));
}

Config Precision::config() const { return config_of(*this, options_); }

Recall::Recall(const Options& options)
    : ConfusionMetric("Recall", options.name,
                      {.thresholds = thresholds_of("Recall", options),
                       .top_k = options.top_k,
                       .class_id = options.class_id,
                       .clips = options.thresholds && are_even(*options.thresholds)},
                      {{Outcome::true_positive, "true_positives"},
                       {Outcome::false_negative, "false_negatives"}}),
      options_(options) {}

Tensor Recall::results() const {
  return one_or_all(shares(counts(Outcome::true_positive), counts(Outcome::false_negative)));
}

Config Recall::config() const { return config_of(*this, options_); }

namespace {

std::vector<double> even_thresholds(const char* type, std::int64_t count) {
  require(count >= 1, type, "num_thresholds", count, "above 0");
  if (count == 1) return {0.5};
  std::vector<double> thresholds = inner_thresholds(count);
  thresholds.insert(thresholds.begin(), 0);
  thresholds.push_back(1);
  return thresholds;
}

}  // namespace

RateAtRate::RateAtRate(const char* type, const std::string& name, Rate wanted, Rate kept,
                       const char* option, double level, std::int64_t num_thresholds,
                       std::optional<std::int64_t> class_id)
    : ConfusionMetric(type, name,
                      {.thresholds = even_thresholds(type, num_thresholds),
                       .class_id = class_id,
                       .clips = num_thresholds > 1},
                      {{Outcome::true_positive, "true_positives"},
                       {Outcome::false_positive, "false_positives"},
                       {Outcome::true_negative, "true_negatives"},
                       {Outcome::false_negative, "false_negatives"}}),
      wanted_(wanted),
      kept_(kept),
      level_(level) {
  require(level >= 0 && level <= 1, type, option, level, "in [0, 1]");
}

std::vector<double> RateAtRate::rates(Rate rate) const {
  if (rate == Rate::specificity) {
    return shares(counts(Outcome::true_negative), counts(Outcome::false_positive));
  }
  return shares(
      counts(Outcome::true_positive),
      counts(rate == Rate::sensitivity ? Outcome::false_negative : Outcome::false_positive));
}

Tensor RateAtRate::results() const {
  const std::vector<double> wanted = rates(wanted_), kept = rates(kept_);
  double best = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (kept[i] >= level_) best = std::max(best, wanted[i]);
  }
  return Tensor::scalar(best, Dtype::float64, Device());
}

SensitivityAtSpecificity::SensitivityAtSpecificity(const Options& options)
    : RateAtRate("SensitivityAtSpecificity", options.name, Rate::sensitivity, Rate::specificity,
                 "specificity", options.specificity, options.num_thresholds, options.class_id),
      options_(options) {}
Config SensitivityAtSpecificity::config() const { return config_of(*this, options_); }

SpecificityAtSensitivity::SpecificityAtSensitivity(const Options& options)
    : RateAtRate("SpecificityAtSensitivity", options.name, Rate::specificity, Rate::sensitivity,
                 "sensitivity", options.sensitivity, options.num_thresholds, options.class_id),
      options_(options) {}
Config SpecificityAtSensitivity::config() const { return config_of(*this, options_); }

PrecisionAtRecall::PrecisionAtRecall(const Options& options)
    : RateAtRate("PrecisionAtRecall", options.name, Rate::precision, Rate::sensitivity, "recall",
                 options.recall, options.num_thresholds, options.class_id),
      options_(options) {}
Config PrecisionAtRecall::config() const { return config_of(*this, options_); }

RecallAtPrecision::RecallAtPrecision(const Options& options)
    : RateAtRate("RecallAtPrecision", options.name, Rate::sensitivity, Rate::precision, "precision",
                 options.precision, options.num_thresholds, options.class_id),
      options_(options) {}
Config RecallAtPrecision::config() const { return config_of(*this, options_); }

}  // namespace lamina
