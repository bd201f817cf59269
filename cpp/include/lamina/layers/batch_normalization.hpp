#pragma once

#include "lamina/layers/layer.hpp"

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
class LAMINA_API BatchNormalization : public Layer {
 public:
  explicit BatchNormalization(BatchNormalizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool fuses(const Epilogue& next, const Shape& input_shape) const override;
  std::optional<Epilogue> as_epilogue() const override;
  bool scale_into(Epilogue& epilogue) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  Tensor call_with(const Tensor& inputs, bool training, const Epilogue& next) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  Tensor call_on_inner_axis(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                            bool training);
  void update_moving(Variable& moving, const Tensor& batch) const;
  BatchNormalizationOptions options_;
  int rank_ = 0, axis_ = -1;
  Variable gamma_, beta_, moving_mean_, moving_variance_;
};

}  // namespace lamina
