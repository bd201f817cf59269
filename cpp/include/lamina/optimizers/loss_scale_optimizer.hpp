#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct LossScaleOptimizerOptions {
  OptimizerHandle inner_optimizer;
  double initial_scale = 32768;
  std::int64_t dynamic_growth_steps = 2000;
  std::string name = "loss_scale_optimizer";
};

/// Differentiates the loss times a scale, and divides the gradients again: small ones of low
/// precision do not vanish. The scale doubles after dynamic_growth_steps steps with finite
/// gradients. A step whose gradients are not finite is left out and halves it; to know that, each
/// step waits for the device. Micikevicius et al., 2018, "Mixed precision training".
class LAMINA_API LossScaleOptimizer : public Optimizer {
 public:
  explicit LossScaleOptimizer(LossScaleOptimizerOptions options);
  static std::shared_ptr<Optimizer> from_config(const Config& config);

  Optimizer& inner_optimizer() const { return *inner_; }
  const std::shared_ptr<Optimizer>& shared_inner_optimizer() const { return inner_; }
  double dynamic_scale() const;

  void build(const std::vector<Variable>& weights) override;
  void step(const std::vector<Variable>& weights) override;
  using Optimizer::step;
  std::vector<Variable> weights() const override { return inner_->weights(); }
  Tensor scale_loss(const Tensor& loss) const override;
  void finalize_variable_values(const std::vector<Variable>& weights) override;
  std::int64_t iterations() const override { return inner_->iterations(); }
  const Variable& batches() const override { return inner_->batches(); }
  void set_batches(std::int64_t batches) override { inner_->set_batches(batches); }
  double learning_rate() const override { return inner_->learning_rate(); }
  void set_learning_rate(LearningRate learning_rate) override;
  const LearningRate& given_learning_rate() const override;
  Variable learning_rate_variable() const override { return inner_->learning_rate_variable(); }
  Config config() const override;
  Config options() const override;
  void set_options(const Config& options) override;
  std::vector<OptimizerSlotVariable> slots() const override { return inner_->slots(); }
  std::vector<std::pair<std::string, Variable>> own_variables() const override;
  std::vector<Variable> variables() const override;
  std::vector<OptimizerWeightState> weight_states() const override;
  void restore(const std::vector<OptimizerWeightState>& states) override;

 protected:
  std::vector<SlotKind> slot_kinds(const Variable&) const override { return {}; }
  void update(std::vector<Entry*>&, const Step&) override {}

 private:
  LossScaleOptimizerOptions options_;
  std::shared_ptr<Optimizer> inner_;
  Variable step_counter_, dynamic_scale_;  // on the CPU
};

}  // namespace lamina
