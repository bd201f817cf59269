#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct RescalingOptions {
  double scale;
  double offset = 0;
  std::string name = {};
};

/// scale x + offset.
class LAMINA_API Rescaling : public UnaryLayer {
 public:
  explicit Rescaling(RescalingOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  RescalingOptions options_;
};

}  // namespace lamina
