#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct RepeatVectorOptions {
  std::int64_t n;
  std::string name = {};
};

/// Each sample (features) n times: (n, features).
class LAMINA_API RepeatVector : public UnaryLayer {
 public:
  explicit RepeatVector(RepeatVectorOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  RepeatVectorOptions options_;
};

}  // namespace lamina
