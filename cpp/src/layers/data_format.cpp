#include "layers/data_format.hpp"

#include "ops/spatial.hpp"

namespace lamina {

DataFormat::DataFormat(const std::string& name) : channels_first_(ops::is_channels_first(name)) {}

DataFormat DataFormat::read(const Config& options, std::string_view key) {
  return options.string(key);
}

void DataFormat::write(Config& options, std::string_view key) const { options.set(key, name()); }

Tensor to_channels_last(const Tensor& x, DataFormat format) {
  return format.channels_first() && x.rank() >= 3 ? ops::channels_moved_last(x) : x;
}

Tensor from_channels_last(const Tensor& y, DataFormat format) {
  return format.channels_first() && y.rank() >= 3 ? ops::channels_moved_first(y) : y;
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
  ops::require_spatial(owner, inputs, rank, format.channels_first());
}

}  // namespace lamina
