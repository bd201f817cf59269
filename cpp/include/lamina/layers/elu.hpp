#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

struct ELUOptions {
  double alpha = 1;
  std::string name = {};
};

/// x, or alpha (e^x - 1) below 0. Clevert et al., 2016.
class LAMINA_API ELU : public Layer {
 public:
  explicit ELU(ELUOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  ELUOptions options_;
};

}  // namespace lamina
