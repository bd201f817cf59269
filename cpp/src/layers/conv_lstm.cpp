#include "lamina/layers/conv_lstm.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/dropout.hpp"
#include "layers/conv_windows.hpp"
#include "layers/data_format.hpp"
#include "layers/rnn_options.hpp"

namespace lamina {
namespace {

constexpr std::int64_t gates = 4;  // input, forget, candidate, output, as an LSTM's

template <int rank>
ConvLSTMOptions prepared(ConvLSTMOptions options) {
  const std::string owner = concat("ConvLSTM", rank, "D");
  require(options.filters > 0, owner, "filters", options.filters, "above 0");
  require_shares(owner, options);
  prepare_windows<rank>(owner, options, false);
  return options;
}

}  // namespace

template <class Visitor>
void describe(Visitor& visit, ConvLSTMOptions& options) {
  visit("filters", options.filters);
  visit("kernel_size", options.kernel_size);
  visit("strides", options.strides);
  visit("padding", options.padding);
  visit("data_format", options.data_format);
  visit("dilation_rate", options.dilation_rate);
  visit("activation", options.activation);
  visit("recurrent_activation", options.recurrent_activation);
  visit("use_bias", options.use_bias);
  visit("kernel_initializer", options.kernel_initializer);
  visit("recurrent_initializer", options.recurrent_initializer);
  visit("bias_initializer", options.bias_initializer);
  visit("unit_forget_bias", options.unit_forget_bias);
  visit("kernel_regularizer", options.kernel_regularizer);
  visit("recurrent_regularizer", options.recurrent_regularizer);
  visit("bias_regularizer", options.bias_regularizer);
  visit("activity_regularizer", options.activity_regularizer);
  visit("kernel_constraint", options.kernel_constraint);
  visit("recurrent_constraint", options.recurrent_constraint);
  visit("bias_constraint", options.bias_constraint);
  visit("dropout", options.dropout);
  visit("recurrent_dropout", options.recurrent_dropout);
  visit("seed", options.seed);
  describe_walk(visit, options);
}

template <int rank>
ConvLSTMCell<rank>::ConvLSTMCell(ConvLSTMOptions options)
    : Layer("ConvLSTMCell"),
      options_(prepared<rank>(std::move(options))),
      settings_{options_.strides.extents, options_.padding, options_.dilation_rate.extents} {}

template <int rank>
Shapes ConvLSTMCell<rank>::state_shapes(const Shape& step_shape) const {
  require_spatial(label(), step_shape, rank, options_.data_format);
  const Shape inputs = to_channels_last(step_shape, options_.data_format);
  const Shape outputs =
      ops::conv_shape(label(), inputs, options_.kernel_size.extents, options_.filters, settings_);
  const Shape state = from_channels_last(outputs, options_.data_format).with(0, Shape::none);
  if (!state.with(0, 1).is_known()) {
    fail(ErrorKind::value, label(), " needs to know the extents of its inputs, got ", step_shape);
  }
  return {state, state};
}

template <int rank>
Shapes ConvLSTMCell<rank>::output_shapes(const Shapes& input_shapes) const {
  const Shape state = state_shapes(input_shapes.front()).front().with(0, input_shapes.front()[0]);
  return {state, state, state};
}

template <int rank>
void ConvLSTMCell<rank>::build(const Shapes& input_shapes) {
  const std::int64_t channels = to_channels_last(input_shapes.front(), options_.data_format).last();
  require(channels > 0, label(), "channels", channels, "known, and above 0");
  Shape kernel(options_.kernel_size.extents);
  kernel.push_back(channels);
  kernel.push_back(gates * options_.filters);
  kernel_ = add_weight("kernel", kernel, options_.kernel_initializer,
                       {options_.kernel_regularizer, options_.kernel_constraint});
  recurrent_kernel_ = add_weight("recurrent_kernel", kernel.with(-2, options_.filters),
                                 options_.recurrent_initializer,
                                 {options_.recurrent_regularizer, options_.recurrent_constraint});
  if (options_.use_bias) {
    bias_ = add_weight("bias", {gates * options_.filters}, options_.bias_initializer,
                       {options_.bias_regularizer, options_.bias_constraint});
    if (options_.unit_forget_bias) open_forget_gate(bias_);
  }
  if (options_.dropout > 0 || options_.recurrent_dropout > 0) {
    random_ = add_random_stream("dropout");
    if (options_.seed) random_.restore(static_cast<std::uint64_t>(*options_.seed), 0);
  }
}

// As in Keras, each gate has a mask of its own.
template <int rank>
void ConvLSTMCell<rank>::begin_sequence(const Tensor& inputs) {
  const auto masks = [&](const Shape& shape, double rate) {
    TensorList result;
    for (std::int64_t i = 0; rate > 0 && i < gates; ++i) {
      result.push_back(
          ops::dropout(Tensor::full(shape, 1, inputs.dtype(), inputs.device()), rate, random_));
    }
    return result;
  };
  input_masks_ = masks(inputs.shape(), options_.dropout);
  if (options_.recurrent_dropout > 0) {
    state_masks_ = masks(state_shapes(inputs.shape()).front().with(0, inputs.shape()[0]),
                         options_.recurrent_dropout);
  }
}

template <int rank>
void ConvLSTMCell<rank>::end_sequence() {
  input_masks_.clear();
  state_masks_.clear();
}

template <int rank>
Tensors ConvLSTMCell<rank>::step(const Tensor& inputs, const Tensors& states, bool training) {
  return (*this)({inputs, states[0], states[1]}, training);
}

template <int rank>
Tensor ConvLSTMCell<rank>::convolved(const Tensor& x, const Variable& kernel,
                                     const TensorList& masks,
                                     const ops::ConvSettings& settings) const {
  if (masks.empty()) {
    return ops::conv(to_channels_last(x, options_.data_format), kernel.value(), {}, settings);
  }
  TensorList parts;
  const TensorList kernels = ops::split(kernel.value(), gates, -1);
  for (std::size_t i = 0; i < masks.size(); ++i) {
    parts.push_back(
        ops::conv(to_channels_last(x * masks[i], options_.data_format), kernels[i], {}, settings));
  }
  return ops::concatenate(parts, -1);
}

template <int rank>
Tensors ConvLSTMCell<rank>::call(const Tensors& inputs, const CallContext& /*context*/) {
  const Activation &activation = options_.activation, &sigmoid = options_.recurrent_activation;
  const ops::ConvSettings same{.padding = "same"};
  Tensor z = convolved(inputs[0], kernel_, input_masks_, settings_) +
             convolved(inputs[1], recurrent_kernel_, state_masks_, same);
  if (options_.use_bias) z = z + bias_.value();
  const TensorList parts = ops::split(z, gates, -1);
  const Tensor before = to_channels_last(inputs[2], options_.data_format);
  const Tensor c = sigmoid(parts[1]) * before + sigmoid(parts[0]) * activation(parts[2]);
  const Tensor h = from_channels_last(sigmoid(parts[3]) * activation(c), options_.data_format);
  return {h, h, from_channels_last(c, options_.data_format)};
}

template <int rank>
ConvLSTM<rank>::ConvLSTM(const ConvLSTMOptions& options)
    : RNN(concat("ConvLSTM", rank, "D"), std::make_shared<ConvLSTMCell<rank>>(options),
          rnn_options(options)),
      options_(prepared<rank>(options)) {}

template <int rank>
std::shared_ptr<Layer> ConvLSTM<rank>::from_config(const Config& config) {
  return layer_from_config<ConvLSTM>(config, ConvLSTMOptions{.filters = 0, .kernel_size = {}});
}

template <int rank>
Config ConvLSTM<rank>::config() const {
  return with_options(base_config(), options_);
}

template class ConvLSTM<1>;
template class ConvLSTM<2>;
template class ConvLSTM<3>;

}  // namespace lamina
