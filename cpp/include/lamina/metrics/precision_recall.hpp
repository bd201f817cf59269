// Precision and recall of predictions of yes or no.
#pragma once

#include "lamina/metrics/metric.hpp"

namespace lamina {

struct PrecisionOptions {
  double threshold = 0.5;  ///< in [0, 1]: predictions above it say yes
  std::string name = {};
};

/// Of the predictions that say yes, the share that is right.
class LAMINA_API Precision : public MeanMetric {
 public:
  using Options = PrecisionOptions;
  explicit Precision(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 private:
  double threshold_;
};

/// Of the targets that are yes, the share that predictions find.
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
