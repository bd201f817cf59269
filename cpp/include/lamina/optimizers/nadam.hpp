#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct NadamOptions {
  double learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  GradientOptions gradients = {};
  std::string name = "nadam";
};

/// Adam with Nesterov's momentum, which beta_1 bounds and which rises from 0.52 beta_1 with the
/// steps. Dozat, 2016, "Incorporating Nesterov momentum into Adam".
class LAMINA_API Nadam : public Optimizer {
 public:
  explicit Nadam(NadamOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);
  Config config() const override;

 protected:
  std::vector<std::string> slot_names() const override;
  void update(std::vector<Entry*>& entries) override;

 private:
  double momentum_at(std::int64_t step) const;
  double momentum_product();

  NadamOptions options_;
  std::int64_t product_steps_ = 0;
  double product_ = 1;  // of the momenta of the first product_steps_ steps
};

}  // namespace lamina
