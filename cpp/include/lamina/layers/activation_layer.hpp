#pragma once

#include "lamina/layers/unary_layer.hpp"
#include "lamina/ops/activation.hpp"

namespace lamina {

struct ActivationLayerOptions {
  Activation activation;
  std::string name = {};
};

/// Applies an activation function: Keras's layer `Activation`, which is its type in files.
class LAMINA_API ActivationLayer : public UnaryLayer {
 public:
  explicit ActivationLayer(ActivationLayerOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }
  const Activation& activation() const noexcept { return options_.activation; }

 protected:
  Tensor call(const Tensor& inputs, bool training) final;

 private:
  ActivationLayerOptions options_;
};

}  // namespace lamina
