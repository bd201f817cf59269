#include "lamina/layers/merge.hpp"

#include <algorithm>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& /*visit*/, MergeOptions& /*options*/) {}

namespace {

// Axes of extent 1 behind the batch axis, until there are `rank`.
Shape expanded(const Shape& shape, int rank) {
  Shape result{shape[0]};
  for (int i = shape.rank(); i < rank; ++i) result.push_back(1);
  for (int axis = 1; axis < shape.rank(); ++axis) result.push_back(shape[axis]);
  return result;
}

int highest_rank(const auto& shapes, const auto& rank_of) {
  int rank = 0;
  for (const auto& shape : shapes) rank = std::max(rank, rank_of(shape));
  return rank;
}

}  // namespace

Tensors Merge::call(const Tensors& inputs, const CallContext& /*context*/) {
  return merged(inputs.list());
}

bool Merge::accepts(const Shapes& input_shapes) const {
  merged_shape(input_shapes.list());
  return true;
}

Tensors Merge::compute_mask(const Tensors& inputs) const {
  Tensor result = inputs.front().mask();
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    const Tensor mask = inputs[i].mask();
    if (!result.defined() || !mask.defined()) return {};
    result = ops::logical_or(result, mask);
  }
  return result;
}

Tensor ElementwiseMerge::merged(const TensorList& inputs) const {
  const int rank = highest_rank(inputs, [](const Tensor& t) { return t.rank(); });
  const auto fitted = [rank](const Tensor& t) {
    return t.rank() == rank ? t : t.reshape(expanded(t.shape(), rank));
  };
  Tensor result = fitted(inputs.front());
  for (std::size_t i = 1; i < inputs.size(); ++i) result = operation_(result, fitted(inputs[i]));
  return result;
}

Shape ElementwiseMerge::merged_shape(const std::vector<Shape>& shapes) const {
  if (shapes.empty()) fail(ErrorKind::value, label(), " takes a list of tensors, got an empty one");
  const int rank = highest_rank(shapes, [](const Shape& s) { return s.rank(); });
  Shape result;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (shapes[i].rank() == 0) {
      fail(ErrorKind::value, label(), " needs inputs with a batch axis, got a scalar of shape ()");
    }
    const Shape shape = expanded(shapes[i], rank);
    if (i == 0) {
      result = shape;
      continue;
    }
    for (int axis = 0; axis < rank; ++axis) {
      const std::int64_t a = result[axis], b = shape[axis];
      const bool unknown = a == Shape::none || b == Shape::none;
      if (!unknown && a != b && (axis == 0 || (a != 1 && b != 1))) {
        std::string list;
        for (const Shape& each : shapes) list += (list.empty() ? "" : ", ") + each.str();
        fail(ErrorKind::value, label(), " got inputs of shapes ", list,
             ", which do not go together: behind the batch axis, extents must be equal or 1; "
             "bring them to one shape first, by Dense or Reshape");
      }
      const std::int64_t known = axis == 0 ? std::max(a, b) : Shape::none;
      result = result.with(axis, unknown ? known : a == 1 ? b : a);
    }
  }
  return result;
}

Add::Add(const MergeOptions& options) : ElementwiseMerge("Add", options, ops::add) {}
std::shared_ptr<Layer> Add::from_config(const Config& config) {
  return layer_from_config<Add>(config, MergeOptions{});
}

Subtract::Subtract(const MergeOptions& options)
    : ElementwiseMerge("Subtract", options, ops::subtract) {}
std::shared_ptr<Layer> Subtract::from_config(const Config& config) {
  return layer_from_config<Subtract>(config, MergeOptions{});
}
Shape Subtract::merged_shape(const std::vector<Shape>& shapes) const {
  if (shapes.size() != 2) {
    fail(ErrorKind::value, label(), " takes a list of two tensors, got ", shapes.size());
  }
  return ElementwiseMerge::merged_shape(shapes);
}

Multiply::Multiply(const MergeOptions& options)
    : ElementwiseMerge("Multiply", options, ops::multiply) {}
std::shared_ptr<Layer> Multiply::from_config(const Config& config) {
  return layer_from_config<Multiply>(config, MergeOptions{});
}

Average::Average(const MergeOptions& options) : ElementwiseMerge("Average", options, ops::add) {}
std::shared_ptr<Layer> Average::from_config(const Config& config) {
  return layer_from_config<Average>(config, MergeOptions{});
}
Tensor Average::merged(const TensorList& inputs) const {
  return ElementwiseMerge::merged(inputs) / static_cast<double>(inputs.size());
}

Maximum::Maximum(const MergeOptions& options)
    : ElementwiseMerge("Maximum", options, ops::maximum) {}
std::shared_ptr<Layer> Maximum::from_config(const Config& config) {
  return layer_from_config<Maximum>(config, MergeOptions{});
}

Minimum::Minimum(const MergeOptions& options)
    : ElementwiseMerge("Minimum", options, ops::minimum) {}
std::shared_ptr<Layer> Minimum::from_config(const Config& config) {
  return layer_from_config<Minimum>(config, MergeOptions{});
}

}  // namespace lamina
