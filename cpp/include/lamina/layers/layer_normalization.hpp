#pragma once

#include <vector>

#include "lamina/layers/axes_last.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct LayerNormalizationOptions {
  std::vector<std::int64_t> axis = {-1};  ///< one or several; negative ones count from the end
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

/// Each sample less its mean over some axes, over its deviation, times gamma, plus beta. Ba et al.,
/// 2016.
class LAMINA_API LayerNormalization : public UnaryLayer {
 public:
  explicit LayerNormalization(LayerNormalizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;
  bool take_option(std::string_view key, const Layer& from) override;

 private:
  LayerNormalizationOptions options_;
  AxesLast axes_;
  Variable gamma_, beta_;
};

}  // namespace lamina
