#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct CenterCropOptions {
  std::int64_t height, width;
  DataFormat data_format = {};
  std::string name = {};
};

/// The part in the middle of images, or of an image without a batch axis. Smaller ones are cut to
/// its proportions and resized.
class LAMINA_API CenterCrop : public UnaryLayer {
 public:
  explicit CenterCrop(CenterCropOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  CenterCropOptions options_;
};

}  // namespace lamina
