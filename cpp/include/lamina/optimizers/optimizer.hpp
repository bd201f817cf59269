// Optimizers: gradient descent and its variants, with Keras 3's formulas.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/handle.hpp"
#include "lamina/core/variable.hpp"

namespace lamina {

/// Options all optimizers share. At most one kind of clipping may be given.
struct GradientOptions {
  std::optional<double> weight_decay = {};
  std::optional<double> clipnorm = {};         ///< largest norm of one weight's gradient
  std::optional<double> clipvalue = {};        ///< largest magnitude of one element
  std::optional<double> global_clipnorm = {};  ///< largest norm of all gradients together
};

/// What an optimizer keeps for a weight: `variable` is named "momentum".
struct OptimizerSlotVariable {
  Variable weight, variable;
};

class LAMINA_API Optimizer {
 public:
  Optimizer(std::string type, std::string name, double learning_rate, GradientOptions gradients);
  virtual ~Optimizer();
  /// "sgd", "adam".
  static std::shared_ptr<Optimizer> from_name(const std::string& name);
  static std::shared_ptr<Optimizer> make(const std::string& type, const Config& config);

  /// Makes slots for weights it has not seen.
  void build(const std::vector<Variable>& weights);
  /// One step from the gradients accumulated on `weights`; those without one are left alone.
  void step(const std::vector<Variable>& weights);
  /// One step for all weights it was built for.
  void step();
  /// One step by these gradients; a weight whose gradient is undefined stays.
  void apply(const TensorList& gradients, const std::vector<Variable>& weights);
  /// Forgets the gradients of all weights it was built for.
  void zero_grad();
  /// The weights it was built for.
  std::vector<Variable> weights() const;

  const std::string& type() const noexcept { return type_; }
  const std::string& name() const noexcept { return name_; }
  std::int64_t iterations() const noexcept { return iterations_; }
  void set_iterations(std::int64_t iterations) { iterations_ = iterations; }
  double learning_rate() const noexcept { return learning_rate_; }
  void set_learning_rate(double learning_rate);
  virtual Config config() const;
  /// In the order of the weights they serve.
  std::vector<OptimizerSlotVariable> slots() const;

 protected:
  /// Names of a weight's slots: {"momentum"}.
  virtual std::vector<std::string> slot_names() const = 0;

  struct Entry {
    Variable weight;
    std::vector<Variable> slots;
    /// The squared norm of this gradient, or of all gradients, to clip by: a float64 scalar,
    /// undefined if nothing is clipped by a norm.
    Tensor squared_norm;
  };
  /// The factor by which clipping by a norm scales the gradient of `entry`, for updates that do not
  /// leave this to the backend; undefined if nothing is clipped.
  Tensor clip_factor(const Entry& entry) const;
  /// Updates `entries`, which have gradients. iterations() counts from 1.
  virtual void update(std::vector<Entry*>& entries) = 0;
  const GradientOptions& gradients() const noexcept { return gradients_; }

 private:
  std::string type_, name_;
  double learning_rate_;
  GradientOptions gradients_;
  std::int64_t iterations_ = 0;
  std::deque<Entry> entries_;  // a deque: growing during a step moves no entry
  void apply(std::vector<Entry*>& entries);
};

using OptimizerHandle = Handle<Optimizer>;

using OptimizerFactory = std::function<std::shared_ptr<Optimizer>(const Config& config)>;
/// Makes files and names that say `type` find an optimizer of your own. Registering a type again
/// replaces it; a built-in one cannot be replaced.
LAMINA_API void register_optimizer(const std::string& type, OptimizerFactory factory);

}  // namespace lamina
