#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct LionOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.99;
  GradientOptions gradients = {};
  std::string name = "lion";
};

/// Steps of one size, by the sign of a mean of gradients. Chen et al., 2023, "Symbolic discovery of
/// optimization algorithms".
class LAMINA_API Lion : public Optimizer {
 public:
  explicit Lion(LionOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  LionOptions options_;
};

}  // namespace lamina
