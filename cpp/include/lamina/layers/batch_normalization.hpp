#pragma once

#include "lamina/layers/fusing_layer.hpp"

namespace lamina {

struct BatchNormalizationOptions {
  std::int64_t axis = -1;
  double momentum = 0.99;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Initializer moving_mean_initializer = "zeros";
  Initializer moving_variance_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  std::string name = {};
};

/// Normalizes each channel by the batch's mean and variance in training, and by their moving
/// averages otherwise (or when not trainable). Ioffe and Szegedy, 2015.
class LAMINA_API BatchNormalization : public FusingLayer {
 public:
  explicit BatchNormalization(BatchNormalizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool fuses(const Activation& activation) const override;
  bool supports_masking() const override { return true; }
  /// Whether outside training it is a factor and an offset for each channel, on the last axis.
  bool scales_channels() const noexcept { return axis_ == rank_ - 1; }
  /// Sets their current values. False if one is not finite: folding it into another layer would
  /// then give a different NaN pattern.
  bool scale_into(Epilogue& epilogue) const;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) final;
  Tensor call_fused(const Tensor& inputs, bool training, const Epilogue& epilogue) override;
  bool accepts(const Shape& input_shape) const override;
  bool take_option(std::string_view key, const Layer& from) override;

 private:
  Tensor call_by_operations(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                            bool training);
  void update_moving(Variable& moving, const Tensor& batch) const;
  BatchNormalizationOptions options_;
  /// Factors of channels for the statistics and parameters of these versions.
  struct Folded;
  std::shared_ptr<const Folded> folded() const;

  int rank_ = 0, axis_ = -1;
  mutable std::shared_ptr<const Folded> folded_;
  Variable gamma_, beta_, moving_mean_, moving_variance_;
};

}  // namespace lamina
