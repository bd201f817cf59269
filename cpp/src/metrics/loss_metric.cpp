#include "lamina/metrics/loss_metric.hpp"

#include <cmath>

#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "metrics/options.hpp"
#include "metrics/pairs.hpp"
#include "metrics/weights.hpp"

namespace lamina {

LossMetric::LossMetric(const FusedLoss& loss, const MetricOptions& options)
    : LossMetric(loss.type(), loss, options) {}

LossMetric::LossMetric(const std::string& type, const FusedLoss& loss, const MetricOptions& options)
    : MeanMetric(type, options.name.empty() ? loss.name() : options.name), loss_(loss) {}

void LossMetric::update(const Tensor& target, const Tensor& prediction, const Tensor& weight) {
  const NoGrad no_grad;
  const Tensor values = loss_.each(target, comparable(prediction));
  // Entries that the loss rules out, as a label to ignore, count as 0 where all count alike, and
  // not at all where entries have weights: so does Keras.
  Tensor mask = prediction.mask();
  const Tensor own = values.mask();
  if (own.defined() && (weight.defined() || mask.defined())) {
    mask = mask.defined() ? ops::logical_and(mask, own) : own;
  }
  add(values, weight, mask);
}

Config LossMetric::config() const {
  Config config = loss_.config();
  config.erase("reduction");
  // Options that only the loss's class has, but for a metric that was made with them.
  const bool is_number = config.kind("axis") == Config::Kind::integer;
  if (is_number && config.integer("axis") == -1) config.erase("axis");
  if (config.is_null("ignore_class")) config.erase("ignore_class");
  return config.set("name", name());
}

LogCoshError::LogCoshError(const Options& options)
    : LossMetric("LogCoshError", LogCosh(), {name_or_default("LogCoshError", options.name)}) {}

AutomaticCrossentropy::AutomaticCrossentropy(const Options& options)
    : MeanMetric("AutomaticCrossentropy", name_or_default("AutomaticCrossentropy", options.name)) {}

void AutomaticCrossentropy::update(const Tensor& target, const Tensor& given,
                                   const Tensor& weight) {
  const NoGrad no_grad;
  const Tensor compared = comparable(given);
  const Tensor prediction = compared.rank() <= 1 ? compared.reshape({-1, 1}) : compared;
  const FusedLoss* loss = &categorical_;
  switch (outputs_of(target.shape(), prediction.shape())) {
    case Outputs::binary: loss = &binary_; break;
    case Outputs::sparse: loss = &sparse_; break;
    case Outputs::categorical: break;
  }
  add(loss->each(target, prediction), weight, given.mask());
}

RootMeanSquaredError::RootMeanSquaredError(const Options& options)
    : MeanMetric("RootMeanSquaredError", name_or_default("RootMeanSquaredError", options.name)) {}

void RootMeanSquaredError::update(const Tensor& target, const Tensor& given, const Tensor& weight) {
  const NoGrad no_grad;
  const Tensor prediction = comparable(given);
  const Shape& shape = prediction.shape();
  if (!weighs_each(weight, shape)) {
    return add(loss_.each(target, prediction), weight, given.mask());
  }
  const Tensor labels = labels_of_shape(owner(*this), target, shape, shape);
  add(ops::square(labels.cast(prediction.dtype()) - prediction), weight, given.mask());
}

double RootMeanSquaredError::result() const { return std::sqrt(MeanMetric::result()); }

}  // namespace lamina
