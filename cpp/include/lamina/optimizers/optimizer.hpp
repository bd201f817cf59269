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
#include "lamina/optimizers/schedules.hpp"

namespace lamina {

/// Options all optimizers share. At most one kind of clipping may be given.
struct GradientOptions {
  std::optional<double> weight_decay = {};     ///< share that a step of rate 1 takes of a weight
  std::optional<double> clipnorm = {};         ///< largest norm of one weight's gradient
  std::optional<double> clipvalue = {};        ///< largest magnitude of one element
  std::optional<double> global_clipnorm = {};  ///< largest norm of all gradients together
  bool use_ema = false;                        ///< whether to keep running means of the weights
  double ema_momentum = 0.99;
  std::optional<std::int64_t> ema_overwrite_frequency = {};  ///< steps until they become weights
  std::optional<double> loss_scale_factor = {};  ///< what the loss is multiplied by for backward
  std::optional<std::int64_t> gradient_accumulation_steps = {};  ///< batches a step is the mean of
};

/// What an optimizer keeps for a weight: `variable` is named "momentum".
struct OptimizerSlotVariable {
  Variable weight, variable;
};

/// What else a file must know of a weight that an optimizer serves.
struct OptimizerWeightState {
  Variable weight;
  std::int64_t steps;  ///< since it joined: fewer than the optimizer took where that was later
  bool decays;
};

class LAMINA_API Optimizer {
 public:
  Optimizer(std::string type, std::string name, LearningRate learning_rate,
            GradientOptions gradients);
  virtual ~Optimizer();
  /// With state of its own, for the same weights.
  Optimizer(const Optimizer& other);
  /// "sgd", "adam".
  static std::shared_ptr<Optimizer> from_name(const std::string& name);
  static std::shared_ptr<Optimizer> make(const std::string& type, const Config& config);

  /// Makes slots for weights it has not seen.
  virtual void build(const std::vector<Variable>& weights);
  /// One step from the gradients accumulated on `weights`; those without one are left alone.
  virtual void step(const std::vector<Variable>& weights);
  /// One step for all weights it was built for.
  void step();
  /// One step by these gradients; a weight whose gradient is undefined stays.
  void apply(const TensorList& gradients, const std::vector<Variable>& weights);
  /// Forgets the gradients of all weights it was built for.
  void zero_grad();
  /// The weights it was built for.
  virtual std::vector<Variable> weights() const;
  /// The loss to differentiate: multiplied where gradients are divided again.
  virtual Tensor scale_loss(const Tensor& loss) const;
  virtual void set_loss_scale_factor(std::optional<double> factor);
  /// Gives the weights the values of their running means, if it keeps these (use_ema).
  virtual void finalize_variable_values(const std::vector<Variable>& weights);
  /// These weights, and all whose name contains one of `names`, do not decay. Only before it is
  /// built.
  void exclude_from_weight_decay(const std::vector<Variable>& weights,
                                 const std::vector<std::string>& names = {});

  const std::string& type() const noexcept { return type_; }
  const std::string& name() const noexcept { return name_; }
  /// Steps taken. With gradient_accumulation_steps a step is so many batches.
  virtual std::int64_t iterations() const;
  /// Batches whose gradients it took; schedules count them. Lives on the CPU.
  virtual const Variable& batches() const { return batches_; }
  virtual void set_batches(std::int64_t batches);
  /// For the next step.
  virtual double learning_rate() const;
  /// A type error where it has a schedule, unless by another schedule.
  virtual void set_learning_rate(LearningRate learning_rate);
  virtual const LearningRate& given_learning_rate() const;
  /// The number that is the learning rate, as a float32 scalar on the CPU that may be assigned;
  /// undefined where it is a schedule or a function.
  virtual Variable learning_rate_variable() const;
  virtual Config config() const;
  /// The configuration without name and learning rate.
  virtual Config options() const;
  /// Changes options other than name and learning rate. What decides which slots there are is
  /// refused once it is built.
  virtual void set_options(const Config& options);
  /// In the order of the weights they serve.
  virtual std::vector<OptimizerSlotVariable> slots() const;
  /// State that belongs to no weight, by names of its own.
  virtual std::vector<std::pair<std::string, Variable>> own_variables() const { return {}; }
  /// Everything that changes, in Keras's order: batches, learning rate, own, running means,
  /// accumulated gradients, slots.
  virtual std::vector<Variable> variables() const;
  virtual std::vector<OptimizerWeightState> weight_states() const;
  virtual void restore(const std::vector<OptimizerWeightState>& states);

