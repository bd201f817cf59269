#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct RMSpropOptions {
  LearningRate learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0;
  double epsilon = 1e-7;
  bool centered = false;
  GradientOptions gradients = {};
  std::string name = "rm_sprop";
};

/// w -= learning_rate g / sqrt(v + epsilon), where v is a running mean of g^2 (centered: less the
/// square of the running mean of g). Tieleman and Hinton, 2012.
class LAMINA_API RMSprop : public Optimizer {
 public:
  explicit RMSprop(RMSpropOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  RMSpropOptions options_;
};

}  // namespace lamina
