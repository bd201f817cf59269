#pragma once

#include <optional>

#include "lamina/layers/layer.hpp"

namespace lamina {

struct ReLUOptions {
  std::optional<double> max_value = {};
  double negative_slope = 0;
  double threshold = 0;
  std::string name = {};
};

/// Rectified linear unit with Keras's three arguments; see ops::relu.
class LAMINA_API ReLU : public Layer {
 public:
  explicit ReLU(ReLUOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  std::optional<Epilogue> as_epilogue() const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  ReLUOptions options_;
};

}  // namespace lamina
