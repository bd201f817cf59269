#include "lamina/ops/conv.hpp"

#include <algorithm>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/fused.hpp"

namespace lamina::ops {
namespace {

// Where a window of `reach` elements lies along one axis.
struct Window {
  std::int64_t output, before;  // how many windows, and the padding before the first
};

std::int64_t reach_of(std::int64_t kernel, std::int64_t dilation) {
  return (kernel - 1) * dilation + 1;
}

Window window_of(const std::string& owner, int axis, std::int64_t input, std::int64_t kernel,
                 std::int64_t stride, std::int64_t dilation, const std::string& padding) {
  const std::int64_t reach = reach_of(kernel, dilation);
  if (padding == "same") {
    const std::int64_t output = (input + stride - 1) / stride;
    return {output, std::max<std::int64_t>((output - 1) * stride + reach - input, 0) / 2};
  }
  const std::int64_t before = padding == "causal" ? reach - 1 : 0;
  if (input + before < reach) {
    fail(ErrorKind::value, owner, " needs inputs of at least ", reach - before, " along axis ",
         axis + 1, ", got ", input, ": (", input, " + ", before, " of padding - ", reach, ") / ",
         stride, " + 1 < 1, for a kernel of ", kernel, " with a dilation of ", dilation,
         "; use padding=\"same\" or a smaller kernel");
  }
  return {(input + before - reach) / stride + 1, before};
}

// How Keras places a transposed convolution: a window of the convolution it is the gradient of.
Window transposed_window(std::int64_t input, std::int64_t kernel, std::int64_t stride,
                         std::int64_t dilation, const std::string& padding,
                         std::optional<std::int64_t> output_padding) {
  const std::int64_t reach = reach_of(kernel, dilation);
  std::int64_t left = reach - 1, right = reach - 1;
  if (padding == "valid") {
    right += output_padding.value_or(std::max(reach, stride) - reach);
  } else {
    const std::int64_t total =
        output_padding ? reach + reach % 2 - 2 + *output_padding : stride + reach - 2;
    left = std::min(total / 2 + total % 2, reach - 1);
    right = total - left;
  }
  return {(input - 1) * stride + 1 + left + right - (reach - 1), reach - 1 - left};
}

void check_positive(const std::string& owner, const char* option, std::int64_t value) {
  if (value < 1 || value > (std::int64_t{1} << 31)) {
    fail(ErrorKind::value, owner, " needs ", option, " of at least 1, got ", value);
  }
}

// One value an axis, from one an axis or one for all.
std::int64_t along(const std::string& owner, const char* option,
                   const std::vector<std::int64_t>& values, int axis, int axes) {
  if (values.size() != 1 && static_cast<int>(values.size()) != axes) {
    fail(ErrorKind::value, owner, " needs one ", option, " or ", axes, ", got ", values.size());
  }
  return values[values.size() == 1 ? 0 : static_cast<std::size_t>(axis)];
}

int spatial_axes(const std::string& owner, const Shape& inputs, std::size_t kernel_axes) {
  const int axes = inputs.rank() - 2;
  if (axes < 1 || axes > ConvShape::axes || static_cast<int>(kernel_axes) != axes) {
    fail(ErrorKind::value, owner, " needs inputs (batch, ", kernel_axes,
         kernel_axes == 1 ? " spatial axis" : " spatial axes", ", channels), got ", inputs);
  }
  return axes;
}

void check_padding(const std::string& owner, const std::string& padding, bool may_be_causal) {
  if (padding == "valid" || padding == "same" || (may_be_causal && padding == "causal")) return;
  fail(ErrorKind::value, owner, " needs padding \"valid\" or \"same\"",
       may_be_causal ? ", or \"causal\"" : "", ", got \"", padding, "\"");
}

// Spatial extents stand last: a convolution in one dimension has two leading axes of 1.
ConvShape empty_shape() {
  ConvShape s{};
  for (int axis = 0; axis < ConvShape::axes; ++axis) {
    s.input[axis] = s.kernel[axis] = s.output[axis] = s.stride[axis] = s.dilation[axis] = 1;
  }
  return s;
}

ConvShape geometry(const std::string& owner, const Shape& inputs,
                   const std::vector<std::int64_t>& kernel_size, const ConvSettings& settings) {
  const int axes = spatial_axes(owner, inputs, kernel_size.size());
  check_padding(owner, settings.padding, axes == 1);
  ConvShape s = empty_shape();
  for (int i = 0; i < axes; ++i) {
    const int axis = ConvShape::axes - axes + i;
    s.kernel[axis] = kernel_size[static_cast<std::size_t>(i)];
    s.stride[axis] = along(owner, "strides", settings.strides, i, axes);
    s.dilation[axis] = along(owner, "dilation_rate", settings.dilation_rate, i, axes);
    check_positive(owner, "kernel_size", s.kernel[axis]);
    check_positive(owner, "strides", s.stride[axis]);
    check_positive(owner, "dilation_rate", s.dilation[axis]);
    s.input[axis] = inputs[i + 1];
    if (inputs[i + 1] == Shape::none) {
      s.output[axis] = Shape::none;
      continue;
    }
    const Window window = window_of(owner, i, s.input[axis], s.kernel[axis], s.stride[axis],
                                    s.dilation[axis], settings.padding);
    s.output[axis] = window.output;
    s.padding[axis] = window.before;
  }
  return s;
}

// The convolution whose gradient by its inputs this is: its input is our output.
ConvShape transposed_geometry(const std::string& owner, const Shape& inputs,
                              const std::vector<std::int64_t>& kernel_size,
                              const ConvTransposeSettings& settings) {
  const int axes = spatial_axes(owner, inputs, kernel_size.size());
  check_padding(owner, settings.padding, false);
  ConvShape s = empty_shape();
  for (int i = 0; i < axes; ++i) {
    const int axis = ConvShape::axes - axes + i;
    s.kernel[axis] = kernel_size[static_cast<std::size_t>(i)];
    s.stride[axis] = along(owner, "strides", settings.strides, i, axes);
    s.dilation[axis] = along(owner, "dilation_rate", settings.dilation_rate, i, axes);
    check_positive(owner, "kernel_size", s.kernel[axis]);
    check_positive(owner, "strides", s.stride[axis]);
    check_positive(owner, "dilation_rate", s.dilation[axis]);
    std::optional<std::int64_t> extra;
    if (settings.output_padding) {
      extra = along(owner, "output_padding", *settings.output_padding, i, axes);
      if (*extra < 0 || *extra >= s.stride[axis]) {
        fail(ErrorKind::value, owner, " needs output_padding of at least 0 and below the stride, ",
             s.stride[axis], ", got ", *extra);
      }
    }
    s.output[axis] = inputs[i + 1];
    if (inputs[i + 1] == Shape::none) {
      s.input[axis] = Shape::none;
      continue;
    }
    const Window window = transposed_window(s.output[axis], s.kernel[axis], s.stride[axis],
                                            s.dilation[axis], settings.padding, extra);
    if (window.output < 1) {
      fail(ErrorKind::value, owner, " would give ", window.output, " along axis ", i + 1,
           " for inputs ", inputs, "; use a larger kernel, stride or input");
    }
    s.input[axis] = window.output;
    s.padding[axis] = window.before;
  }
  return s;
}

Shape with_spatial(const Shape& inputs, const std::int64_t (&extents)[3], std::int64_t channels) {
  Shape shape{inputs[0]};
  for (int axis = ConvShape::axes - (inputs.rank() - 2); axis < ConvShape::axes; ++axis) {
    shape.push_back(extents[axis]);
  }
  shape.push_back(channels);
  return shape;
}

std::vector<std::int64_t> kernel_extents(const Shape& kernel) {
  std::vector<std::int64_t> extents;
  for (int axis = 0; axis + 2 < kernel.rank(); ++axis) extents.push_back(kernel[axis]);
  return extents;
}

struct ConvOperands {
  Tensor x, kernel;
};

ConvOperands operands(const std::string& owner, const Tensor& inputs, const Tensor& kernel,
                      const Tensor& bias, std::int64_t filters) {
  const Dtype dtype = promote(inputs.dtype(), kernel.dtype());
  ConvOperands result{floating(inputs.cast(dtype)), floating(kernel.cast(dtype))};
  if (bias.defined() && bias.shape() != Shape{filters}) {
    fail(ErrorKind::value, owner, " needs a bias of shape ", Shape{filters}, ", got ",
         bias.shape());
  }
  if (bias.defined() && bias.dtype() != result.kernel.dtype()) {
    fail(ErrorKind::type, owner, " got a kernel of ", name_of(result.kernel.dtype()),
         " and a bias of ", name_of(bias.dtype()), "; both must have the same dtype");
  }
  return result;
}

Tensor run_forward(const ConvShape& s, const Tensor& x, const Tensor& kernel, const Shape& shape,
                   const Tensor& bias, UnaryOp op) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  backend(x).conv({x.dtype(), s, x.data(), kernel.data(), y.mutable_data(),
                   bias.defined() ? bias.data() : nullptr, op});
  return y;
}

Tensor run_backward_data(const ConvShape& s, const Tensor& dy, const Tensor& kernel,
                         const Shape& shape, const Tensor& bias = {},
                         UnaryOp op = UnaryOp::identity) {
  Tensor dx = Tensor::empty(shape, dy.dtype(), dy.device());
  backend(dy).conv_backward_data({dy.dtype(), s, dy.data(), kernel.data(), dx.mutable_data(),
                                  bias.defined() ? bias.data() : nullptr, op});
  return dx;
}

Tensor run_backward_filter(const ConvShape& s, const Tensor& x, const Tensor& dy,
                           const Shape& shape) {
  Tensor dkernel = Tensor::empty(shape, x.dtype(), x.device());
  backend(x).conv_backward_filter({x.dtype(), s, x.data(), dy.data(), dkernel.mutable_data()});
  return dkernel;
}

Tensor bias_gradient(const Tensor& dy) { return sum(dy.reshape({-1, dy.shape().last()}), {0}); }

// A convolution of checked geometry; `kernel` may be shaped otherwise than its parameter.
Tensor convolve(const char* name, const ConvShape& s, const Tensor& x, const Tensor& kernel,
                const Tensor& bias, const Activation& activation) {
  const UnaryOp op = fused(activation);
  Tensor y = run_forward(s, x, kernel, with_spatial(x.shape(), s.output, s.filters), bias, op);
  if (needs_grad({x, kernel, bias})) {
    const Tensor output = op == UnaryOp::identity ? Tensor() : y;
    record(name, {x, kernel, bias}, y, {x, kernel, output},
           [op, s](const Tensor& dy, const TensorList& saved, Needs needs) {
             const Tensor dz = op == UnaryOp::identity ? dy : unary_backward(op, dy, saved[2]);
             TensorList grads(3);
             if (needs[0]) grads[0] = run_backward_data(s, dz, saved[1], saved[0].shape());
             if (needs[1]) grads[1] = run_backward_filter(s, saved[0], dz, saved[1].shape());
             if (needs[2]) grads[2] = bias_gradient(dz);
             return grads;
           });
  }
  return op == UnaryOp::identity ? activation(y) : y;
}

}  // namespace

