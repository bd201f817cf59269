// Convolutions of lamina.ops, with the arguments of keras.ops.
#include "lamina/ops/conv.hpp"

#include "spatial.hpp"

namespace lamina::python {
namespace {

ops::ConvSettings settings_from(const py::object& strides, const std::string& padding,
                                const py::object& dilation_rate) {
  return {window_from(strides).extents, padding, window_from(dilation_rate).extents};
}

}  // namespace

void bind_conv(py::module_& m) {
  const std::tuple<const char*, decltype(&ops::conv), const char*> convolutions[] = {
      {"conv", ops::conv,
       "Cross-correlation in one, two or three dimensions; in as many groups as the kernel leaves "
       "channels for."},
      {"depthwise_conv", ops::depthwise_conv,
       "Each channel by kernels of its own: kernel (spatial..., channels, multiplier)."},
  };
  for (const auto& [name, function, doc] : convolutions) {
    m.def(
        name,
        [name, function](py::handle inputs, py::handle kernel, const py::object& strides,
                         const std::string& padding, const std::optional<std::string>& data_format,
                         const py::object& dilation_rate) {
          const DataFormat format = format_from(data_format);
          const Tensor x = spatial_operand(name, inputs, format);
          return from_channels_last(function(x, operand_from(kernel), {},
                                             settings_from(strides, padding, dilation_rate), {}),
                                    format);
        },
        py::arg("inputs"), py::arg("kernel"), py::arg("strides") = 1, py::arg("padding") = "valid",
        py::arg("data_format") = py::none(), py::arg("dilation_rate") = 1, doc);
  }
  m.def(
      "separable_conv",
      [](py::handle inputs, py::handle depthwise_kernel, py::handle pointwise_kernel,
         const py::object& strides, const std::string& padding,
         const std::optional<std::string>& data_format, const py::object& dilation_rate) {
        const DataFormat format = format_from(data_format);
        const Tensor x = spatial_operand("separable_conv", inputs, format);
        const Tensor between = ops::depthwise_conv(x, operand_from(depthwise_kernel), {},
                                                   settings_from(strides, padding, dilation_rate));
        return from_channels_last(ops::conv(between, operand_from(pointwise_kernel)), format);
      },
      py::arg("inputs"), py::arg("depthwise_kernel"), py::arg("pointwise_kernel"),
      py::arg("strides") = 1, py::arg("padding") = "valid", py::arg("data_format") = py::none(),
      py::arg("dilation_rate") = 1, "A depthwise convolution, then one of 1 x 1.");
  m.def(
      "conv_transpose",
      [](py::handle inputs, py::handle kernel, const py::object& strides,
         const std::string& padding, const py::object& output_padding,
         const std::optional<std::string>& data_format, const py::object& dilation_rate) {
        const DataFormat format = format_from(data_format);
        const Tensor x = spatial_operand("conv_transpose", inputs, format);
        ops::ConvTransposeSettings settings{
            window_from(strides).extents, padding, {}, window_from(dilation_rate).extents};
        if (!output_padding.is_none()) {
          settings.output_padding = window_from(output_padding).extents;
        }
        return from_channels_last(ops::conv_transpose(x, operand_from(kernel), {}, settings),
                                  format);
      },
      py::arg("inputs"), py::arg("kernel"), py::arg("strides") = 1, py::arg("padding") = "valid",
      py::arg("output_padding") = py::none(), py::arg("data_format") = py::none(),
      py::arg("dilation_rate") = 1,
      "The gradient of a convolution by its inputs, as an operation of its own: kernel "
      "(spatial..., filters, channels).");
}

}  // namespace lamina::python
