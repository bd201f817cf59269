#pragma once

#include "lamina/metrics/confusion.hpp"

namespace lamina {

struct AUCOptions {
  std::int64_t num_thresholds = 200;               ///< above 1; how finely the curve is sampled
  std::string curve = "ROC";                       ///< "ROC", "PR" or "PRGAIN"
  std::string summation_method = "interpolation";  ///< or "minoring", "majoring"
  /// Each in [0, 1], in place of evenly spaced ones; one below 0 and one above 1 are added.
  std::optional<std::vector<double>> thresholds = {};
  bool multi_label = false;                     ///< whether each label has a curve of its own
  std::optional<std::int64_t> num_labels = {};  ///< of multi_label; by default the first batch's
  std::optional<std::vector<double>> label_weights = {};
  bool from_logits = false;  ///< whether predictions are before the sigmoid
  std::string name = {};
};

/// The area under the receiver operating characteristic, the precision-recall curve, or the
/// precision-recall-gain curve, sampled at thresholds.
class LAMINA_API AUC : public ConfusionMetric {
 public:
  using Options = AUCOptions;
  explicit AUC(const Options& options = {});
  Tensor results() const override;
  Config config() const override;

 private:
  Options options_;
};

}  // namespace lamina
