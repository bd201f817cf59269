#include "lamina/metrics/r2_score.hpp"

#include <cmath>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "metrics/options.hpp"
#include "metrics/pairs.hpp"
#include "metrics/weights.hpp"
#include "ops/support.hpp"

namespace lamina {

R2Score::R2Score(const Options& options)
    : SeveralResults("R2Score", name_or_default("R2Score", options.name)),
      options_(options),
      samples_(add_variable("num_samples")) {
  const std::string how = options.class_aggregation.value_or("uniform_average");
  require(how == "uniform_average" || how == "variance_weighted_average", type(),
          "class_aggregation", how, "uniform_average, variance_weighted_average or none");
  require(options.num_regressors >= 0, type(), "num_regressors", options.num_regressors,
          "of at least 0");
}

void R2Score::build(std::int64_t outputs) {
  squares_ = add_variable("squared_sum", {outputs});
  sums_ = add_variable("sum", {outputs});
  errors_ = add_variable("residual", {outputs});
  weights_ = add_variable("count", {outputs});
}

void R2Score::build_like(const TensorList& values) { build(values.back().size()); }

void R2Score::update(const Tensor& target, const Tensor& given, const Tensor& sample_weight) {
  const NoGrad no_grad;
  const Owner self = owner(*this);
  if (given.rank() != 2) {
    fail(ErrorKind::value, self, " got predictions of shape ", given.shape(),
         ", expected (samples, outputs)");
  }
  const Tensor truth =
      labels_of_shape(self, target, given.shape(), given.shape()).cast(Dtype::float64);
  if (!weights_.defined()) build(given.shape()[1]);
  if (weights_.shape()[0] != given.shape()[1]) {
    fail(ErrorKind::value, self, " measured ", weights_.shape()[0],
         " outputs and got predictions of shape ", given.shape(), "; reset does not change it");
  }
  if (weights_.device() != given.device()) move_to(given.device());
  Tensor weights = fitted_weights(self, sample_weight, given.mask(), given.shape());
  weights = weights.defined()
                ? over_values(weights, given.shape()).cast(Dtype::float64)
                : Tensor::full({given.shape()[0], 1}, 1, Dtype::float64, given.device());
  const auto add = [](Variable& sum, const Tensor& values) {
    sum.assign(sum.value() + ops::sum(values, {0}));
  };
  const Tensor weighted = truth * weights;
  add(sums_, weighted);
  add(squares_, truth * weighted);
  add(errors_, ops::square(truth - given.cast(Dtype::float64)) * weights);
  add(weights_, weights);
  // Keras counts every output of every sample.
  samples_.assign(samples_.value() + static_cast<double>(given.size()));
}

Tensor R2Score::results() const {
  if (!weights_.defined()) return Tensor::scalar(0, Dtype::float64, Device());
  const std::vector<double> sums = sums_.value().to_vector<double>(),
                            squares = squares_.value().to_vector<double>(),
                            errors = errors_.value().to_vector<double>(),
                            weights = weights_.value().to_vector<double>();
  const double n = samples_.value().item(), p = static_cast<double>(options_.num_regressors);
  const auto adjusted = [&](double score) {
    return p == 0 || p >= n - 1 ? score : 1 - (1 - score) * (n - 1) / (n - p - 1);
  };
  std::vector<double> scores(sums.size());
  double mean = 0, weighted = 0, variances = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double variance = squares[i] - sums[i] * (sums[i] / weights[i]);
    scores[i] = 1 - errors[i] / variance;
    if (std::isinf(scores[i])) scores[i] = 0;  // constant targets
    mean += scores[i] / static_cast<double>(sums.size());
    weighted += variance * scores[i];
    variances += variance;
  }
  if (!options_.class_aggregation) {
    for (double& score : scores) score = adjusted(score);
    return Tensor::copy_of<double>(scores, {static_cast<std::int64_t>(scores.size())}, Device());
  }
  const bool uniform = *options_.class_aggregation == "uniform_average";
  return Tensor::scalar(adjusted(uniform ? mean : weighted / variances), Dtype::float64, Device());
}

Config R2Score::config() const { return config_of(*this, options_); }

}  // namespace lamina
