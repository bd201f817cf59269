#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct FlattenOptions {
  std::string name = {};
};

/// Joins all axes but the batch: (batch, a, b, ...) to (batch, a b ...).
class LAMINA_API Flatten : public UnaryLayer {
 public:
  explicit Flatten(FlattenOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;
};

}  // namespace lamina
