#pragma once

#include <optional>

#include "lamina/layers/layer.hpp"

namespace lamina {

struct GaussianDropoutOptions {
  double rate;
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// In training multiplies by normal noise of mean 1 and deviation sqrt(rate / (1 - rate)).
/// Srivastava et al., 2014.
class LAMINA_API GaussianDropout : public Layer {
 public:
  explicit GaussianDropout(GaussianDropoutOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  GaussianDropoutOptions options_;
  RandomStream random_;
};

}  // namespace lamina
