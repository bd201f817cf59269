#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct AdafactorOptions {
  LearningRate learning_rate = 0.001;
  double beta_2_decay = -0.8;
  double epsilon_1 = 1e-30;
  double epsilon_2 = 1e-3;
  double clip_threshold = 1;
  bool relative_step = true;  ///< whether the rate is at most 1 / sqrt(step)
  GradientOptions gradients = {};
  std::string name = "adafactor";
};

/// Of the squared gradients of a matrix keeps means over rows and over columns only. Shazeer and
/// Stern, 2018, "Adafactor: adaptive learning rates with sublinear memory cost".
class LAMINA_API Adafactor : public Optimizer {
 public:
  explicit Adafactor(AdafactorOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  void update_one(Entry& entry, const Step& step);
  AdafactorOptions options_;
};

}  // namespace lamina
