// Metrics: what a run reports beside its loss, accumulated over batches until reset. Their state is
// variables, updated on the device; nothing is read before `result`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/handle.hpp"
#include "lamina/core/variable.hpp"

namespace lamina {

class LAMINA_API Metric {
 public:
  Metric(std::string type, std::string name) : type_(std::move(type)), name_(std::move(name)) {}
  virtual ~Metric() = default;
  /// "accuracy", "binary_accuracy", "mse" and every other loss, ...
  static std::shared_ptr<Metric> from_name(const std::string& name);
  static std::shared_ptr<Metric> make(const std::string& type, const Config& config);

  /// Sets every variable to 0.
  virtual void reset();
  /// Adds a batch. `sample_weight` is undefined, one number, (batch,), or has further leading axes
  /// of the predictions; extents of 1 are repeated.
  virtual void update(const Tensor& target, const Tensor& prediction,
                      const Tensor& sample_weight) = 0;
  /// The number for all batches since the last reset; waits for the device.
  virtual double result() const = 0;
  /// The same in float64 on the host, of any shape: one number a class, a threshold ...
  virtual Tensor results() const { return Tensor::scalar(result(), Dtype::float64, Device()); }
  /// What logs show under `name`; several results stand there as "name_0", "name_1", ...
  virtual std::vector<std::pair<std::string, double>> entries(const std::string& name) const {
    return {{name, result()}};
  }
  virtual Config config() const { return Config().set("name", name_); }
  const std::string& type() const noexcept { return type_; }
  const std::string& name() const noexcept { return name_; }
  const std::vector<Variable>& variables() const noexcept { return variables_; }
  /// Sets the variables to those of another metric with the same configuration; a value error where
  /// they do not fit.
  void restore(const TensorList& values);
  /// Moves the variables to the device of the model that it measures.
  void move_to(Device device) {
    for (Variable& variable : variables_) variable.move_to(device);
  }

 protected:
  /// A variable that starts as zeros; `reset` sets it to zeros again.
  Variable add_variable(const std::string& name, const Shape& shape = {},
                        Dtype dtype = Dtype::float64);
  /// Makes what waits for the first batch, by the shapes of another's variables.
  virtual void build_like(const TensorList& /*values*/) {}

 private:
  std::string type_, name_;
  std::vector<Variable> variables_;
};

using MetricHandle = Handle<Metric>;

using MetricFactory = std::function<std::shared_ptr<Metric>(const Config& config)>;
/// Makes files and names that say `type` find a metric of your own. Registering a type again
/// replaces it; a built-in one cannot be replaced.
LAMINA_API void register_metric(const std::string& type, MetricFactory factory);

struct MetricOptions {
  std::string name = {};  ///< the key in logs; by default its name in snake case
};

/// A metric that gives one number or several.
class LAMINA_API SeveralResults : public Metric {
 public:
  using Metric::Metric;
  Tensor results() const override = 0;
  std::vector<std::pair<std::string, double>> entries(const std::string& name) const override;
  /// A state error where there are several.
  double result() const override;

 protected:
  /// The entries of such results.
  static std::vector<std::pair<std::string, double>> entries_of(const std::string& name,
                                                                const Tensor& values);
};

/// The mean of values over samples, weighted by the samples' weights. A subclass computes the
/// values of a batch and adds them.
class LAMINA_API MeanMetric : public Metric {
 public:
  MeanMetric(std::string type, std::string name);
  double result() const override;
  /// Adds a mean over `samples` samples: a tensor of one element.
  void add_mean(const Tensor& mean, double samples);

 protected:
  /// Adds `values` (samples, ...), whose further axes are averaged first; weights and `mask` belong
  /// to leading axes of them. What the mask rules out weighs nothing.
  void add(const Tensor& values, const Tensor& sample_weight, const Tensor& mask = {});
  /// Sum of the weighted values, and of the weights.
  double total() const { return total_.value().item(); }
  double count() const { return count_.value().item(); }

 private:
  Variable total_, count_;
};

}  // namespace lamina
