// Precision and recall, alone and at a given level of the other.
#pragma once

#include "lamina/metrics/confusion.hpp"

namespace lamina {

struct PrecisionOptions {
  std::optional<std::vector<double>> thresholds = {};  ///< each in [0, 1]; 0.5, or all with top_k
  std::optional<std::int64_t> top_k = {};              ///< only the k largest outputs say yes
  std::optional<std::int64_t> class_id = {};           ///< the one class that is measured
  std::string name = {};
};

/// The fraction of positive predictions that are correct; 0 where there are none.
class LAMINA_API Precision : public ConfusionMetric {
 public:
  using Options = PrecisionOptions;
  explicit Precision(const Options& options = {});
  Tensor results() const override;
  Config config() const override;

 private:
  Options options_;
};

/// The fraction of positive targets that are predicted; 0 where there are none.
class LAMINA_API Recall : public ConfusionMetric {
 public:
  using Options = PrecisionOptions;
  explicit Recall(const Options& options = {});
  Tensor results() const override;
  Config config() const override;

 private:
  Options options_;
};

/// The base of metrics that give the best value of one rate where another is at least `level`.
class LAMINA_API RateAtRate : public ConfusionMetric {
 public:
  Tensor results() const override;

 protected:
  enum class Rate { sensitivity, specificity, precision };
  RateAtRate(const char* type, const std::string& name, Rate wanted, Rate kept, const char* option,
             double level, std::int64_t num_thresholds, std::optional<std::int64_t> class_id);

 private:
  std::vector<double> rates(Rate rate) const;
  Rate wanted_, kept_;
  double level_;
};

struct SensitivityAtSpecificityOptions {
  double specificity = 0.5;  ///< in [0, 1]
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};
  std::string name = {};
};
/// The best sensitivity (recall) where the specificity is at least a given one.
class LAMINA_API SensitivityAtSpecificity : public RateAtRate {
 public:
  using Options = SensitivityAtSpecificityOptions;
  explicit SensitivityAtSpecificity(const Options& options = {});
  Config config() const override;

 private:
  Options options_;
};

struct SpecificityAtSensitivityOptions {
  double sensitivity = 0.5;  ///< in [0, 1]
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};
  std::string name = {};
};
/// The best specificity where the sensitivity is at least a given one.
class LAMINA_API SpecificityAtSensitivity : public RateAtRate {
 public:
  using Options = SpecificityAtSensitivityOptions;
  explicit SpecificityAtSensitivity(const Options& options = {});
  Config config() const override;

 private:
  Options options_;
};

struct PrecisionAtRecallOptions {
  double recall = 0.5;  ///< in [0, 1]
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};
  std::string name = {};
};
/// The best precision where the recall is at least a given one.
class LAMINA_API PrecisionAtRecall : public RateAtRate {
 public:
  using Options = PrecisionAtRecallOptions;
  explicit PrecisionAtRecall(const Options& options = {});
  Config config() const override;

 private:
  Options options_;
};

struct RecallAtPrecisionOptions {
  double precision = 0.5;  ///< in [0, 1]
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};
  std::string name = {};
};
/// The best recall where the precision is at least a given one.
class LAMINA_API RecallAtPrecision : public RateAtRate {
 public:
  using Options = RecallAtPrecisionOptions;
  explicit RecallAtPrecision(const Options& options = {});
  Config config() const override;

 private:
  Options options_;
};

}  // namespace lamina
