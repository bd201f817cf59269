#pragma once

#include <vector>

#include "lamina/layers/axes_last.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct RMSNormalizationOptions {
  std::vector<std::int64_t> axis = {-1};  ///< one or several; negative ones count from the end
  double epsilon = 1e-6;
  std::string name = {};
};

/// Each sample over its root mean square over some axes, times a scale. Zhang and Sennrich, 2019.
class LAMINA_API RMSNormalization : public UnaryLayer {
 public:
  explicit RMSNormalization(RMSNormalizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  RMSNormalizationOptions options_;
  AxesLast axes_;
  Variable scale_;
};

}  // namespace lamina
