#include "lamina/layers/concatenate.hpp"

#include <algorithm>

#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/reduction.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ConcatenateOptions& options) {
  visit("axis", options.axis);
}

Concatenate::Concatenate(ConcatenateOptions options)
    : Merge("Concatenate", options.name), options_(std::move(options)) {
  require(options_.axis != 0, label(), "axis", options_.axis, "other than the batch axis");
}

std::shared_ptr<Layer> Concatenate::from_config(const Config& config) {
  return layer_from_config<Concatenate>(config, ConcatenateOptions{});
}

Config Concatenate::config() const { return with_options(base_config(), options_); }

Tensor Concatenate::merged(const TensorList& inputs) const {
  return ops::concatenate(inputs, axis_of(inputs.front().shape(), options_.axis));
}

Tensors Concatenate::compute_mask(const Tensors& inputs) const {
  TensorList masks;
  for (const Tensor& input : inputs) {
    Tensor mask = input.mask();
    if (!mask.defined()) mask = Tensor::full(input.shape(), 1, Dtype::boolean, input.device());
    while (mask.rank() < input.rank()) mask = ops::expand_dims(mask, -1);
    masks.push_back(ops::broadcast_to(mask, input.shape()));
  }
  return ops::any(merged(masks), {-1});
}

Shape Concatenate::merged_shape(const std::vector<Shape>& shapes) const {
  if (shapes.empty()) fail(ErrorKind::value, label(), " takes a list of tensors, got an empty one");
  const int axis = axis_of(shapes.front(), options_.axis);
  if (axis == 0) {
    fail(ErrorKind::value, label(), " works along axis ", options_.axis, ", which is the batch ",
         "axis of inputs ", shapes.front());
  }
  Shape result = shapes.front();
  for (std::size_t i = 1; i < shapes.size(); ++i) {
    const Shape& shape = shapes[i];
    if (shape.rank() != result.rank() ||
        !shape.with(axis, Shape::none).matches(result.with(axis, Shape::none))) {
      std::string list;
      for (const Shape& each : shapes) list += (list.empty() ? "" : ", ") + each.str();
      fail(ErrorKind::value, label(), " got inputs of shapes ", list,
           ", expected shapes that differ along axis ", options_.axis,
           " only; bring them to such shapes first, by Flatten or Reshape");
    }
    for (int other = 0; other < result.rank(); ++other) {
      if (other != axis) result = result.with(other, std::max(result[other], shape[other]));
    }
    std::int64_t sum = Shape::none;
    const bool known = result[axis] != Shape::none && shape[axis] != Shape::none;
    if (known && __builtin_add_overflow(result[axis], shape[axis], &sum)) {
      fail(ErrorKind::value, label(), " got more values along axis ", options_.axis,
           " than can be counted");
    }
    result = result.with(axis, sum);
  }
  return result;
}

}  // namespace lamina
