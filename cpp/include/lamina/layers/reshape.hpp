#pragma once

#include <vector>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct ReshapeOptions {
  std::vector<std::int64_t> target_shape = {};  ///< of one sample
  std::string name = {};
};

/// Samples of another shape; one extent may be -1.
class LAMINA_API Reshape : public UnaryLayer {
 public:
  explicit Reshape(ReshapeOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  ReshapeOptions options_;
};

}  // namespace lamina
