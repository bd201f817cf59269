#include "lamina/layers/dot.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, DotOptions& options) {
  visit("axes", options.axes);
  visit("normalize", options.normalize);
}

namespace {

// The length below which a vector counts as zero, as in Keras.
constexpr double shortest = 1e-12;

Tensor unit_length(const Tensor& x, int axis) {
  const Tensor length = ops::norm(x, 2, {axis}, true);
  return x / ops::maximum(length, Tensor::scalar(shortest, x.dtype(), x.device()));
}

// (batch, other axes, axis) with the other axes as one.
Tensor axis_last(const Tensor& x, int axis) {
  std::vector<int> order;
  std::int64_t others = 1;
  for (int i = 0; i < x.rank(); ++i) {
    if (i != axis) order.push_back(i);
    if (i != axis && i != 0) others *= x.shape()[i];
  }
  order.push_back(axis);
  return ops::transpose(x, order).reshape({x.shape()[0], others, x.shape()[axis]});
}

}  // namespace

Dot::Dot(DotOptions options) : Merge("Dot", options.name), options_(std::move(options)) {
  const std::size_t count = options_.axes.size();
  require(count == 1 || count == 2, label(), "axes", count, "as one axis or two");
  for (std::int64_t axis : options_.axes) {
    require(axis != 0, label(), "axes", axis, "other than the batch axis");
  }
}

std::shared_ptr<Layer> Dot::from_config(const Config& config) {
  return layer_from_config<Dot>(config, DotOptions{});
}

Config Dot::config() const { return with_options(base_config(), options_); }

int Dot::summed_axis(const Shape& shape, std::size_t input) const {
  const std::int64_t wanted = options_.axes[options_.axes.size() == 1 ? 0 : input];
  const int axis = axis_of(shape, wanted);
  if (axis == 0) {
    fail(ErrorKind::value, label(), " works along axis ", wanted,
         ", which is the batch axis of inputs ", shape);
  }
  return axis;
}

Tensor Dot::merged(const TensorList& inputs) const {
  const int first = summed_axis(inputs[0].shape(), 0), second = summed_axis(inputs[1].shape(), 1);
  const Tensor a = options_.normalize ? unit_length(inputs[0], first) : inputs[0];
  const Tensor b = options_.normalize ? unit_length(inputs[1], second) : inputs[1];
  const Tensor product =
      ops::matmul(axis_last(a, first), ops::transpose(axis_last(b, second), {0, 2, 1}));
  return product.reshape(merged_shape({inputs[0].shape(), inputs[1].shape()}));
}

Shape Dot::merged_shape(const std::vector<Shape>& shapes) const {
  if (shapes.size() != 2) {
    fail(ErrorKind::value, label(), " takes a list of two tensors, got ", shapes.size());
  }
  const int first = summed_axis(shapes[0], 0), second = summed_axis(shapes[1], 1);
  const std::int64_t a = shapes[0][first], b = shapes[1][second];
  const std::int64_t batch_a = shapes[0][0], batch_b = shapes[1][0];
  const bool one_length = a == b || a == Shape::none || b == Shape::none;
  if (!one_length || !(batch_a == batch_b || batch_a == Shape::none || batch_b == Shape::none)) {
    fail(ErrorKind::value, label(), " got inputs of shapes ", shapes[0], " and ", shapes[1],
         ", expected as many samples and equal extents along axis ", first, " of the first and ",
         second, " of the second; choose other axes");
  }
  Shape result{std::max(batch_a, batch_b)};
  for (int axis = 1; axis < shapes[0].rank(); ++axis) {
    if (axis != first) result.push_back(shapes[0][axis]);
  }
  for (int axis = 1; axis < shapes[1].rank(); ++axis) {
    if (axis != second) result.push_back(shapes[1][axis]);
  }
  if (result.rank() == 1) result.push_back(1);
  return result;
}

}  // namespace lamina
