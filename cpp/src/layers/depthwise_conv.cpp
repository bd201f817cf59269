#include "lamina/layers/depthwise_conv.hpp"

#include "core/extents.hpp"
#include "layers/conv_windows.hpp"
#include "layers/data_format.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, DepthwiseConvOptions& options) {
  visit("kernel_size", options.kernel_size);
  visit("strides", options.strides);
  visit("padding", options.padding);
  visit("depth_multiplier", options.depth_multiplier);
  visit("data_format", options.data_format);
  visit("dilation_rate", options.dilation_rate);
  visit("activation", options.activation);
  visit("use_bias", options.use_bias);
  visit("depthwise_initializer", options.depthwise_initializer);
  visit("bias_initializer", options.bias_initializer);
  visit("depthwise_regularizer", options.depthwise_regularizer);
  visit("bias_regularizer", options.bias_regularizer);
  visit("activity_regularizer", options.activity_regularizer);
  visit("depthwise_constraint", options.depthwise_constraint);
  visit("bias_constraint", options.bias_constraint);
}

template <int rank>
DepthwiseConv<rank>::DepthwiseConv(DepthwiseConvOptions options)
    : Layer(concat("DepthwiseConv", rank, "D"), options.name), options_(std::move(options)) {
  require(options_.depth_multiplier > 0, label(), "depth_multiplier", options_.depth_multiplier,
          "above 0");
  prepare_windows<rank>(label(), options_, false);
  settings_ = {options_.strides.extents, options_.padding, options_.dilation_rate.extents};
}

template <int rank>
std::shared_ptr<Layer> DepthwiseConv<rank>::from_config(const Config& config) {
  return layer_from_config<DepthwiseConv>(config, DepthwiseConvOptions{.kernel_size = {}});
}

template <int rank>
Config DepthwiseConv<rank>::config() const {
  return with_options(base_config(), options_);
}

template <int rank>
Shape DepthwiseConv<rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, options_.data_format);
  const Shape inputs = to_channels_last(input_shape, options_.data_format);
  const Shape outputs =
      ops::conv_shape(label(), inputs, options_.kernel_size.extents,
                      inputs.last() == Shape::none
                          ? Shape::none
                          : checked_multiply(label(), inputs.last(), options_.depth_multiplier),
                      settings_);
  return from_channels_last(outputs, options_.data_format);
}

template <int rank>
void DepthwiseConv<rank>::build(const Shape& input_shape) {
  output_shape(input_shape);  // refuses inputs that are too small
  const std::int64_t channels = to_channels_last(input_shape, options_.data_format).last();
  require(channels > 0, label(), "channels", channels, "known, and above 0");
  Shape kernel(options_.kernel_size.extents);
  kernel.push_back(channels);
  kernel.push_back(options_.depth_multiplier);
  kernel_ = add_weight("kernel", kernel, options_.depthwise_initializer,
                       {options_.depthwise_regularizer, options_.depthwise_constraint});
  if (!options_.use_bias) return;
  bias_ =
      add_weight("bias", {checked_multiply(label(), channels, options_.depth_multiplier)},
                 options_.bias_initializer, {options_.bias_regularizer, options_.bias_constraint});
}

template <int rank>
Tensor DepthwiseConv<rank>::call(const Tensor& inputs, bool /*training*/) {
  const Tensor x = to_channels_last(inputs, options_.data_format);
  const Tensor outputs = ops::depthwise_conv(
      x, kernel_, options_.use_bias ? bias_.value() : Tensor(), settings_, options_.activation);
  regularize_activity(options_.activity_regularizer, outputs);
  return from_channels_last(outputs, options_.data_format);
}

template <int rank>
bool DepthwiseConv<rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2 &&
         to_channels_last(input_shape, options_.data_format).last() == kernel_.shape()[-2];
}

template class DepthwiseConv<1>;
template class DepthwiseConv<2>;

}  // namespace lamina