Shape conv_shape(const std::string& owner, const Shape& inputs,
                 const std::vector<std::int64_t>& kernel_size, std::int64_t filters,
                 const ConvSettings& settings) {
  return with_spatial(inputs, geometry(owner, inputs, kernel_size, settings).output, filters);
}

Shape conv_transpose_shape(const std::string& owner, const Shape& inputs,
                           const std::vector<std::int64_t>& kernel_size, std::int64_t filters,
                           const ConvTransposeSettings& settings) {
  return with_spatial(inputs, transposed_geometry(owner, inputs, kernel_size, settings).input,
                      filters);
}

Tensor conv(const Tensor& inputs, const Tensor& weights, const Tensor& bias,
            const ConvSettings& settings, const Activation& activation) {
  if (weights.rank() < 3 || inputs.rank() != weights.rank()) {
    fail(ErrorKind::value,
         "conv needs inputs (batch, spatial..., channels) and a kernel (spatial..., channels / "
         "groups, filters), got ",
         inputs.shape(), " and ", weights.shape());
  }
  ConvShape s = geometry("conv", inputs.shape(), kernel_extents(weights.shape()), settings);
  s.batch = inputs.shape()[0];
  s.channels = inputs.shape().last();
  s.filters = weights.shape().last();
  const std::int64_t of_group = weights.shape()[-2];
  s.groups = of_group > 0 ? s.channels / of_group : 0;
  if (s.groups < 1 || s.groups * of_group != s.channels || s.filters % s.groups != 0) {
    fail(ErrorKind::value, "conv needs channels that are a multiple of the kernel's, and filters ",
         "that divide into as many groups, got inputs ", inputs.shape(), " and a kernel ",
         weights.shape());
  }
  const ConvOperands o = operands("conv", inputs, weights, bias, s.filters);
  return convolve("conv", s, o.x, o.kernel, bias, activation);
}

