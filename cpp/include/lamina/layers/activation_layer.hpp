#pragma once

#include "lamina/layers/layer.hpp"
#include "lamina/ops/activation.hpp"

namespace lamina {

struct ActivationLayerOptions {
  Activation activation;
  std::string name = {};
};

/// Applies an activation function; Keras's layer `Activation`, under which name files hold it.
class LAMINA_API ActivationLayer : public Layer {
 public:
  explicit ActivationLayer(ActivationLayerOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  std::optional<Epilogue> as_epilogue() const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  ActivationLayerOptions options_;
};

}  // namespace lamina
