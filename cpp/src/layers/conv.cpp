#include "lamina/layers/conv.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "layers/conv_windows.hpp"
#include "layers/data_format.hpp"
#include "ops/fused.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ConvOptions& options) {
  visit("filters", options.filters);
  visit("kernel_size", options.kernel_size);
  visit("strides", options.strides);
  visit("padding", options.padding);
  visit("data_format", options.data_format);
  visit("dilation_rate", options.dilation_rate);
  visit("groups", options.groups);
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
Conv<rank>::Conv(ConvOptions options)
    : FusingLayer(concat("Conv", rank, "D"), options.name), options_(std::move(options)) {
  require(options_.filters > 0, label(), "filters", options_.filters, "above 0");
  require(options_.groups > 0 && options_.filters % options_.groups == 0, label(), "groups",
          options_.groups, "above 0, of which filters is a multiple");
  prepare_windows<rank>(label(), options_, rank == 1);
  settings_ = {options_.strides.extents, options_.padding, options_.dilation_rate.extents};
}

template <int rank>
std::shared_ptr<Layer> Conv<rank>::from_config(const Config& config) {
  return layer_from_config<Conv>(config, ConvOptions{.filters = 0, .kernel_size = {}});
}

template <int rank>
Config Conv<rank>::config() const {
  return with_options(base_config(), options_);
}

template <int rank>
Shape Conv<rank>::output_shape(const Shape& input_shape) const {
  require_spatial(label(), input_shape, rank, options_.data_format);
  const Shape inputs = to_channels_last(input_shape, options_.data_format);
  const Shape outputs =
      ops::conv_shape(label(), inputs, options_.kernel_size.extents, options_.filters, settings_);
  return from_channels_last(outputs, options_.data_format);
}

template <int rank>
void Conv<rank>::build(const Shape& input_shape) {
  output_shape(input_shape);  // refuses inputs that are too small
  const std::int64_t channels = to_channels_last(input_shape, options_.data_format).last();
  require(channels > 0, label(), "channels", channels, "known, and above 0");
  Shape kernel(options_.kernel_size.extents);
  require(channels % options_.groups == 0, label(), "groups", options_.groups,
          concat("that divide the inputs' channels, ", channels).c_str());
  kernel.push_back(channels / options_.groups);
  kernel.push_back(options_.filters);
  kernel_ = add_weight("kernel", kernel, options_.kernel_initializer,
                       {options_.kernel_regularizer, options_.kernel_constraint});
  if (!options_.use_bias) return;
  bias_ = add_weight("bias", {options_.filters}, options_.bias_initializer,
                     {options_.bias_regularizer, options_.bias_constraint});
}

template <int rank>
Tensor Conv<rank>::call(const Tensor& inputs, bool training) {
  const Tensor outputs = call_fused(inputs, training, {options_.activation});
  regularize_activity(options_.activity_regularizer, outputs);
  return outputs;
}

template <int rank>
bool Conv<rank>::is_linear() const {
  return options_.activation.name() == "linear" && !options_.activity_regularizer;
}

template <int rank>
bool Conv<rank>::take_option(std::string_view key, const Layer& from) {
  const auto& other = static_cast<const Conv&>(from).options_;
  if (key == "activation") {
    options_.activation = other.activation;
  } else if (key == "activity_regularizer") {
    options_.activity_regularizer = other.activity_regularizer;
  } else {
    return false;
  }
  return true;
}

template <int rank>
bool Conv<rank>::fuses(const Activation& activation) const {
  return is_linear() && ops::is_fused(activation);
}

// Scaling the kernel in place of the outputs pays where it has fewer values.
template <int rank>
bool Conv<rank>::fuses_scale(const Shape& input_shape) const {
  if (!is_linear()) return false;
  const Shape outputs = output_shape(input_shape);
  return !options_.data_format.channels_first() &&
         (!outputs.is_known() || outputs.size() > kernel_.shape().size());
}

template <int rank>
Tensor Conv<rank>::call_fused(const Tensor& inputs, bool /*training*/, const Epilogue& epilogue) {
  const Tensor x = to_channels_last(inputs, options_.data_format);
  Tensor kernel = kernel_, bias = options_.use_bias ? bias_.value() : Tensor();
  if (epilogue.factor.defined()) {
    kernel = kernel * epilogue.factor;
    bias = bias.defined() ? bias * epilogue.factor + epilogue.offset : epilogue.offset;
  }
  return from_channels_last(ops::conv(x, kernel, bias, settings_, epilogue.activation),
                            options_.data_format);
}

template <int rank>
bool Conv<rank>::accepts(const Shape& input_shape) const {
  return input_shape.rank() == rank + 2 &&
         to_channels_last(input_shape, options_.data_format).last() ==
             kernel_.shape()[-2] * options_.groups;
}

template class Conv<1>;
template class Conv<2>;
template class Conv<3>;

}  // namespace lamina