Tensor depthwise_conv(const Tensor& inputs, const Tensor& weights, const Tensor& bias,
                      const ConvSettings& settings, const Activation& activation) {
  if (weights.rank() < 3 || inputs.rank() != weights.rank() ||
      inputs.shape().last() != weights.shape()[-2]) {
    fail(ErrorKind::value,
         "depthwise_conv needs inputs (batch, spatial..., channels) and a kernel (spatial..., "
         "channels, multiplier), got ",
         inputs.shape(), " and ", weights.shape());
  }
  ConvShape s =
      geometry("depthwise_conv", inputs.shape(), kernel_extents(weights.shape()), settings);
  s.batch = inputs.shape()[0];
  s.channels = s.groups = inputs.shape().last();
  s.filters = s.channels * weights.shape().last();
  const ConvOperands o = operands("depthwise_conv", inputs, weights, bias, s.filters);
  return convolve("depthwise_conv", s, o.x, o.kernel, bias, activation);
}

Tensor conv_transpose(const Tensor& inputs, const Tensor& weights, const Tensor& bias,
                      const ConvTransposeSettings& settings, const Activation& activation) {
  if (weights.rank() < 3 || inputs.rank() != weights.rank() ||
      inputs.shape().last() != weights.shape().last()) {
    fail(ErrorKind::value,
         "conv_transpose needs inputs (batch, spatial..., channels) and a kernel (spatial..., "
         "filters, channels), got ",
         inputs.shape(), " and ", weights.shape());
  }
  ConvShape s = transposed_geometry("conv_transpose", inputs.shape(),
                                    kernel_extents(weights.shape()), settings);
  s.batch = inputs.shape()[0];
  s.channels = weights.shape()[-2];
  s.filters = inputs.shape().last();
  s.groups = 1;
  const auto [x, kernel] = operands("conv_transpose", inputs, weights, bias, s.channels);
  const UnaryOp op = fused(activation);
  const Shape shape = with_spatial(x.shape(), s.input, s.channels);
  Tensor y = run_backward_data(s, x, kernel, shape, bias, op);
  if (needs_grad({x, kernel, bias})) {
    const Tensor output = op == UnaryOp::identity ? Tensor() : y;
    record("conv_transpose", {x, kernel, bias}, y, {x, kernel, output},
           [op, s](const Tensor& dy, const TensorList& saved, Needs needs) {
             const Tensor dz = op == UnaryOp::identity ? dy : unary_backward(op, dy, saved[2]);
             TensorList grads(3);
             if (needs[0]) {
               grads[0] = run_forward(s, dz, saved[1], saved[0].shape(), {}, UnaryOp::identity);
             }
             if (needs[1]) grads[1] = run_backward_filter(s, dz, saved[0], saved[1].shape());
             if (needs[2]) grads[2] = bias_gradient(dz);
             return grads;
           });
  }
  return op == UnaryOp::identity ? activation(y) : y;
}

}  // namespace lamina::ops
