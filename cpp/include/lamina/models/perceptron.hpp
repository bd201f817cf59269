// The perceptron as it first was: one neuron that learns from its errors.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

struct PerceptronOptions {
  std::string activation = "step";  ///< "step" tells 0 from 1, "sign" -1 from 1
  double learning_rate = 1;
  std::int64_t max_epochs = 1000;
  bool shuffle = false;                   ///< whether each epoch takes another order
  std::optional<std::int64_t> seed = {};  ///< of the orders; none: follows set_random_seed

  LAMINA_API static PerceptronOptions from_config(const Config& config);
};

struct PerceptronFitOptions {
  Tensor weights = {};  ///< to begin with, (features,); zeros if undefined
  double bias = 0;
  /// Called after each epoch; what it throws ends the run and leaves the perceptron as it was.
  std::function<void()> on_epoch = {};
};

/// A linear threshold unit, 1 where weights . x + bias >= 0, and Rosenblatt's rule (1958, "The
/// perceptron: a probabilistic model for information storage and organization in the brain"): each
/// sample in turn adds learning_rate (target - prediction) x to the weights, and the same without x
/// to the bias. It ends after an epoch without error, which comes if the classes are linearly
/// separable (Novikoff, 1962), or after max_epochs. All numbers are float64.
class LAMINA_API Perceptron {
 public:
  explicit Perceptron(PerceptronOptions options = {});

  /// Learns from scratch from x (samples, features) and y (samples,), which holds the activation's
  /// two values.
  void fit(const Tensor& x, const Tensor& y, const PerceptronFitOptions& options = {});
  /// weights . x + bias for each sample, float64.
  Tensor decision_function(const Tensor& x) const;
  /// The class of each sample, int64.
  Tensor predict(const Tensor& x) const;
  /// Share of samples that are classified right.
  double score(const Tensor& x, const Tensor& y) const;

  void set_weights(const Tensor& weights, double bias);
  Tensor weights() const;  ///< (features,); a state error before there are any
  double bias() const;

  // Of the last fit.
  std::int64_t n_epochs() const noexcept { return static_cast<std::int64_t>(errors_.size()); }
  bool converged() const noexcept { return !errors_.empty() && errors_.back() == 0; }
  /// How many samples were classified wrong in each epoch, as they came.
  const std::vector<std::int64_t>& errors() const noexcept { return errors_; }

  const PerceptronOptions& options() const noexcept { return options_; }
  Config config() const;

 private:
  std::int64_t class_of(double sum) const noexcept;
  std::vector<std::int64_t> labels_from(const Tensor& y, std::int64_t samples) const;
  /// How many samples it classified wrong, and learnt from.
  std::int64_t run_epoch(const Tensor& samples, const std::vector<std::int64_t>& labels,
                         const Tensor& order, std::vector<double>& weights, double& bias) const;
  void require_weights() const;

  PerceptronOptions options_;
  std::int64_t other_class_;  // beside 1
  std::vector<double> weights_;
  double bias_ = 0;
  std::vector<std::int64_t> errors_;
};

}  // namespace lamina