 protected:
  /// One kind of slot. Slots of one list stand together for each weight, lists one after another.
  struct SlotKind {
    std::string name;
    double initial_value = 0;
    int list = 0;
    std::optional<Shape> shape = {};  ///< by default that of the weight
    bool copies_weight = false;       ///< begins with the weight's value
  };
  virtual std::vector<SlotKind> slot_kinds(const Variable& weight) const = 0;

  struct Entry {
    Variable weight;
    std::vector<Variable> slots;
    std::vector<int> lists;         // of the slots
    Variable average, accumulated;  // undefined unless the options ask for them
    std::int64_t joined = 0;        // iterations() when it was built: its steps count from there
    bool decays = true;
    /// The squared norm of this gradient, or of all gradients, to clip by: a float64 scalar,
    /// undefined if nothing is clipped by a norm.
    Tensor squared_norm;
    /// The gradient before it is scaled and clipped.
    const Tensor& gradient() const {
      return accumulated.defined() ? accumulated.value() : weight.grad();
    }
  };
  /// What is the same for all weights of one call of `update`.
  struct Step {
    std::int64_t count;  ///< from 1: steps since these weights joined, this one included
    double learning_rate;
    double gradient_scale;  ///< what gradients are multiplied by first
  };
  /// Updates `entries`, which have gradients.
  virtual void update(std::vector<Entry*>& entries, const Step& step) = 0;
  /// Options of its own to a configuration, and from one that may name but some of them.
  virtual void write_options(Config& options) const { (void)options; }
  virtual void read_options(const Config& options) { (void)options; }
  const GradientOptions& gradients() const noexcept { return gradients_; }
  /// The share of this weight that a step of rate 1 takes.
  virtual std::optional<double> weight_decay_of(const Entry& /*entry*/) const {
    return gradients_.weight_decay;
  }

  // For an optimizer with the slots, options and formula of another, which holds the state itself:
  static std::vector<SlotKind> slot_kinds_of(const Optimizer& other, const Variable& weight) {
    return other.slot_kinds(weight);
  }
  static void update_by(Optimizer& other, std::vector<Entry*>& entries, const Step& step) {
    other.update(entries, step);
  }
  static std::optional<double> weight_decay_by(const Optimizer& other, const Entry& entry) {
    return other.weight_decay_of(entry);
  }
  static void write_options_of(const Optimizer& other, Config& options) {
    other.write_options(options);
  }
  static const GradientOptions& gradients_of(const Optimizer& other) { return other.gradients_; }

  // For updates that are not left to one call of the backend:
  /// The gradient of `entry` scaled and clipped.
  Tensor used_gradient(const Entry& entry, const Step& step) const;
  void decay(Entry& entry, std::optional<double> weight_decay, const Step& step) const;
  Entry* find(const Variable& weight);
  /// The steps that a weight has taken with the next one.
  std::int64_t next_count(const Entry& entry) const { return iterations() + 1 - entry.joined; }

 private:
  std::string type_, name_;
  LearningRate learning_rate_;
  Variable rate_variable_;  // learning_rate_ where that is a number, unless it was assigned since
  GradientOptions gradients_;
  Variable batches_;
  std::vector<Variable> excluded_;
  std::vector<std::string> excluded_names_;
  std::deque<Entry> entries_;  // a deque: growing during a step moves no entry

  void make_entry(const Variable& weight);
  std::vector<Entry*> entries_with_gradients(const std::vector<Variable>& weights);
  bool accumulate(const std::vector<Entry*>& entries, double scale);
  void apply(std::vector<Entry*>& entries, double gradient_scale);
  void update_by_count(std::vector<Entry*>& entries, Step step);
  void average_weights();
};

using OptimizerHandle = Handle<Optimizer>;

using OptimizerFactory = std::function<std::shared_ptr<Optimizer>(const Config& config)>;
/// Makes files and names that say `type` find an optimizer of your own. Registering a type again
/// replaces it; a built-in one cannot be replaced.
LAMINA_API void register_optimizer(const std::string& type, OptimizerFactory factory);

}  // namespace lamina
