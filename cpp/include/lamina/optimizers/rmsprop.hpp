#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct RMSpropOptions {
  double learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0;
  double epsilon = 1e-7;
  bool centered = false;
  GradientOptions gradients = {};
  std::string name = "rmsprop";
};

/// w -= learning_rate g / sqrt(v + epsilon), where v is a running mean of g^2 (centered: less the
/// square of the running mean of g). Tieleman and Hinton, 2012.
class LAMINA_API RMSprop : public Optimizer {
 public:
  explicit RMSprop(RMSpropOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);
  Config config() const override;

 protected:
  std::vector<std::string> slot_names() const override;
  void update(std::vector<Entry*>& entries) override;

 private:
  RMSpropOptions options_;
};

}  // namespace lamina
