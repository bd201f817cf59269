#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct GaussianDropoutOptions {
  double rate;
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// In training multiplies by normal noise of mean 1 and deviation sqrt(rate / (1 - rate)).
/// Srivastava et al., 2014.
class LAMINA_API GaussianDropout : public UnaryLayer {
 public:
  explicit GaussianDropout(GaussianDropoutOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  GaussianDropoutOptions options_;
  RandomStream random_;
};

}  // namespace lamina
