#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct FtrlOptions {
  LearningRate learning_rate = 0.001;
  double learning_rate_power = -0.5;
  double initial_accumulator_value = 0.1;
  double l1_regularization_strength = 0;
  double l2_regularization_strength = 0;
  double l2_shrinkage_regularization_strength = 0;
  double beta = 0;
  GradientOptions gradients = {};
  std::string name = "ftrl";
};

/// "Follow the regularized leader": sparse weights by an L1 penalty. McMahan et al., 2013, "Ad
/// click prediction: a view from the trenches".
class LAMINA_API Ftrl : public Optimizer {
 public:
  explicit Ftrl(FtrlOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  FtrlOptions options_;
};

}  // namespace lamina
