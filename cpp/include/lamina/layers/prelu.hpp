#pragma once

#include <vector>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct PReLUOptions {
  Initializer alpha_initializer = "zeros";
  Regularizer alpha_regularizer = {};
  Constraint alpha_constraint = {};
  std::vector<std::int64_t> shared_axes = {};  ///< of the inputs, counted with the batch axis
  std::string name = {};
};

/// x, or alpha x below 0, where alpha is learnt: one for each place of a sample, shared along some
/// axes. He et al., 2015.
class LAMINA_API PReLU : public UnaryLayer {
 public:
  explicit PReLU(PReLUOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  PReLUOptions options_;
  Variable alpha_;
};

}  // namespace lamina
