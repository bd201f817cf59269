#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct MultiOptimizerOptions {
  OptimizerHandle default_optimizer;
  /// Optimizers by the paths of the weights that they step: "encoder/dense/kernel", or with . for
  /// any character and .* for any text: "encoder/.*".
  std::vector<std::pair<std::string, OptimizerHandle>> optimizer_map = {};
  std::optional<double> loss_scale_factor = {};
  std::string name = "multi_optimizer";
};

/// Several optimizers, each for weights of its own: learning rates by layer. Which one a weight has
/// is decided when it is first seen.
class LAMINA_API MultiOptimizer : public Optimizer {
 public:
  using Selector = std::function<std::shared_ptr<Optimizer>(const Variable& weight)>;
  explicit MultiOptimizer(MultiOptimizerOptions options);
  /// Asks a function for each weight's optimizer. No file can hold it.
  MultiOptimizer(Selector selector, std::optional<double> loss_scale_factor = {},
                 std::string name = "multi_optimizer");
  static std::shared_ptr<Optimizer> from_config(const Config& config);

  const std::vector<std::shared_ptr<Optimizer>>& optimizers() const noexcept { return inner_; }
  /// The optimizer of the weight of that path; a value error where several patterns fit it.
  const std::shared_ptr<Optimizer>& optimizer_for(const std::string& path) const;

  void build(const std::vector<Variable>& weights) override;
  void step(const std::vector<Variable>& weights) override;
  using Optimizer::step;
  std::vector<Variable> weights() const override;
  void finalize_variable_values(const std::vector<Variable>& weights) override;
  void set_loss_scale_factor(std::optional<double> factor) override;
  void set_batches(std::int64_t batches) override;
  double learning_rate() const override;
  void set_learning_rate(LearningRate learning_rate) override;
  Config config() const override;
  Config options() const override;
  void set_options(const Config& options) override;
  std::vector<OptimizerSlotVariable> slots() const override;
  std::vector<std::pair<std::string, Variable>> own_variables() const override;
  std::vector<Variable> variables() const override;
  std::vector<OptimizerWeightState> weight_states() const override;
  void restore(const std::vector<OptimizerWeightState>& states) override;

 protected:
  std::vector<SlotKind> slot_kinds(const Variable&) const override { return {}; }
  void update(std::vector<Entry*>&, const Step&) override {}

 private:
  struct Served {
    Variable weight;
    std::size_t optimizer;
  };
  std::size_t add(const std::shared_ptr<Optimizer>& optimizer);
  const Served* find_served(const Variable& weight) const;
  std::vector<std::vector<Variable>> by_optimizer(const std::vector<Variable>& weights) const;

  Selector selector_;
  std::shared_ptr<Optimizer> default_;
  std::vector<std::pair<std::string, std::shared_ptr<Optimizer>>> map_;
  std::vector<std::shared_ptr<Optimizer>> inner_;
  std::vector<Served> served_;
};

}  // namespace lamina
