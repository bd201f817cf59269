// Fractions of correct predictions.
#pragma once

#include <cstdint>

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
  double threshold = 0.5;  ///< predictions above it count as 1; 0 suits logits
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

struct TopKOptions {
  std::int64_t k = 5;  ///< at least 1
  std::string name = {};
};
/// Fraction of samples whose one-hot label is among the k largest outputs.
class LAMINA_API TopKCategoricalAccuracy : public MeanMetric {
 public:
  using Options = TopKOptions;
  explicit TopKCategoricalAccuracy(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 private:
  Options options_;
};

struct SparseTopKOptions {
  std::int64_t k = 5;            ///< at least 1
  bool from_sorted_ids = false;  ///< whether predictions are class numbers, best first
  std::string name = {};
};
/// Fraction of samples whose class number is among the k largest outputs.
class LAMINA_API SparseTopKCategoricalAccuracy : public MeanMetric {
 public:
  using Options = SparseTopKOptions;
  explicit SparseTopKCategoricalAccuracy(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 private:
  Options options_;
};

}  // namespace lamina
