// Precision and recall of binary predictions.
#pragma once

#include "lamina/metrics/metric.hpp"

namespace lamina {

struct PrecisionOptions {
  double threshold = 0.5;  ///< in [0, 1]: predictions above it are positive
  std::string name = {};
};

/// The fraction of positive predictions that are correct.
class LAMINA_API Precision : public MeanMetric {
 public:
  using Options = PrecisionOptions;
  explicit Precision(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 private:
  double threshold_;
};

/// The fraction of positive targets that are predicted.
class LAMINA_API Recall : public MeanMetric {
 public:
  using Options = PrecisionOptions;
  explicit Recall(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 private:
  double threshold_;
};

}  // namespace lamina
