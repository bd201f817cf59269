#include "lamina/layers/center_crop.hpp"

#include "lamina/ops/image.hpp"
#include "layers/image_axes.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, CenterCropOptions& options) {
  visit("height", options.height);
  visit("width", options.width);
  visit("data_format", options.data_format);
}

CenterCrop::CenterCrop(CenterCropOptions options)
    : UnaryLayer("CenterCrop", options.name), options_(std::move(options)) {
  require(options_.height > 0, label(), "height", options_.height, "above 0");
  require(options_.width > 0, label(), "width", options_.width, "above 0");
}

std::shared_ptr<Layer> CenterCrop::from_config(const Config& config) {
  return layer_from_config<CenterCrop>(config, CenterCropOptions{.height = 0, .width = 0});
}

Config CenterCrop::config() const { return with_options(base_config(), options_); }

Shape CenterCrop::output_shape(const Shape& input_shape) const {
  return with_size(label(), input_shape, options_.data_format, options_.height, options_.width);
}

void CenterCrop::build(const Shape& input_shape) { output_shape(input_shape); }

Tensor CenterCrop::call(const Tensor& inputs, bool /*training*/) {
  return ops::center_crop(inputs, options_.height, options_.width,
                          options_.data_format.channels_first());
}

bool CenterCrop::accepts(const Shape& input_shape) const {
  return input_shape.rank() == 3 || input_shape.rank() == 4;
}

}  // namespace lamina
