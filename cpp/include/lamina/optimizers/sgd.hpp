#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct SGDOptions {
  LearningRate learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
  GradientOptions gradients = {};
  std::string name = "sgd";
};

/// w -= learning_rate g; with momentum m = momentum m - learning_rate g, w += m.
class LAMINA_API SGD : public Optimizer {
 public:
  explicit SGD(SGDOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  bool steps_by_rows() const;
  SGDOptions options_;
};

}  // namespace lamina
