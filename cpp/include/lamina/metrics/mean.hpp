// Means and sums of values that a program computes itself.
#pragma once

#include "lamina/metrics/metric.hpp"

namespace lamina {

/// The weighted mean of values: `mean.update(values)`.
class LAMINA_API Mean : public MeanMetric {
 public:
  using Options = MetricOptions;
  explicit Mean(const Options& options = {});
  void update(const Tensor& values, const Tensor& sample_weight = {});
  /// A state error: it compares nothing, so `compile` has no use for it.
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
};

/// The weighted sum of values: `sum.update(values)`.
class LAMINA_API Sum : public Metric {
 public:
  using Options = MetricOptions;
  explicit Sum(const Options& options = {});
  void update(const Tensor& values, const Tensor& sample_weight = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  double result() const override { return total_.value().item(); }

 private:
  Variable total_;
};

}  // namespace lamina
