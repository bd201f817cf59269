// Convolutions of lamina.ops, with the arguments of keras.ops.
#include "bindings.hpp"
#include "layers/data_format.hpp"

#include "lamina/ops/conv.hpp"

namespace lamina::python {
namespace {

// An integer, or one for each axis.
std::vector<std::int64_t> extents_from(const py::object& value) {
  if (!py::isinstance<py::tuple>(value) && !py::isinstance<py::list>(value)) {
    return {whole_number(value)};
  }
  std::vector<std::int64_t> extents;
  for (py::handle item : value) extents.push_back(whole_number(item));
  return extents;
}

DataFormat format_from(const std::optional<std::string>& name) {
  return name ? DataFormat(*name) : DataFormat();
}

ops::ConvSettings settings_from(const py::object& strides, const std::string& padding,
                                const py::object& dilation_rate) {
  return {extents_from(strides), padding, extents_from(dilation_rate)};
}

}  // namespace

void bind_conv(py::module_& m) {
  m.def(
      "conv",
      [](py::handle inputs, py::handle kernel, const py::object& strides,
         const std::string& padding, const std::optional<std::string>& data_format,
         const py::object& dilation_rate) {
        const DataFormat format = format_from(data_format);
        const Tensor x = to_channels_last(operand_from(inputs), format);
        return from_channels_last(
            ops::conv(x, operand_from(kernel), {}, settings_from(strides, padding, dilation_rate)),
            format);
      },
      py::arg("inputs"), py::arg("kernel"), py::arg("strides") = 1, py::arg("padding") = "valid",
      py::arg("data_format") = py::none(), py::arg("dilation_rate") = 1,
      "Cross-correlation in one, two or three dimensions; in as many groups as the kernel leaves "
      "channels for.");
  m.def(
      "depthwise_conv",
      [](py::handle inputs, py::handle kernel, const py::object& strides,
         const std::string& padding, const std::optional<std::string>& data_format,
         const py::object& dilation_rate) {
        const DataFormat format = format_from(data_format);
        const Tensor x = to_channels_last(operand_from(inputs), format);
        return from_channels_last(
            ops::depthwise_conv(x, operand_from(kernel), {},
                                settings_from(strides, padding, dilation_rate)),
            format);
      },
      py::arg("inputs"), py::arg("kernel"), py::arg("strides") = 1, py::arg("padding") = "valid",
      py::arg("data_format") = py::none(), py::arg("dilation_rate") = 1,
      "Each channel by kernels of its own: kernel (spatial..., channels, multiplier).");
  m.def(
      "separable_conv",
      [](py::handle inputs, py::handle depthwise_kernel, py::handle pointwise_kernel,
         const py::object& strides, const std::string& padding,
         const std::optional<std::string>& data_format, const py::object& dilation_rate) {
        const DataFormat format = format_from(data_format);
        const Tensor x = to_channels_last(operand_from(inputs), format);
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
        const Tensor x = to_channels_last(operand_from(inputs), format);
        ops::ConvTransposeSettings settings{
            extents_from(strides), padding, {}, extents_from(dilation_rate)};
        if (!output_padding.is_none()) settings.output_padding = extents_from(output_padding);
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
