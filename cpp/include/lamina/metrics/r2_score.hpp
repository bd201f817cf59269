#pragma once

#include <optional>

#include "lamina/metrics/metric.hpp"

namespace lamina {

struct R2ScoreOptions {
  /// None gives a score an output; "uniform_average" their mean, "variance_weighted_average" by the
  /// targets' variances.
  std::optional<std::string> class_aggregation = "uniform_average";
  std::int64_t num_regressors = 0;  ///< at least 0; above it the adjusted score
  std::string name = {};
};

/// The coefficient of determination of predictions (samples, outputs): 1 less the squared errors
/// over the targets' squared distances from their mean.
class LAMINA_API R2Score : public SeveralResults {
 public:
  using Options = R2ScoreOptions;
  explicit R2Score(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Tensor results() const override;
  Config config() const override;

 protected:
  void build_like(const TensorList& values) override;

 private:
  void build(std::int64_t outputs);

  Options options_;
  Variable samples_, squares_, sums_, errors_, weights_;
};

}  // namespace lamina
