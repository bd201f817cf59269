#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct LambOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  GradientOptions gradients = {};
  std::string name = "lamb";
};

/// Adam whose step, for each weight, is as long as the weight itself times the learning rate. You
/// et al., 2020, "Large batch optimization for deep learning: training BERT in 76 minutes".
class LAMINA_API Lamb : public Optimizer {
 public:
  explicit Lamb(LambOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  LambOptions options_;
};

}  // namespace lamina
