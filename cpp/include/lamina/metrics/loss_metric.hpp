// Losses as metrics.
#pragma once

#include "lamina/losses/probabilistic.hpp"
#include "lamina/losses/regression.hpp"
#include "lamina/metrics/metric.hpp"

namespace lamina {

/// The mean of a built-in loss over samples: `LossMetric(Huber({.delta = 2}))`. Its type is the
/// loss's, so that "mse" names both.
class LAMINA_API LossMetric : public MeanMetric {
 public:
  explicit LossMetric(const FusedLoss& loss, const MetricOptions& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 protected:
  LossMetric(const std::string& type, const FusedLoss& loss, const MetricOptions& options);

 private:
  FusedLoss loss_;
};

/// The mean of log(cosh(prediction - target)): LogCosh under its name in Keras's metrics.
struct LAMINA_API LogCoshError : LossMetric {
  using Options = MetricOptions;
  explicit LogCoshError(const Options& options = {});
};

/// "crossentropy": binary for one output, sparse where targets are class numbers, else categorical;
/// of probabilities.
class LAMINA_API AutomaticCrossentropy : public MeanMetric {
 public:
  using Options = MetricOptions;
  explicit AutomaticCrossentropy(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;

 private:
  BinaryCrossentropy binary_;
  CategoricalCrossentropy categorical_;
  SparseCategoricalCrossentropy sparse_;
};

/// The root of the mean squared error over all samples.
class LAMINA_API RootMeanSquaredError : public MeanMetric {
 public:
  using Options = MetricOptions;
  explicit RootMeanSquaredError(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  double result() const override;

 private:
  MeanSquaredError loss_;
};

}  // namespace lamina
