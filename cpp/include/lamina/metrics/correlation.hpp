// Correlations of targets and predictions along an axis, averaged over the others.
#pragma once

#include <cstdint>
#include <vector>

#include "lamina/metrics/metric.hpp"

namespace lamina {

struct CorrelationOptions {
  std::vector<std::int64_t> axis = {-1};  ///< one or several, along which values are correlated
  std::string name = {};
};

/// The base of both.
class LAMINA_API Correlation : public MeanMetric {
 public:
  using Options = CorrelationOptions;
  using Function = Tensor (*)(const Tensor&, const Tensor&, const std::vector<int>&);
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 protected:
  Correlation(const char* type, const Options& options, Function function);

 private:
  Options options_;
  Function function_;
};

/// Pearson's: 1 for a rising line, -1 for a falling one.
struct LAMINA_API PearsonCorrelation : Correlation {
  explicit PearsonCorrelation(const Options& options = {});
};
/// Lin's: 1 where predictions equal targets.
struct LAMINA_API ConcordanceCorrelation : Correlation {
  explicit ConcordanceCorrelation(const Options& options = {});
};

}  // namespace lamina
