#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

struct RescalingOptions {
  double scale;
  double offset = 0;
  std::string name = {};
};

/// scale x + offset.
class LAMINA_API Rescaling : public Layer {
 public:
  explicit Rescaling(RescalingOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  RescalingOptions options_;
};

}  // namespace lamina
