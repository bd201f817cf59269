#pragma once

#include <optional>

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct RandomFlipOptions {
  std::string mode = "horizontal_and_vertical";  ///< or "horizontal", "vertical"
  std::optional<std::int64_t> seed = {};
  DataFormat data_format = {};
  std::string name = {};
};

/// Flips half of the images in training, otherwise passes images on. In the mode
/// "horizontal_and_vertical" an image is turned around, or left alone.
class LAMINA_API RandomFlip : public UnaryLayer {
 public:
  explicit RandomFlip(RandomFlipOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  RandomFlipOptions options_;
  RandomStream random_;
};

}  // namespace lamina
