#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct AdamOptions {
  double learning_rate = 0.001;
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
  Config config() const override;

 protected:
  std::vector<std::string> slot_names() const override;
  void update(std::vector<Entry*>& entries) override;

  Adam(const char* type, AdamOptions options);

 private:
  AdamOptions options_;
};

/// Adam whose weights decay by `gradients.weight_decay` (0.004 unless given), apart from the
/// gradient. Loshchilov and Hutter, 2019, "Decoupled weight decay regularization".
class LAMINA_API AdamW : public Adam {
 public:
  explicit AdamW(AdamOptions options = {.name = "adamw"});
  static std::shared_ptr<Optimizer> from_config(const Config& config);
};

}  // namespace lamina
