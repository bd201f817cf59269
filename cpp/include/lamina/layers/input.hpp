#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

struct InputOptions {
  Shape shape;  ///< of one sample, without the batch axis
  std::string name = {};
};

/// States the shape of one sample, so that the model is built before it sees data.
class LAMINA_API Input : public Layer {
 public:
  explicit Input(InputOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  /// (None, shape...)
  Shape batch_shape() const;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  Shape adjusted(const Shape& given) const;
  InputOptions options_;
};

}  // namespace lamina
