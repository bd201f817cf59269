#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct LeakyReLUOptions {
  double negative_slope = 0.3;
  std::string name = {};
};

/// x, or negative_slope x below 0. Maas et al., 2013.
class LAMINA_API LeakyReLU : public UnaryLayer {
 public:
  explicit LeakyReLU(LeakyReLUOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  LeakyReLUOptions options_;
};

}  // namespace lamina
