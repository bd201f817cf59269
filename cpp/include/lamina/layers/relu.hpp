#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct ReLUOptions {
  std::optional<double> max_value = {};
  double negative_slope = 0;
  double threshold = 0;
  std::string name = {};
};

/// Rectified linear unit with Keras's three arguments; see ops::relu.
class LAMINA_API ReLU : public UnaryLayer {
 public:
  explicit ReLU(ReLUOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }
  /// Whether it is max(x, 0).
  bool is_plain() const;

 protected:
  Tensor call(const Tensor& inputs, bool training) final;

 private:
  ReLUOptions options_;
};

}  // namespace lamina
