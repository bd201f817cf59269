#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct AdamaxOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  GradientOptions gradients = {};
  std::string name = "adamax";
};

/// Adam by the largest gradient, of a memory that fades, in place of the root of the mean square.
/// Kingma and Ba, 2015, section 7.1.
class LAMINA_API Adamax : public Optimizer {
 public:
  explicit Adamax(AdamaxOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  AdamaxOptions options_;
};

}  // namespace lamina
