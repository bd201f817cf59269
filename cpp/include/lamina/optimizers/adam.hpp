#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct AdamOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
  GradientOptions gradients = {};
  std::string name = "adam";
};

/// Kingma and Ba, 2015, "Adam: a method for stochastic optimization".
class LAMINA_API Adam : public Optimizer {
 public:
  explicit Adam(AdamOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

  Adam(const char* type, AdamOptions options);

 private:
  AdamOptions options_;
};

/// Adam whose weights decay by `gradients.weight_decay` (0.004 unless given), apart from the
/// gradient. Loshchilov and Hutter, 2019, "Decoupled weight decay regularization".
class LAMINA_API AdamW : public Adam {
 public:
  explicit AdamW(AdamOptions options = {.name = "adam_w"});
  static std::shared_ptr<Optimizer> from_config(const Config& config);
};

}  // namespace lamina
