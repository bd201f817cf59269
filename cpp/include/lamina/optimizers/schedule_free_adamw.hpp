#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct ScheduleFreeAdamWOptions {
  LearningRate learning_rate = 0.0025;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-8;
  std::int64_t warmup_steps = 0;  ///< over which the learning rate rises from 0
  GradientOptions gradients = {};
  std::string name = "schedule_free_adam_w";
};

/// Adam's steps of a point z, whose mean x is what is learnt; the weights lie between both, at
/// beta_1 x + (1 - beta_1) z. Defazio et al., 2024, "The road less scheduled".
class LAMINA_API ScheduleFreeAdamW : public Optimizer {
 public:
  explicit ScheduleFreeAdamW(ScheduleFreeAdamWOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  ScheduleFreeAdamWOptions options_;
};

}  // namespace lamina
