#include "lamina/metrics/f_score.hpp"

#include <numeric>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "metrics/options.hpp"
#include "metrics/pairs.hpp"
#include "metrics/rates.hpp"
#include "metrics/weights.hpp"
#include "ops/support.hpp"

namespace lamina {
namespace {

constexpr double epsilon = 1e-7;  // Keras's, against a division by zero

// 1 where a prediction says yes, in double: above the threshold, or the largest of its row. A row
// of zeros says nothing.
Tensor decisions(const Tensor& prediction, const std::optional<double>& threshold) {
  const auto constant = [&](double value) {
    return Tensor::scalar(value, prediction.dtype(), prediction.device());
  };
  const Tensor yes =
      threshold ? ops::greater(prediction, constant(*threshold))
                : ops::logical_and(ops::greater_equal(prediction, ops::max(prediction, {-1}, true)),
                                   ops::greater(ops::abs(prediction), constant(1e-9)));
  return yes.cast(Dtype::float64);
}

}  // namespace

FBetaScore::FBetaScore(const Options& options) : FBetaScore("FBetaScore", options) {}

FBetaScore::FBetaScore(const char* type, const Options& options)
    : SeveralResults(type, name_or_default(type, options.name)), options_(options) {
  const std::string average = options.average.value_or("micro");
  require(average == "micro" || average == "macro" || average == "weighted", type, "average",
          average, "micro, macro, weighted or none");
  require(options.beta > 0, type, "beta", options.beta, "above 0");
  if (options.threshold) {
    require(*options.threshold > 0 && *options.threshold <= 1, type, "threshold",
            *options.threshold, "in (0, 1]");
  }
}

void FBetaScore::build(std::int64_t classes) {
  const Shape shape = options_.average == "micro" ? Shape{} : Shape{classes};
  true_positives_ = add_variable("true_positives", shape);
  false_positives_ = add_variable("false_positives", shape);
  false_negatives_ = add_variable("false_negatives", shape);
  weights_ = add_variable("intermediate_weights", shape);
}

void FBetaScore::build_like(const TensorList& values) { build(values.front().size()); }

void FBetaScore::update(const Tensor& target, const Tensor& given, const Tensor& sample_weight) {
  const NoGrad no_grad;
  const Owner self = owner(*this);
  const Tensor prediction = ops::floating(given);
  if (prediction.rank() != 2) {
    fail(ErrorKind::value, self, " got predictions of shape ", prediction.shape(),
         ", expected (samples, classes)");
  }
  const Tensor labels = labels_of_shape(self, target, prediction.shape(), prediction.shape());
  if (!weights_.defined()) build(prediction.shape()[1]);
  if (options_.average != "micro" && weights_.shape()[0] != prediction.shape()[1]) {
    fail(ErrorKind::value, self, " counted ", weights_.shape()[0],
         " classes and got predictions of shape ", prediction.shape(),
         "; reset does not change it");
  }
  if (weights_.device() != prediction.device()) move_to(prediction.device());
  const Tensor weights = fitted_weights(self, sample_weight, given.mask(), prediction.shape());
  const std::vector<int> axes =
      options_.average == "micro" ? std::vector<int>{0, 1} : std::vector{0};
  const auto add = [&](Variable& sum, Tensor values) {
    if (weights.defined()) {
      values = values * over_values(weights, values.shape()).cast(Dtype::float64);
    }
    sum.assign(sum.value() + ops::sum(values, axes));
  };
  const Tensor yes = decisions(prediction, options_.threshold);
  const Tensor truth = labels.cast(Dtype::float64);
  add(true_positives_, yes * truth);
  add(false_positives_, yes * (1 - truth));
  add(false_negatives_, (1 - yes) * truth);
  add(weights_, truth);
}

Tensor FBetaScore::results() const {
  if (!weights_.defined()) return Tensor::scalar(0, Dtype::float64, Device());
  const std::vector<double> tp = true_positives_.value().to_vector<double>(),
                            fp = false_positives_.value().to_vector<double>(),
                            fn = false_negatives_.value().to_vector<double>(),
                            weights = weights_.value().to_vector<double>();
  const double square = options_.beta * options_.beta;
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0) + epsilon;
  std::vector<double> scores(tp.size());
  double mean = 0, weighted = 0;
  for (std::size_t i = 0; i < tp.size(); ++i) {
    const double precision = tp[i] / (tp[i] + fp[i] + epsilon);
    const double recall = tp[i] / (tp[i] + fn[i] + epsilon);
    scores[i] = (1 + square) * precision * recall / (square * precision + recall + epsilon);
    mean += scores[i] / static_cast<double>(tp.size());
    weighted += scores[i] * weights[i] / all;
  }
  if (!options_.average) {
    return Tensor::copy_of<double>(scores, {static_cast<std::int64_t>(scores.size())}, Device());
  }
  return Tensor::scalar(options_.average == "weighted" ? weighted : mean, Dtype::float64, Device());
}

Config FBetaScore::config() const { return config_of(*this, options_); }

F1Score::F1Score(const Options& options)
    : FBetaScore(
          "F1Score",
          {.average = options.average, .threshold = options.threshold, .name = options.name}) {}

Config F1Score::config() const {
  Config config = FBetaScore::config();
  config.erase("beta");
  return config;
}

}  // namespace lamina
