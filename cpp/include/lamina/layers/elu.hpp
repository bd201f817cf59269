#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct ELUOptions {
  double alpha = 1;
  std::string name = {};
};

/// x, or alpha (e^x - 1) below 0. Clevert et al., 2016.
class LAMINA_API ELU : public UnaryLayer {
 public:
  explicit ELU(ELUOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  ELUOptions options_;
};

}  // namespace lamina
