#include "lamina/ops/reduction.hpp"

#include <algorithm>

#include "ops/support.hpp"

namespace lamina::ops {
namespace {

struct Axes {
  std::vector<int> reduced;  // ascending, no axis twice
  Shape kept;                // 1 on reduced axes
  std::int64_t count = 1;    // elements behind one result
};

Axes resolve(const char* name, const Shape& shape, const std::vector<int>& axes) {
  Axes result;
  result.kept = shape;
  for (int axis : axes) result.reduced.push_back(shape.axis(axis));
  if (axes.empty()) {
    for (int axis = 0; axis < shape.rank(); ++axis) result.reduced.push_back(axis);
  }
  std::sort(result.reduced.begin(), result.reduced.end());
  const auto twice = std::adjacent_find(result.reduced.begin(), result.reduced.end());
  if (twice != result.reduced.end()) {
    fail(ErrorKind::value, name, " got axis ", *twice, " twice for shape ", shape);
  }
  for (int axis : result.reduced) {
    result.count *= shape[axis];
    result.kept = result.kept.with(axis, 1);
  }
  return result;
}

// Reduces runs of neighbouring axes, innermost first.
Tensor reduce(ReduceOp op, const Tensor& x, const Axes& axes, double scale) {
  Tensor current = x;
  auto remaining = axes.reduced;
  while (!remaining.empty()) {
    const int last = remaining.back();
    int first = last;
    remaining.pop_back();
    while (!remaining.empty() && remaining.back() == first - 1) {
      first = remaining.back();
      remaining.pop_back();
    }
    ReduceParams params{};
    params.dtype = x.dtype();
    params.op = op;
    params.outer = params.reduced = params.inner = 1;
    Shape shape = current.shape();
    for (int axis = 0; axis < shape.rank(); ++axis) {
      (axis < first ? params.outer : axis <= last ? params.reduced : params.inner) *= shape[axis];
    }
    for (int axis = first; axis <= last; ++axis) shape = shape.with(axis, 1);
    Tensor next = Tensor::empty(shape, x.dtype(), x.device());
    params.x = current.data();
    params.y = next.mutable_data();
    params.scale = remaining.empty() ? scale : 1.0;
    backend(x).reduce(params);
    current = next;
  }
  return current;
}

Shape result_shape(const Shape& shape, const Axes& axes, bool keepdims) {
  if (keepdims) return axes.kept;
  Shape result;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (!std::binary_search(axes.reduced.begin(), axes.reduced.end(), axis)) {
      result.push_back(shape[axis]);
    }
  }
  return result;
}

// dy (of shape `kept`) repeated to `shape`, times scale.
Tensor spread(const Tensor& dy, const Shape& kept, const Shape& shape, double scale) {
  return binary(BinaryOp::multiply, dy.reshape(kept), Tensor::full(shape, scale, dy.dtype()));
}

Tensor summation(const char* name, const Tensor& x, const std::vector<int>& axes, bool keepdims,
                 bool average) {
  const Axes resolved = resolve(name, x.shape(), axes);
  const double scale = average ? 1.0 / static_cast<double>(resolved.count) : 1.0;
  const bool small = x.dtype() == Dtype::uint8 || x.dtype() == Dtype::boolean;
  const Tensor operand = average ? floating(x) : small ? x.cast(Dtype::int64) : x;
  Tensor y = reduce(ReduceOp::sum, operand, resolved, scale)
                 .reshape(result_shape(x.shape(), resolved, keepdims));
  if (!needs_grad({operand})) return y;
  return record(
      name, {operand}, y, {},
      [kept = resolved.kept, shape = x.shape(), scale](const Tensor& dy, const TensorList&, Needs) {
        return TensorList{spread(dy, kept, shape, scale)};
      });
}

Tensor extremum(const char* name, ReduceOp op, const Tensor& x, const std::vector<int>& axes,
                bool keepdims) {
  const Axes resolved = resolve(name, x.shape(), axes);
  if (resolved.count == 0) {
    fail(ErrorKind::value, name, " of no elements has no value; got shape ", x.shape());
  }
  const Tensor kept = reduce(op, x, resolved, 1.0);
  Tensor y = kept.reshape(result_shape(x.shape(), resolved, keepdims));
  if (!needs_grad({x})) return y;
  return record(name, {x}, y, {x, kept}, [resolved](const Tensor& dy, const TensorList& s, Needs) {
    const Tensor differs =
        binary(BinaryOp::subtract, s[0], s[1]).cast(Dtype::boolean).cast(s[0].dtype());
    const Tensor attains = binary(BinaryOp::subtract, Tensor::scalar(1, s[0].dtype()), differs);
    const Tensor ties = reduce(ReduceOp::sum, attains, resolved, 1.0);
    const Tensor share = binary(BinaryOp::divide, dy.reshape(resolved.kept), ties);
    return TensorList{binary(BinaryOp::multiply, attains, share)};
  });
}

}  // namespace

Tensor sum(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return summation("sum", x, axes, keepdims, false);
}

Tensor mean(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return summation("mean", x, axes, keepdims, true);
}

Tensor max(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return extremum("max", ReduceOp::max, x, axes, keepdims);
}

Tensor min(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return extremum("min", ReduceOp::min, x, axes, keepdims);
}

}  // namespace lamina::ops
