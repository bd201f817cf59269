#include "lamina/metrics/confusion.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/reduction.hpp"
#include "metrics/options.hpp"
#include "metrics/pairs.hpp"
#include "metrics/thresholds.hpp"
#include "metrics/weights.hpp"
#include "ops/support.hpp"

namespace lamina {

std::vector<double> thresholds_or(const std::string& owner,
                                  const std::optional<std::vector<double>>& given,
                                  double otherwise) {
  if (!given || given->empty()) return {otherwise};
  for (const double threshold : *given) {
    require(threshold >= 0 && threshold <= 1, owner, "thresholds", threshold, "in [0, 1]");
  }
  return *given;
}

std::vector<double> inner_thresholds(std::int64_t count) {
  std::vector<double> thresholds;
  for (std::int64_t i = 1; i + 1 < count; ++i) {
    thresholds.push_back(static_cast<double>(i) / static_cast<double>(count - 1));
  }
  return thresholds;
}

bool are_even(const std::vector<double>& thresholds) {
  const auto steps = static_cast<double>(thresholds.size()) - 1;
  bool even = thresholds.size() >= 3;
  for (std::size_t i = 0; even && i < thresholds.size(); ++i) {
    const double expected = static_cast<double>(i) / steps;
    even = std::abs(thresholds[i] - expected) <= 1e-7 + 1e-5 * expected;
  }
  return even;
}

namespace {

// The k largest of each row as they are, the others below all. Of equals the first count.
Tensor only_largest(const Owner& self, const Tensor& prediction, std::int64_t k) {
  const std::int64_t classes = prediction.rank() > 0 ? prediction.shape().last() : 0;
  if (k > classes) {
    fail(ErrorKind::value, self, " has top_k=", k, " and got predictions of shape ",
         prediction.shape(), ", expected at least so many classes");
  }
  const Tensor places = ops::top_k(prediction, k).indices;
  const Tensor chosen = ops::any(ops::one_hot(places, classes, -1, Dtype::boolean), {-2});
  return ops::where(chosen, prediction,
                    Tensor::scalar(below_all, prediction.dtype(), prediction.device()));
}

Tensor one_class(const Tensor& values, std::int64_t class_id) {
  std::vector<ops::Range> ranges;
  for (const std::int64_t extent : values.shape()) ranges.push_back({0, extent, 1});
  ranges.back() = {class_id, 1, 1};
  return ops::slice(values, ranges);
}

}  // namespace

ConfusionMetric::ConfusionMetric(const char* type, const std::string& name, Counting counting,
                                 std::vector<Counted> counted)
    : SeveralResults(type, name_or_default(type, name)),
      counting_(std::move(counting)),
      counted_(std::move(counted)) {
  if (counting_.top_k) require(*counting_.top_k >= 1, type, "top_k", *counting_.top_k, "above 0");
  if (counting_.class_id) {
    require(*counting_.class_id >= 0, type, "class_id", *counting_.class_id, "of at least 0");
  }
  const std::vector<double>& thresholds = counting_.thresholds;
  std::vector<std::int64_t> rows(thresholds.size());
  std::iota(rows.begin(), rows.end(), 0);
  const auto at = [&](std::int64_t row) { return thresholds[static_cast<std::size_t>(row)]; };
  std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return at(a) < at(b); });
  std::vector<double> limits(rows.size());
  std::transform(rows.begin(), rows.end(), limits.begin(), at);
  limits_ = Tensor::copy_of<double>(limits, {threshold_count()});
  rows_ = Tensor::copy_of<std::int64_t>(rows, {threshold_count()});
  if (!counting_.label_weights.empty() && !counting_.by_label) {
    label_weights_ = Tensor::copy_of<double>(
        counting_.label_weights, {static_cast<std::int64_t>(counting_.label_weights.size())});
  }
  if (columns() > 0) build();
}

void ConfusionMetric::build() {
  const Shape shape =
      counting_.by_label ? Shape{threshold_count(), columns()} : Shape{threshold_count()};
  for (const Counted& each : counted_) {
    variables_by_outcome_[static_cast<std::size_t>(each.outcome)] =
        add_variable(each.variable, shape);
  }
}

void ConfusionMetric::build_like(const TensorList& values) {
  counting_.label_count = values.front().shape().last();
  build();
}

std::vector<double> ConfusionMetric::counts(Outcome outcome) const {
  const Variable& variable = variables_by_outcome_[static_cast<std::size_t>(outcome)];
  if (variable.defined()) return variable.value().to_vector<double>();
  return std::vector<double>(static_cast<std::size_t>(threshold_count() * columns()));
}

