#pragma once

#include "lamina/layers/data_format.hpp"
#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct ResizingOptions {
  std::int64_t height, width;
  std::string interpolation = "bilinear";  ///< or "nearest", "bicubic", "lanczos3", "lanczos5"
  bool crop_to_aspect_ratio = false, pad_to_aspect_ratio = false;
  std::string fill_mode = "constant";  ///< of the border; the only one
  double fill_value = 0;
  bool antialias = false;
  DataFormat data_format = {};
  std::string name = {};
};

/// Images, or an image without a batch axis, in another size. Whole numbers stay whole.
class LAMINA_API Resizing : public UnaryLayer {
 public:
  explicit Resizing(ResizingOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<Dtype> output_dtypes() const override { return {output_dtype_}; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;
  Dtype input_dtype(Dtype given) const override { return is_floating(given) ? dtype() : given; }

 private:
  ResizingOptions options_;
  Dtype output_dtype_ = Dtype::float32;
};

}  // namespace lamina
