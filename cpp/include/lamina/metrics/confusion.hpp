// Metrics that count decisions at thresholds: a prediction above a threshold says yes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lamina/metrics/metric.hpp"

namespace lamina {

/// Which of the four counts.
enum class Outcome : std::uint8_t {
  true_positive,
  false_positive,
  true_negative,
  false_negative,
};

/// The base of all that count: a variable (thresholds,), or (thresholds, labels), an outcome.
class LAMINA_API ConfusionMetric : public SeveralResults {
 public:
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  /// Those in use, in the order in which they were given.
  const std::vector<double>& thresholds() const noexcept { return counting_.thresholds; }

 protected:
  struct Counting {
    std::vector<double> thresholds;
    std::optional<std::int64_t> top_k = {};     ///< only the k largest of a row count as predicted
    std::optional<std::int64_t> class_id = {};  ///< the one class of the last axis that counts
    bool by_label = false;                      ///< whether labels (samples, labels) count apart
    std::int64_t label_count = 0;               ///< how many there are; 0 until the first batch
    std::vector<double> label_weights = {};     ///< of the last axis's labels, counted together
    bool from_logits = false;                   ///< whether predictions are before the sigmoid
    bool clips = false;  ///< whether predictions are brought into [0, 1] first
  };
  struct Counted {
    Outcome outcome;
    const char* variable;
  };
  ConfusionMetric(const char* type, const std::string& name, Counting counting,
                  std::vector<Counted> counted);
  void build_like(const TensorList& values) override;

  std::int64_t threshold_count() const {
    return static_cast<std::int64_t>(counting_.thresholds.size());
  }
  /// 1 unless labels count apart.
  std::int64_t columns() const { return counting_.by_label ? counting_.label_count : 1; }
  /// The counts so far; zeros before the first batch. Waits for the device.
  std::vector<double> counts(Outcome outcome) const;

 private:
  void build();
  Tensor weights_of(const Tensor& sample_weight, const Tensor& mask, const Shape& shape) const;

  Counting counting_;
  std::vector<Counted> counted_;
  std::array<Variable, 4> variables_by_outcome_;
  Tensor limits_, rows_;  // the thresholds in ascending order, and where each stood
  Tensor label_weights_;  // of labels counted together; undefined where they count alike
};

struct ThresholdOptions {
  std::optional<std::vector<double>> thresholds = {};  ///< each in [0, 1]; 0.5 by default
  std::string name = {};
};

/// The base of the metrics that give one of the counts.
class LAMINA_API OutcomeCount : public ConfusionMetric {
 public:
  using Options = ThresholdOptions;
  Tensor results() const override;
  Config config() const override;

 protected:
  OutcomeCount(const char* type, const Options& options, Outcome outcome);

 private:
  Options options_;
  Outcome outcome_;
};

/// How many positive labels are predicted.
struct LAMINA_API TruePositives : OutcomeCount {
  explicit TruePositives(const Options& options = {});
};
/// How many negative labels are predicted to be positive.
struct LAMINA_API FalsePositives : OutcomeCount {
  explicit FalsePositives(const Options& options = {});
};
/// How many negative labels are predicted.
struct LAMINA_API TrueNegatives : OutcomeCount {
  explicit TrueNegatives(const Options& options = {});
};
/// How many positive labels are predicted to be negative.
struct LAMINA_API FalseNegatives : OutcomeCount {
  explicit FalseNegatives(const Options& options = {});
};

}  // namespace lamina
