#include "lamina/layers/conv_transpose.hpp"

#include "layers/conv_windows.hpp"
#include "layers/data_format.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ConvTransposeOptions& options) {
  visit("filters", options.filters);
  visit("kernel_size", options.kernel_size);
  visit("strides", options.strides);
  visit("padding", options.padding);
  visit("output_padding", options.output_padding);
  visit("data_format", options.data_format);
  visit("dilation_rate", options.dilation_rate);
  visit("activation", options.activation);
  visit("use_bias", options.use_bias);
  visit("kernel_initializer", options.kernel_initializer);
  visit("bias_initializer", options.bias_initializer);
  visit("kernel_regularizer", options.kernel_regularizer);
  visit("bias_regularizer", options.bias_regularizer);
  visit("activity_regularizer", options.activity_regularizer);
  visit("kernel_constraint", options.kernel_constraint);
  visit("bias_constraint", options.bias_constraint);
}

template <int rank>
ConvTranspose<rank>::ConvTranspose(ConvTransposeOptions options)
    : UnaryLayer(concat("Conv", rank, "DTranspose"), options.name), options_(std::move(options)) {
  require(options_.filters > 0, label(), "filters", options_.filters, "above 0");
  prepare_windows<rank>(label(), options_, false);
  if (options_.output_padding) {
    auto& each = *options_.output_padding;
    if (each.size() == 1) each.resize(rank, each[0]);
    bool fits = each.size() == rank;
    for (std::size_t i = 0; fits && i < each.size(); ++i) {
      fits = each[i] >= 0 && each[i] < options_.strides.extents[i];
    }
    std::string got;
    for (std::int64_t extra : each) got += concat(got.empty() ? "" : ", ", extra);
    require(fits, label(), "output_padding", concat("(", got, ")"),
            "of at least 0 and below the strides");
  }
  settings_ = {options_.strides.extents, options_.padding, options_.output_padding,
               options_.dilation_rate.extents};
}

template <int rank>
std::shared_ptr<Layer> ConvTranspose<rank>::from_config(const Config& config) {
  return layer_from_config<ConvTranspose>(config,
                                          ConvTransposeOptions{.filters = 0, .kernel_size = {}});
}

template <int rank>
Config ConvTranspose<rank>::config() const {
  return with_options(base_config(), options_);
}

template <int rank>
Shape ConvTranspose<rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, options_.data_format);
  const Shape inputs = to_channels_last(input_shape, options_.data_format);
  const Shape outputs = ops::conv_transpose_shape(label(), inputs, options_.kernel_size.extents,
                                                  options_.filters, settings_);
  return from_channels_last(outputs, options_.data_format);
}

template <int rank>
void ConvTranspose<rank>::build(const Shape& input_shape) {
  output_shape(input_shape);  // refuses inputs that are too small
  const std::int64_t channels = to_channels_last(input_shape, options_.data_format).last();
  require(channels > 0, label(), "channels", channels, "known, and above 0");
  Shape kernel(options_.kernel_size.extents);
  kernel.push_back(options_.filters);
  kernel.push_back(channels);
  kernel_ = add_weight("kernel", kernel, options_.kernel_initializer,
                       {options_.kernel_regularizer, options_.kernel_constraint});
  if (!options_.use_bias) return;
  bias_ = add_weight("bias", {options_.filters}, options_.bias_initializer,
                     {options_.bias_regularizer, options_.bias_constraint});
}

template <int rank>
Tensor ConvTranspose<rank>::call(const Tensor& inputs, bool /*training*/) {
  const Tensor x = to_channels_last(inputs, options_.data_format);
  const Tensor outputs = ops::conv_transpose(
      x, kernel_, options_.use_bias ? bias_.value() : Tensor(), settings_, options_.activation);
  regularize_activity(options_.activity_regularizer, outputs);
  return from_channels_last(outputs, options_.data_format);
}

template <int rank>
bool ConvTranspose<rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2 &&
         to_channels_last(input_shape, options_.data_format).last() == kernel_.shape().last();
}

template class ConvTranspose<1>;
template class ConvTranspose<2>;
template class ConvTranspose<3>;

}  // namespace lamina
