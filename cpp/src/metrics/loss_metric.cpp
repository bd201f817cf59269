#include "lamina/metrics/loss_metric.hpp"

#include <cmath>

#include "metrics/options.hpp"

namespace lamina {

LossMetric::LossMetric(const FusedLoss& loss, const MetricOptions& options)
    : MeanMetric(loss.type(), options.name.empty() ? loss.name() : options.name), loss_(loss) {}

void LossMetric::update(const Tensor& target, const Tensor& prediction, const Tensor& weight) {
  add(loss_.each(target, prediction), weight, prediction.mask());
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

RootMeanSquaredError::RootMeanSquaredError(const Options& options)
    : MeanMetric("RootMeanSquaredError", name_or_default("RootMeanSquaredError", options.name)) {}

void RootMeanSquaredError::update(const Tensor& target, const Tensor& prediction,
                                  const Tensor& weight) {
  add(loss_.each(target, prediction), weight, prediction.mask());
}

double RootMeanSquaredError::result() const { return std::sqrt(MeanMetric::result()); }

}  // namespace lamina
