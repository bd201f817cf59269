#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct GroupNormalizationOptions {
  std::int64_t groups = 32;  ///< -1 for one a channel
  std::int64_t axis = -1;
  double epsilon = 1e-3;
  bool center = true;
  bool scale = true;
  Initializer beta_initializer = "zeros";
  Initializer gamma_initializer = "ones";
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Constraint beta_constraint = {};
  Constraint gamma_constraint = {};
  std::string name = {};
};

/// Channels in groups, each less its mean over the sample, over its deviation; then times gamma,
/// plus beta, one a channel. Wu and He, 2018.
class LAMINA_API GroupNormalization : public UnaryLayer {
 public:
  explicit GroupNormalization(GroupNormalizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  GroupNormalizationOptions options_;
  int rank_ = 0, axis_ = 0;
  std::int64_t channels_ = 0, groups_ = 0;
  Variable gamma_, beta_;
};

}  // namespace lamina
