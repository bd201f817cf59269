// Each is a weighted mean. Precision averages the labels over the predictions that say yes, recall
// the predictions over the labels that are yes: true positives are what both count.
#include "lamina/metrics/precision_recall.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "losses/sample_weights.hpp"
#include "metrics/options.hpp"
#include "ops/trailing_axis.hpp"

namespace lamina {
namespace {

void require_threshold(const char* type, double threshold) {
  require(threshold >= 0 && threshold <= 1, type, "thresholds", threshold, "in [0, 1]");
}

// Both as one column of 0 and 1, and the weight of each.
struct Decisions {
  Tensor labels, predictions, weights;
};

Decisions decisions_of(const Metric& metric, const Tensor& target, const Tensor& prediction,
                       const Tensor& sample_weight, double threshold) {
  const Tensor labels = ops::with_trailing_axis_of(target, prediction.shape());
  if (labels.shape() != prediction.shape()) {
    fail(ErrorKind::value, "metric '", metric.name(), "' got targets of shape ", target.shape(),
         ", expected ", prediction.shape(), " to match the predictions");
  }
  const std::string owner = "metric '" + metric.name() + "'";
  const Tensor limit = Tensor::full({}, threshold, prediction.dtype(), prediction.device());
  const Tensor none = Tensor::full({}, 0, labels.dtype(), labels.device());
  Tensor weights = masked_weights(owner, sample_weight, prediction.mask(), Dtype::float64);
  const Tensor ones = Tensor::full(prediction.shape(), 1, Dtype::float64, prediction.device());
  weights = weights.defined() ? weighted(owner, ones, weights) : ones;
  return {ops::not_equal(labels, none).cast(Dtype::float64).reshape({-1}),
          ops::greater(prediction, limit).cast(Dtype::float64).reshape({-1}),
          weights.reshape({-1})};
}

}  // namespace

Precision::Precision(const Options& options)
    : MeanMetric("Precision", name_or_default("Precision", options.name)),
      threshold_(options.threshold) {
  require_threshold("Precision", threshold_);
}

void Precision::update(const Tensor& target, const Tensor& prediction, const Tensor& weight) {
  const Decisions given = decisions_of(*this, target, prediction, weight, threshold_);
  add(given.labels, given.weights * given.predictions);
}

Config Precision::config() const { return MeanMetric::config().set("thresholds", threshold_); }

Recall::Recall(const Options& options)
    : MeanMetric("Recall", name_or_default("Recall", options.name)), threshold_(options.threshold) {
  require_threshold("Recall", threshold_);
}

void Recall::update(const Tensor& target, const Tensor& prediction, const Tensor& weight) {
  const Decisions given = decisions_of(*this, target, prediction, weight, threshold_);
  add(given.predictions, given.weights * given.labels);
}

Config Recall::config() const { return MeanMetric::config().set("thresholds", threshold_); }

}  // namespace lamina
