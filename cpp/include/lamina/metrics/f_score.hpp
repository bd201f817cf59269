#pragma once

#include <optional>

#include "lamina/metrics/metric.hpp"

namespace lamina {

struct FBetaScoreOptions {
  /// None gives a score a class; "micro" counts all classes together, "macro" averages the scores,
  /// "weighted" by how often a class occurs.
  std::optional<std::string> average = {};
  double beta = 1;                       ///< above 0: the weight of recall beside precision
  std::optional<double> threshold = {};  ///< in (0, 1]; by default a row's largest outputs say yes
  std::string name = {};
};

/// The weighted harmonic mean of precision and recall of predictions (samples, classes).
class LAMINA_API FBetaScore : public SeveralResults {
 public:
  using Options = FBetaScoreOptions;
  explicit FBetaScore(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Tensor results() const override;
  Config config() const override;

 protected:
  FBetaScore(const char* type, const Options& options);
  const Options& options() const noexcept { return options_; }
  void build_like(const TensorList& values) override;

 private:
  void build(std::int64_t classes);

  Options options_;
  Variable true_positives_, false_positives_, false_negatives_, weights_;
};

struct F1ScoreOptions {
  std::optional<std::string> average = {};
  std::optional<double> threshold = {};
  std::string name = {};
};
/// The same for beta = 1.
struct LAMINA_API F1Score : FBetaScore {
  using Options = F1ScoreOptions;
  explicit F1Score(const Options& options = {});
  Config config() const override;
};

}  // namespace lamina
