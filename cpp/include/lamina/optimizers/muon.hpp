#pragma once

#include "lamina/optimizers/optimizer.hpp"

namespace lamina {

struct MuonOptions {
  LearningRate learning_rate = 0.001;
  double adam_beta_1 = 0.9;
  double adam_beta_2 = 0.999;
  std::optional<double> adam_weight_decay = 0.004;
  double epsilon = 1e-7;
  GradientOptions gradients = {.weight_decay = 0.004};
  std::string name = "muon";
  std::vector<std::string> exclude_layers = {};  ///< parts of the paths of weights
  bool exclude_embeddings = true;
  double muon_a = 3.4445, muon_b = -4.775, muon_c = 2.0315;
  double adam_lr_ratio = 1;
  double momentum = 0.95;
  std::int64_t ns_steps = 5;  ///< Newton-Schulz iterations
  bool nesterov = true;
  std::optional<double> rms_rate = 0.2;  ///< root mean square of a step of rate 1
};

/// Matrices step by their momentum with all singular values brought near 1; other weights, and
/// those that are excluded, by AdamW. Jordan et al., 2024, "Muon: an optimizer for hidden layers in
/// neural networks"; Liu et al., 2025, "Muon is scalable for LLM training".
class LAMINA_API Muon : public Optimizer {
 public:
  explicit Muon(MuonOptions options = {});
  static std::shared_ptr<Optimizer> from_config(const Config& config);

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  std::optional<double> weight_decay_of(const Entry& entry) const override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  bool steps_by_adam(const Variable& weight) const;
  void update_matrix(Entry& entry, const Step& step);
  Tensor orthogonal(Tensor x) const;
  MuonOptions options_;
};

}  // namespace lamina
