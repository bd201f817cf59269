#include "layers/data_format.hpp"

#include "core/check.hpp"
#include "lamina/ops/arrangement.hpp"

namespace lamina {

DataFormat::DataFormat(const std::string& name) : channels_first_(name == "channels_first") {
  if (!channels_first_ && name != "channels_last") {
    fail(ErrorKind::value, "unknown data_format '", name,
         "'; expected channels_last or channels_first");
  }
}

DataFormat DataFormat::read(const Config& options, std::string_view key) {
  return options.string(key);
}

void DataFormat::write(Config& options, std::string_view key) const { options.set(key, name()); }

Tensor to_channels_last(const Tensor& x, DataFormat format) {
  if (!format.channels_first() || x.rank() < 3) return x;
  std::vector<int> axes{0};
  for (int axis = 2; axis < x.rank(); ++axis) axes.push_back(axis);
  axes.push_back(1);
  return ops::transpose(x, axes);
}

Tensor from_channels_last(const Tensor& y, DataFormat format) {
  if (!format.channels_first() || y.rank() < 3) return y;
  std::vector<int> axes{0, y.rank() - 1};
  for (int axis = 1; axis < y.rank() - 1; ++axis) axes.push_back(axis);
  return ops::transpose(y, axes);
}

Shape to_channels_last(const Shape& shape, DataFormat format) {
  if (!format.channels_first() || shape.rank() < 3) return shape;
  Shape last = shape.without(1);
  last.push_back(shape[1]);
  return last;
}

Shape from_channels_last(const Shape& shape, DataFormat format) {
  if (!format.channels_first() || shape.rank() < 3) return shape;
  Shape first{shape[0], shape.last()};
  for (int axis = 1; axis < shape.rank() - 1; ++axis) first.push_back(shape[axis]);
  return first;
}

void require_spatial(const std::string& owner, const Shape& inputs, int rank, DataFormat format) {
  if (inputs.rank() == rank + 2) return;
  constexpr const char* spatial[] = {"steps", "height, width", "depth, height, width"};
  const std::string axes = spatial[rank - 1];
  fail(ErrorKind::value, owner, " needs inputs (batch, ",
       format.channels_first() ? "channels, " + axes : axes + ", channels", "), got ", inputs);
}

}  // namespace lamina
