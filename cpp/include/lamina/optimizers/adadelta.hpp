#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct AdadeltaOptions {
  LearningRate learning_rate = 0.001;
  double rho = 0.95;
  double epsilon = 1e-7;
  GradientOptions gradients = {};
  std::string name = "adadelta";
};

/// Steps as large as the root mean square of the last ones, over that of the gradients. Zeiler,
/// 2012, "ADADELTA: an adaptive learning rate method".
class LAMINA_API Adadelta : public Optimizer {
 public:
  explicit Adadelta(AdadeltaOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  AdadeltaOptions options_;
};

}  // namespace lamina
