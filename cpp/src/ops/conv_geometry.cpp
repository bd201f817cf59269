#include "ops/conv_geometry.hpp"

#include <algorithm>

#include "core/extents.hpp"
#include "ops/pooling_shape.hpp"

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
    const std::int64_t output = input == 0 ? 0 : (input - 1) / stride + 1;
    const std::int64_t last = std::max<std::int64_t>(output - 1, 0) * stride;  // below input
    return {output, std::max<std::int64_t>(last - input + reach, 0) / 2};
  }
  const std::int64_t before = padding == "causal" ? reach - 1 : 0;
  if (input < reach - before) {
    fail(ErrorKind::value, owner, " needs inputs of at least ", reach - before, " along axis ",
         axis + 1, ", got ", input, ": (", input, " + ", before, " of padding - ", reach, ") / ",
         stride, " + 1 < 1, for a kernel of ", kernel, " with a dilation of ", dilation,
         "; use padding=\"same\" or a smaller kernel");
  }
  return {(input - (reach - before)) / stride + 1, before};
}

// How Keras places a transposed convolution: a window of the convolution it is the gradient of.
Window transposed_window(const std::string& owner, std::int64_t input, std::int64_t kernel,
                         std::int64_t stride, std::int64_t dilation, const std::string& padding,
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
  const std::int64_t last = checked_multiply(owner, input - 1, stride);
  return {checked_add(owner, last, 1 + left + right - (reach - 1)), reach - 1 - left};
}

void check_positive(const std::string& owner, const char* option, std::int64_t value) {
  if (value < 1 || value > most_extent) {
    fail(ErrorKind::value, owner, " needs ", option, " from 1 to ", most_extent, ", got ", value);
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

ConvShape empty_shape() {
  ConvShape s{};
  for (int axis = 0; axis < ConvShape::axes; ++axis) {
    s.input[axis] = s.kernel[axis] = s.output[axis] = s.stride[axis] = s.dilation[axis] = 1;
  }
  return s;
}

// A row with the padding that a kernel sees on both sides is copied: it must be of some size.
constexpr std::int64_t most_reach = std::int64_t{1} << 24;

// What plain and transposed convolutions have in common; place(axis among the spatial ones, axis of
// the shape, shape) then says how many windows there are, and where.
template <class Settings, class Place>
ConvShape placed(const std::string& owner, const Shape& inputs,
                 const std::vector<std::int64_t>& kernel_size, const Settings& settings,
                 Place place) {
  const int axes = spatial_axes(owner, inputs, kernel_size.size());
  ConvShape s = empty_shape();
  for (int i = 0; i < axes; ++i) {
    const int axis = ConvShape::axes - axes + i;
    s.kernel[axis] = kernel_size[static_cast<std::size_t>(i)];
    s.stride[axis] = along(owner, "strides", settings.strides, i, axes);
    s.dilation[axis] = along(owner, "dilation_rate", settings.dilation_rate, i, axes);
    check_positive(owner, "kernel_size", s.kernel[axis]);
    check_positive(owner, "strides", s.stride[axis]);
    check_positive(owner, "dilation_rate", s.dilation[axis]);
    const std::int64_t reach = reach_of(s.kernel[axis], s.dilation[axis]);
    if (reach > most_reach) {
      fail(ErrorKind::value, owner, " needs a kernel that reaches over ", most_reach,
           " places at most, got (kernel_size - 1) * dilation_rate + 1 = ", reach, " along axis ",
           i + 1);
    }
    place(i, axis, s);
  }
  return s;
}

}  // namespace

ConvShape conv_geometry(const std::string& owner, const Shape& inputs,
                        const std::vector<std::int64_t>& kernel_size,
                        const ConvSettings& settings) {
  check_padding(owner, settings.padding, kernel_size.size() == 1);
  return placed(owner, inputs, kernel_size, settings, [&](int i, int axis, ConvShape& s) {
    s.input[axis] = s.output[axis] = inputs[i + 1];
    if (inputs[i + 1] == Shape::none) return;
    const Window window = window_of(owner, i, s.input[axis], s.kernel[axis], s.stride[axis],
                                    s.dilation[axis], settings.padding);
    s.output[axis] = window.output;
    s.padding[axis] = window.before;
  });
}

ConvShape transposed_geometry(const std::string& owner, const Shape& inputs,
                              const std::vector<std::int64_t>& kernel_size,
                              const ConvTransposeSettings& settings) {
  check_padding(owner, settings.padding, false);
  return placed(owner, inputs, kernel_size, settings, [&](int i, int axis, ConvShape& s) {
    std::optional<std::int64_t> extra;
    if (settings.output_padding) {
      extra = along(owner, "output_padding", *settings.output_padding, i, inputs.rank() - 2);
      if (*extra < 0 || *extra >= s.stride[axis]) {
        fail(ErrorKind::value, owner, " needs output_padding of at least 0 and below the stride, ",
             s.stride[axis], ", got ", *extra);
      }
    }
    s.input[axis] = s.output[axis] = inputs[i + 1];
    if (inputs[i + 1] == Shape::none) return;
    const Window window = transposed_window(owner, s.output[axis], s.kernel[axis], s.stride[axis],
                                            s.dilation[axis], settings.padding, extra);
    if (window.output < 1) {
      fail(ErrorKind::value, owner, " would give ", window.output, " along axis ", i + 1,
           " for inputs ", inputs, "; use a larger kernel, stride or input");
    }
    s.input[axis] = window.output;
    s.padding[axis] = window.before;
  });
}

}  // namespace lamina::ops
