#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct AdagradOptions {
  LearningRate learning_rate = 0.001;
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;
  GradientOptions gradients = {};
  std::string name = "adagrad";
};

/// w -= learning_rate g / sqrt(s + epsilon), where s sums the squares of all gradients. Duchi,
/// Hazan and Singer, 2011, "Adaptive subgradient methods for online learning and stochastic
/// optimization".
class LAMINA_API Adagrad : public Optimizer {
 public:
  explicit Adagrad(AdagradOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  AdagradOptions options_;
};

}  // namespace lamina
