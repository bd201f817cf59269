#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct SGDOptions {
  double learning_rate = 0.01;
  double momentum = 0;
  bool nesterov = false;
  GradientOptions gradients = {};
  std::string name = "SGD";
};

/// w -= learning_rate g; with momentum m = momentum m - learning_rate g, w += m.
class LAMINA_API SGD : public Optimizer {
 public:
  explicit SGD(SGDOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);
  Config config() const override;

 protected:
  std::vector<std::string> slot_names() const override;
  void update(std::vector<Entry*>& entries) override;

 private:
  bool steps_by_rows() const;
  SGDOptions options_;
};

}  // namespace lamina
