// What operations over spatial axes take: images in either data format, extents of windows.
#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "bindings.hpp"
#include "layers/data_format.hpp"

namespace lamina::python {

inline DataFormat format_from(const std::optional<std::string>& name) {
  return name ? DataFormat(*name) : DataFormat();
}

/// An integer, or one for each axis.
inline Window window_from(const py::object& value) {
  if (!py::isinstance<py::tuple>(value) && !py::isinstance<py::list>(value)) {
    return whole_number(value);
  }
  std::vector<std::int64_t> extents;
  for (py::handle item : value) extents.push_back(whole_number(item));
  return extents;
}

/// A batch with one to three spatial axes and channels, with these last; `owner` is for messages.
inline Tensor spatial_operand(const char* owner, py::handle inputs, DataFormat format) {
  const Tensor x = operand_from(inputs);
  require_spatial(owner, x.shape(), std::clamp(x.rank() - 2, 1, 3), format);
  return to_channels_last(x, format);
}

}  // namespace lamina::python
