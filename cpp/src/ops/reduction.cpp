#include "lamina/ops/reduction.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
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
  return binary(BinaryOp::multiply, dy.reshape(kept),
                Tensor::full(shape, scale, dy.dtype(), dy.device()));
}

Tensor summation(const char* name, const Tensor& x, const std::vector<int>& axes, bool keepdims,
                 bool average) {
  // The mean of whole numbers is rounded once, to float32.
  if (average && !is_floating(x.dtype())) {
    return summation(name, x.cast(Dtype::float64), axes, keepdims, true).cast(Dtype::float32);
  }
  const Axes resolved = resolve(name, x.shape(), axes);
  const double scale = average ? 1.0 / static_cast<double>(resolved.count) : 1.0;
  const Tensor operand = x.dtype() == Dtype::boolean ? x.cast(Dtype::int32)
                         : x.dtype() == Dtype::uint8 ? x.cast(Dtype::int64)
                                                     : x;
  Tensor y = reduce(ReduceOp::sum, operand, resolved, scale)
                 .reshape(result_shape(x.shape(), resolved, keepdims));
  if (!needs_grad({operand})) return y;
  return record(
      name, {operand}, y, {},
      [kept = resolved.kept, shape = x.shape(), scale](const Tensor& dy, const TensorList&, Needs) {
        return TensorList{spread(dy, kept, shape, scale)};
      });
}

Tensor extremum(const char* name, ReduceOp op, const Tensor& given, const std::vector<int>& axes,
                bool keepdims) {
  const Tensor x = number(given);
  const Axes resolved = resolve(name, x.shape(), axes);
  if (resolved.count == 0) {
    fail(ErrorKind::value, name, " of no elements has no value; got shape ", x.shape());
  }
  const Tensor kept = reduce(op, x, resolved, 1.0);
  Tensor y = kept.reshape(result_shape(x.shape(), resolved, keepdims));
  if (!needs_grad({x})) return y;
  return record(name, {x}, y, {x, kept}, [resolved](const Tensor& dy, const TensorList& s, Needs) {
    const Tensor attains = compare(CompareOp::equal, s[0], s[1]).cast(dy.dtype());
    const Tensor ties = reduce(ReduceOp::sum, attains, resolved, 1.0);
    const Tensor share = binary(BinaryOp::divide, dy.reshape(resolved.kept), ties);
    return TensorList{binary(BinaryOp::multiply, attains, share)};
  });
}

// With one element of 0 only its gradient is not 0: the product of the others; without any, each is
// the product over the element.
Tensor product_gradient(const Tensor& dy, const Tensor& x, const Tensor& y, const Axes& axes) {
  const Tensor zero = Tensor::scalar(0, x.dtype(), x.device()),
               one = Tensor::scalar(1, x.dtype(), x.device());
  const Tensor is_zero = compare(CompareOp::equal, x, zero);
  const Tensor zeros = reduce(ReduceOp::sum, is_zero.cast(x.dtype()), axes, 1.0);
  const Tensor filled = select(is_zero, one, x);
  const Tensor others = reduce(ReduceOp::product, filled, axes, 1.0);
  const Tensor alone = select(compare(CompareOp::equal, zeros, one), others, zero);
  const Tensor slope = select(is_zero, alone, binary(BinaryOp::divide, y, filled));
  return binary(BinaryOp::multiply, dy.reshape(axes.kept), slope);
}

// The square root with the gradient 0 at 0, where its slope is infinite: there the root of 1 stands
// in, and 0 is chosen.
Tensor flat_root(const Tensor& squares) {
  const Tensor zero = Tensor::scalar(0, squares.dtype(), squares.device()),
               one = Tensor::scalar(1, squares.dtype(), squares.device());
  const Tensor is_zero = equal(squares, zero);
  return where(is_zero, zero, sqrt(where(is_zero, one, squares)));
}

Tensor arg(const char* name, bool is_max, const Tensor& given, int axis, bool keepdims) {
  const Tensor x = number(given);
  const int along = x.shape().axis(axis);
  const AroundAxis around(x.shape(), along);
  if (around.extent == 0 || around.extent > std::numeric_limits<std::int32_t>::max()) {
    fail(ErrorKind::value, name, " needs from 1 to 2^31 - 1 elements along axis ", axis,
         ", got shape ", x.shape());
  }
  Tensor y = Tensor::empty(keepdims ? x.shape().with(along, 1) : x.shape().without(along),
                           Dtype::int32, x.device());
  if (y.size() == 0) return y;
  backend(x).arg_reduce({x.dtype(), is_max, around.outer, around.extent, around.inner, x.data(),
                         static_cast<std::int32_t*>(y.mutable_data())});
  return y;
}

