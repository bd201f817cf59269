// Fractions of correct predictions.
#pragma once

#include "lamina/metrics/metric.hpp"

namespace lamina {

/// The base of all accuracies.
class LAMINA_API AccuracyMetric : public MeanMetric {
 public:
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;

 protected:
  enum class Rule { automatic, exact, binary, categorical, sparse };
  AccuracyMetric(const char* type, std::string name, Rule rule, double threshold = 0.5);
  double threshold() const noexcept { return threshold_; }

 private:
  Rule rule_;
  double threshold_;
};

/// "accuracy": binary for one output, sparse where targets are class numbers, else categorical.
struct LAMINA_API AutomaticAccuracy : AccuracyMetric {
  using Options = MetricOptions;
  explicit AutomaticAccuracy(const Options& options = {});
};

/// Fraction of predictions that equal their targets.
struct LAMINA_API Accuracy : AccuracyMetric {
  using Options = MetricOptions;
  explicit Accuracy(const Options& options = {});
};

struct BinaryAccuracyOptions {
  double threshold = 0.5;  ///< in (0, 1)
  std::string name = {};
};
/// Fraction of outputs on their label's side of a threshold.
struct LAMINA_API BinaryAccuracy : AccuracyMetric {
  using Options = BinaryAccuracyOptions;
  explicit BinaryAccuracy(const Options& options = {});
  Config config() const override;
};

/// Fraction of samples whose largest output is that of their one-hot label.
struct LAMINA_API CategoricalAccuracy : AccuracyMetric {
  using Options = MetricOptions;
  explicit CategoricalAccuracy(const Options& options = {});
};

/// Fraction of samples whose largest output is that of their class number.
struct LAMINA_API SparseCategoricalAccuracy : AccuracyMetric {
  using Options = MetricOptions;
  explicit SparseCategoricalAccuracy(const Options& options = {});
};

}  // namespace lamina