Tensor ConfusionMetric::weights_of(const Tensor& sample_weight, const Tensor& mask,
                                   const Shape& shape) const {
  const Owner self = owner(*this);
  Tensor weights = fitted_weights(self, sample_weight, mask, shape);
  if (!label_weights_.defined()) return weights;
  const std::int64_t labels = label_weights_.size();
  if (shape.rank() == 0 || shape.last() != labels) {
    fail(ErrorKind::value, self, " has ", labels, " label_weights and got predictions of shape ",
         shape, ", expected one label a weight");
  }
  if (!weights.defined()) return ops::broadcast_to(label_weights_, shape);
  const Tensor by_sample = over_values(weights, shape).cast(Dtype::float64);
  return ops::broadcast_to(by_sample * label_weights_, shape);
}

void ConfusionMetric::update(const Tensor& target, const Tensor& given,
                             const Tensor& sample_weight) {
  const NoGrad no_grad;
  const Owner self = owner(*this);
  Tensor prediction = ops::floating(given);
  Tensor labels = labels_of_shape(self, target, prediction.shape(), prediction.shape());
  if (counting_.from_logits) prediction = ops::sigmoid(prediction);
  if (counting_.top_k) prediction = only_largest(self, prediction, *counting_.top_k);
  if (counting_.class_id) {
    if (prediction.rank() < 2 || *counting_.class_id >= prediction.shape().last()) {
      fail(ErrorKind::value, self, " has class_id=", *counting_.class_id,
           " and got predictions of shape ", prediction.shape(),
           ", expected (samples, classes) with that class");
    }
    prediction = one_class(prediction, *counting_.class_id);
    labels = one_class(labels, *counting_.class_id);
  }
  if (counting_.clips) prediction = ops::clip(prediction, 0, 1);
  if (counting_.by_label) {
    if (prediction.rank() != 2 ||
        (counting_.label_count > 0 && prediction.shape()[1] != counting_.label_count)) {
      fail(ErrorKind::value, self, " counts labels apart and got predictions of shape ",
           prediction.shape(), ", expected (samples, ",
           counting_.label_count > 0 ? std::to_string(counting_.label_count) : "labels", ")");
    }
    if (counting_.label_count == 0) {
      counting_.label_count = prediction.shape()[1];
      build();
    }
  }
  if (prediction.size() == 0) return;
  const Tensor truth = ops::not_equal(labels, Tensor::scalar(0, labels.dtype(), labels.device()));
  const Device device = prediction.device();
  if (variables().front().value().device() != device) move_to(device);
  if (limits_.device() != device) {
    limits_ = limits_.to(device);
    rows_ = rows_.to(device);
    if (label_weights_.defined()) label_weights_ = label_weights_.to(device);
  }
  const Tensor weights = weights_of(sample_weight, given.mask(), prediction.shape());
  const auto sums = [&](Outcome outcome) {
    Variable& variable = variables_by_outcome_[static_cast<std::size_t>(outcome)];
    return variable.defined() ? static_cast<double*>(variable.begin_update()) : nullptr;
  };
  const bool is_weighted = weights.defined();
  ops::shared_backend(name(), {&prediction, &truth, &weights})
      .count_decisions(
          {prediction.dtype(), is_weighted ? weights.dtype() : Dtype::float64, prediction.size(),
           columns(), is_weighted ? prediction.size() / weights.size() : 1, prediction.data(),
           static_cast<const bool*>(truth.data()), is_weighted ? weights.data() : nullptr,
           threshold_count(), static_cast<const double*>(limits_.data()), ops::integers(rows_),
           sums(Outcome::true_positive), sums(Outcome::false_positive),
           sums(Outcome::true_negative), sums(Outcome::false_negative)});
}

OutcomeCount::OutcomeCount(const char* type, const Options& options, Outcome outcome)
    : ConfusionMetric(type, options.name,
                      {.thresholds = thresholds_or(type, options.thresholds, 0.5),
                       .clips = options.thresholds && are_even(*options.thresholds)},
                      {{outcome, "accumulator"}}),
      options_(options),
      outcome_(outcome) {}

Tensor OutcomeCount::results() const {
  return Tensor::copy_of<double>(
      counts(outcome_), threshold_count() == 1 ? Shape{} : Shape{threshold_count()}, Device());
}

Config OutcomeCount::config() const { return config_of(*this, options_); }

TruePositives::TruePositives(const Options& options)
    : OutcomeCount("TruePositives", options, Outcome::true_positive) {}
FalsePositives::FalsePositives(const Options& options)
    : OutcomeCount("FalsePositives", options, Outcome::false_positive) {}
TrueNegatives::TrueNegatives(const Options& options)
    : OutcomeCount("TrueNegatives", options, Outcome::true_negative) {}
FalseNegatives::FalseNegatives(const Options& options)
    : OutcomeCount("FalseNegatives", options, Outcome::false_negative) {}

}  // namespace lamina
