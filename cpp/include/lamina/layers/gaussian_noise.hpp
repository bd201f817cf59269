#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct GaussianNoiseOptions {
  double stddev;
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// In training adds normal noise of mean 0.
class LAMINA_API GaussianNoise : public UnaryLayer {
 public:
  explicit GaussianNoise(GaussianNoiseOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  GaussianNoiseOptions options_;
  RandomStream random_;
};

}  // namespace lamina
