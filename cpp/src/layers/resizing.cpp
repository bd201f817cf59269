#include "lamina/layers/resizing.hpp"

#include "lamina/ops/image.hpp"
#include "layers/image_axes.hpp"
#include "layers/options.hpp"
#include "layers/probing.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ResizingOptions& options) {
  visit("height", options.height);
  visit("width", options.width);
  visit("interpolation", options.interpolation);
  visit("crop_to_aspect_ratio", options.crop_to_aspect_ratio);
  visit("pad_to_aspect_ratio", options.pad_to_aspect_ratio);
  visit("fill_mode", options.fill_mode);
  visit("fill_value", options.fill_value);
  visit("antialias", options.antialias);
  visit("data_format", options.data_format);
}

Resizing::Resizing(ResizingOptions options)
    : UnaryLayer("Resizing", options.name), options_(std::move(options)) {
  const std::string& method = options_.interpolation;
  require(options_.height > 0, label(), "height", options_.height, "above 0");
  require(options_.width > 0, label(), "width", options_.width, "above 0");
  require(method == "nearest" || method == "bilinear" || method == "bicubic" ||
              method == "lanczos3" || method == "lanczos5",
          label(), "interpolation", method, "nearest, bilinear, bicubic, lanczos3 or lanczos5");
  require(options_.fill_mode == "constant", label(), "fill_mode", options_.fill_mode, "'constant'");
  require(!options_.crop_to_aspect_ratio || !options_.pad_to_aspect_ratio, label(),
          "pad_to_aspect_ratio", options_.pad_to_aspect_ratio,
          "False beside crop_to_aspect_ratio=True");
}

std::shared_ptr<Layer> Resizing::from_config(const Config& config) {
  return layer_from_config<Resizing>(config, ResizingOptions{.height = 0, .width = 0});
}

Config Resizing::config() const { return with_options(base_config(), options_); }

Shape Resizing::output_shape(const Shape& input_shape) const {
  return with_size(label(), input_shape, options_.data_format, options_.height, options_.width);
}

void Resizing::build(const Shape& input_shape) {
  output_shape(input_shape);
  output_dtype_ = ProbeScope::dtype_of(0, dtype());
}

Tensor Resizing::call(const Tensor& inputs, bool /*training*/) {
  return ops::resize(inputs, options_.height, options_.width,
                     {.interpolation = options_.interpolation,
                      .antialias = options_.antialias,
                      .crop_to_aspect_ratio = options_.crop_to_aspect_ratio,
                      .pad_to_aspect_ratio = options_.pad_to_aspect_ratio,
                      .fill_value = options_.fill_value,
                      .channels_first = options_.data_format.channels_first()});
}

bool Resizing::accepts(const Shape& input_shape) const {
  return input_shape.rank() == 3 || input_shape.rank() == 4;
}

}  // namespace lamina
