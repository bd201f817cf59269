#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct NadamOptions {
  LearningRate learning_rate = 0.001;
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

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  double momentum_at(std::int64_t step) const;
  double momentum_product(std::int64_t step);

  NadamOptions options_;
  struct Product {
    std::int64_t steps;
    double value;  // the momenta of the first `steps` steps, multiplied
  };
  std::vector<Product> products_;  // one for each number of steps that weights took
};

}  // namespace lamina
