#include "lamina/ops/conv.hpp"

#include <algorithm>

#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/conv_geometry.hpp"
#include "ops/fused.hpp"

namespace lamina::ops {
namespace {

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

// Where a dilation is larger than the image, most taps lie beyond it for every window. They are cut
// off, and the geometry with them: rows are copied with all that a kernel's taps span.
Tensor reaching_taps(ConvShape& s, const Tensor& kernel) {
  std::vector<Range> kept;
  for (std::int64_t extent : kernel.shape()) kept.push_back({0, extent});
  const int axes = kernel.rank() - 2;
  for (int i = 0; i < axes; ++i) {
    const int axis = ConvShape::axes - axes + i;
    if (s.dilation[axis] <= s.input[axis] || s.kernel[axis] == 1) continue;
    std::int64_t begin = s.kernel[axis], end = 0;
    for (std::int64_t k = 0; k < s.kernel[axis]; ++k) {
      const std::int64_t first = k * s.dilation[axis] - s.padding[axis];
      if (first >= s.input[axis] || first + (s.output[axis] - 1) * s.stride[axis] < 0) continue;
      begin = std::min(begin, k);
      end = k + 1;
    }
    if (begin >= end) begin = 0, end = 1;  // nothing is read; drivers take one tap at least
    s.kernel[axis] = end - begin;
    s.padding[axis] -= begin * s.dilation[axis];
    kept[static_cast<std::size_t>(i)] = {begin, end - begin};
  }
  return slice(kernel, kept);
}

struct ConvOperands {
  Tensor x, kernel;
};

ConvOperands operands(const std::string& owner, ConvShape& s, const Tensor& inputs,
                      const Tensor& kernel, const Tensor& bias, std::int64_t filters) {
  const Dtype dtype = promote(inputs.dtype(), kernel.dtype());
  ConvOperands result{floating(inputs.cast(dtype)), floating(kernel.cast(dtype))};
  shared_backend(owner, {&inputs, &kernel, &bias});
  if (bias.defined() && bias.shape() != Shape{filters}) {
    fail(ErrorKind::value, owner, " needs a bias of shape ", Shape{filters}, ", got ",
         bias.shape());
  }
  if (bias.defined() && bias.dtype() != result.kernel.dtype()) {
    fail(ErrorKind::type, owner, " got a kernel of ", name_of(result.kernel.dtype()),
         " and a bias of ", name_of(bias.dtype()), "; both must have the same dtype");
  }
  for (int axis = 0; axis < ConvShape::axes; ++axis) {
    if (s.dilation[axis] <= s.input[axis] || s.kernel[axis] == 1) continue;
    result.kernel = reaching_taps(s, result.kernel);
    break;
  }
  return result;
}

Tensor run_forward(const ConvShape& s, const Tensor& x, const Tensor& kernel, const Shape& shape,
                   const Tensor& bias, FusedActivation op) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  backend(x).conv(
      {x.dtype(), s, x.data(), kernel.data(), y.mutable_data(), data_or_null(bias), op});
  return y;
}

Tensor run_backward_data(const ConvShape& s, const Tensor& dy, const Tensor& kernel,
                         const Shape& shape, const Tensor& bias = {},
                         FusedActivation op = FusedActivation::none) {
  Tensor dx = Tensor::empty(shape, dy.dtype(), dy.device());
  backend(dy).conv_backward_data(
      {dy.dtype(), s, dy.data(), kernel.data(), dx.mutable_data(), data_or_null(bias), op});
  return dx;
}

Tensor run_backward_filter(const ConvShape& s, const Tensor& x, const Tensor& dy,
                           const Shape& shape) {
  Tensor dkernel = Tensor::empty(shape, x.dtype(), x.device());
  backend(x).conv_backward_filter({x.dtype(), s, x.data(), dy.data(), dkernel.mutable_data()});
  return dkernel;
}

Tensor bias_gradient(const Tensor& dy) {
  return sum(dy.reshape({leading_rows(dy.shape()), dy.shape().last()}), {0});
}

// A convolution of checked geometry; `kernel` may be shaped otherwise than its parameter.
Tensor convolve(const char* name, const ConvShape& s, const Tensor& x, const Tensor& kernel,
                const Tensor& bias, const Activation& activation) {
  const FusedActivation op = fused(activation);
  Tensor y = run_forward(s, x, kernel, with_spatial(x.shape(), s.output, s.filters), bias, op);
  if (needs_grad({x, kernel, bias})) {
    const Tensor output = saved_output(op, y);
    record(name, {x, kernel, bias}, y, {x, kernel, output},
           [op, s](const Tensor& dy, const TensorList& saved, Needs needs) {
             const Tensor dz = before_activation(op, dy, saved[2]);
             TensorList grads(3);
             if (needs[0]) grads[0] = run_backward_data(s, dz, saved[1], saved[0].shape());
             if (needs[1]) grads[1] = run_backward_filter(s, saved[0], dz, saved[1].shape());
             if (needs[2]) grads[2] = bias_gradient(dz);
             return grads;
           });
  }
  return activated(op, activation, y);
}

}  // namespace

Shape conv_shape(const std::string& owner, const Shape& inputs,
                 const std::vector<std::int64_t>& kernel_size, std::int64_t filters,
                 const ConvSettings& settings) {
  return with_spatial(inputs, conv_geometry(owner, inputs, kernel_size, settings).output, filters);
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
  ConvShape s = conv_geometry("conv", inputs.shape(), kernel_extents(weights.shape()), settings);
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
  const ConvOperands o = operands("conv", s, inputs, weights, bias, s.filters);
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
      conv_geometry("depthwise_conv", inputs.shape(), kernel_extents(weights.shape()), settings);
  const std::int64_t multiplier = weights.shape().last();
  s.batch = inputs.shape()[0];
  s.channels = s.groups = s.filters = inputs.shape().last() * multiplier;
  const ConvOperands o = operands("depthwise_conv", s, inputs, weights, bias, s.filters);
  // Several kernels a channel: as many copies of the channel, each with one.
  const Tensor x = multiplier == 1 ? o.x : repeat(o.x, multiplier, -1);
  return convolve("depthwise_conv", s, x, o.kernel, bias, activation);
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
  const auto [x, kernel] = operands("conv_transpose", s, inputs, weights, bias, s.channels);
  const FusedActivation op = fused(activation);
  const Shape shape = with_spatial(x.shape(), s.input, s.channels);
  Tensor y = run_backward_data(s, x, kernel, shape, bias, op);
  if (needs_grad({x, kernel, bias})) {
    const Tensor output = saved_output(op, y);
    record("conv_transpose", {x, kernel, bias}, y, {x, kernel, output},
           [op, s](const Tensor& dy, const TensorList& saved, Needs needs) {
             const Tensor dz = before_activation(op, dy, saved[2]);
             TensorList grads(3);
             if (needs[0]) {
               grads[0] = run_forward(s, dz, saved[1], saved[0].shape(), {}, FusedActivation::none);
             }
             if (needs[1]) grads[1] = run_backward_filter(s, dz, saved[0], saved[1].shape());
             if (needs[2]) grads[2] = bias_gradient(dz);
             return grads;
           });
  }
  return activated(op, activation, y);
}

}  // namespace lamina::ops