Tensor running_sum(const Tensor& x, int axis, bool reverse) {
  const AroundAxis around(x.shape(), axis);
  Tensor y = Tensor::empty_like(x);
  if (y.size() == 0) return y;
  backend(x).cumulative_sum(
      {x.dtype(), around.outer, around.extent, around.inner, reverse, x.data(), y.mutable_data()});
  return y;
}

}  // namespace

Tensor sum(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return summation("sum", x, axes, keepdims, false);
}

Tensor mean(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return summation("mean", x, axes, keepdims, true);
}

Tensor max(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return extremum("max", ReduceOp::max, x, axes, keepdims).cast(x.dtype());
}

Tensor min(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return extremum("min", ReduceOp::min, x, axes, keepdims).cast(x.dtype());
}

Tensor prod(const Tensor& given, const std::vector<int>& axes, bool keepdims) {
  const Tensor x = number(given);
  const Axes resolved = resolve("prod", x.shape(), axes);
  const Tensor kept = reduce(ReduceOp::product, x, resolved, 1.0);
  Tensor y = kept.reshape(result_shape(x.shape(), resolved, keepdims));
  if (!needs_grad({x})) return y;
  return record("prod", {x}, y, {x, kept},
                [resolved](const Tensor& dy, const TensorList& s, Needs) {
                  return TensorList{product_gradient(dy, s[0], s[1], resolved)};
                });
}

Tensor var(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  if (!is_floating(x.dtype())) {
    return var(x.cast(Dtype::float64), axes, keepdims).cast(Dtype::float32);
  }
  return mean(square(x - mean(x, axes, true)), axes, keepdims);
}

Tensor std(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return flat_root(var(x, axes, keepdims));
}

Tensor logsumexp(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  const Tensor input = floating(x);
  if (input.size() == 0) return log(sum(input, axes, keepdims));
  // Shifted by the maximum, unless that is infinite: inf - inf would be NaN.
  const Tensor top = max(input.detach(), axes, true);
  const Tensor shift = where(isfinite(top), top, Tensor::scalar(0, input.dtype(), input.device()));
  const Tensor result = log(sum(exp(input - shift), axes, true)) + shift;
  return result.reshape(result_shape(x.shape(), resolve("logsumexp", x.shape(), axes), keepdims));
}

Tensor norm(const Tensor& x, double order, const std::vector<int>& axes, bool keepdims) {
  if (std::isnan(order)) fail(ErrorKind::value, "norm needs an order that is a number, got nan");
  const Tensor input = floating(x);
  if (std::isinf(order)) {
    return order > 0 ? max(abs(input), axes, keepdims) : min(abs(input), axes, keepdims);
  }
  if (order == 0) {
    const Tensor zero = Tensor::scalar(0, input.dtype(), input.device());
    return sum(not_equal(input, zero).cast(input.dtype()), axes, keepdims);
  }
  if (order == 1) return sum(abs(input), axes, keepdims);
  if (order != 2) return power(sum(power(abs(input), order), axes, keepdims), 1 / order);
  return flat_root(sum(square(input), axes, keepdims));
}

Tensor all(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  const Tensor bits = x.cast(Dtype::boolean);
  return prod(bits, axes, keepdims).cast(Dtype::boolean);
}

Tensor any(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return sum(x.cast(Dtype::boolean), axes, keepdims).cast(Dtype::boolean);
}

Tensor argmax(const Tensor& x, int axis, bool keepdims) {
  return arg("argmax", true, x, axis, keepdims);
}

Tensor argmin(const Tensor& x, int axis, bool keepdims) {
  return arg("argmin", false, x, axis, keepdims);
}

Tensor cumsum(const Tensor& given, int axis) {
  const Tensor x = number(given);
  const int along = x.shape().axis(axis);
  Tensor y = running_sum(x, along, false);
  if (!needs_grad({x})) return y;
  return record("cumsum", {x}, y, {}, [along](const Tensor& dy, const TensorList&, Needs) {
    return TensorList{running_sum(dy, along, true)};
  });
}

}  // namespace lamina::ops
