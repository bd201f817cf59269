// Metrics: weighted means over samples, kept between batches until reset.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lamina/core/config.hpp"
#include "lamina/core/handle.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

class LAMINA_API Metric {
 public:
  Metric(std::string type, std::string name) : type_(std::move(type)), name_(std::move(name)) {}
  virtual ~Metric() = default;
  /// "accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy".
  static std::shared_ptr<Metric> from_name(const std::string& name);
  static std::shared_ptr<Metric> make(const std::string& type, const Config& config);

  virtual void reset() = 0;
  virtual void update(const Tensor& target, const Tensor& prediction,
                      const Tensor& sample_weight) = 0;
  virtual double result() const = 0;
  virtual Config config() const { return Config().set("name", name_); }
  const std::string& type() const noexcept { return type_; }
  const std::string& name() const noexcept { return name_; }

 private:
  std::string type_, name_;
};

using MetricHandle = Handle<Metric>;

using MetricFactory = std::function<std::shared_ptr<Metric>(const Config& config)>;
/// Makes files and names that say `type` find a metric of your own. Registering a type again
/// replaces it; a built-in one cannot be replaced.
LAMINA_API void register_metric(const std::string& type, MetricFactory factory);

struct AccuracyOptions {
  std::string name = {};
  double threshold = 0.5;  ///< of binary accuracy
};

/// Share of right predictions. `type` is BinaryAccuracy, CategoricalAccuracy,
/// SparseCategoricalAccuracy; AutomaticAccuracy ("accuracy"), which chooses among them by the
/// shapes it sees: binary for one output, sparse when targets are class numbers, else categorical;
/// or Accuracy, which counts predictions that equal their targets.
class LAMINA_API AccuracyMetric : public Metric {
 public:
  explicit AccuracyMetric(const std::string& type = "AutomaticAccuracy",
                          AccuracyOptions options = {});
  void reset() override { total_ = count_ = 0; }
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  double result() const override { return count_ > 0 ? total_ / count_ : 0; }
  Config config() const override;

 private:
  double threshold_, total_ = 0, count_ = 0;
};

}  // namespace lamina
