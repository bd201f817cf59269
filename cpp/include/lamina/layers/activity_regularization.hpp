#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct ActivityRegularizationOptions {
  double l1 = 0;
  double l2 = 0;
  std::string name = {};
};

/// Passes inputs on and adds l1 sum |x| + l2 sum x^2, over the number of samples, to the loss.
class LAMINA_API ActivityRegularization : public UnaryLayer {
 public:
  explicit ActivityRegularization(ActivityRegularizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  ActivityRegularizationOptions options_;
  Regularizer regularizer_;
};

}  // namespace lamina
