#include "lamina/ops/composed.hpp"

#include <algorithm>
#include <limits>
#include <numbers>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

Tensor number_like(const Tensor& x, double value) {
  return Tensor::full({}, value, x.dtype(), x.device());
}

// 0 to count - 1 along axis -1 or -2 of a matrix.
Tensor places_along(int axis, std::int64_t count, Device device) {
  std::vector<std::int64_t> places;
  for (std::int64_t i = 0; i < count; ++i) places.push_back(i);
  return Tensor::copy_of(std::span<const std::int64_t>(places),
                         axis == -1 ? Shape{1, count} : Shape{count, 1}, device);
}

// Where column - row is at most k.
Tensor up_to_diagonal(const char* name, const Tensor& x, std::int64_t k) {
  if (x.rank() < 2) {
    fail(ErrorKind::value, name, " needs a matrix, got shape ", x.shape());
  }
  const std::int64_t rows = x.shape()[-2], columns = x.shape()[-1];
  const std::int64_t bounded = std::clamp(k, -rows, columns);
  return less_equal(places_along(-1, columns, x.device()),
                    places_along(-2, rows, x.device()) + bounded);
}

TensorList with_axes(const TensorList& tensors, Tensor (*change)(const Tensor&)) {
  TensorList changed;
  for (const Tensor& t : tensors) changed.push_back(change(t));
  return changed;
}

Tensor at_least_1d(const Tensor& x) { return x.rank() == 0 ? x.reshape({1}) : x; }
Tensor at_least_2d(const Tensor& x) { return x.rank() < 2 ? expand_dims(at_least_1d(x), 0) : x; }
Tensor at_least_3d(const Tensor& x) {
  const Tensor matrix = at_least_2d(x);
  return matrix.rank() == 2 ? expand_dims(matrix, 2) : matrix;
}

// Rolled along one axis.
Tensor rolled(const Tensor& x, std::int64_t shift, int axis) {
  const std::int64_t extent = x.shape()[axis];
  if (extent == 0) return x;
  const std::int64_t moved = (shift % extent + extent) % extent;
  if (moved == 0) return x;
  const TensorList parts = split_at(x, {extent - moved}, axis);
  return concatenate({parts[1], parts[0]}, axis);
}

void require_one_extent(const char* name, const Tensor& a, const Tensor& b, int axis_of_b) {
  const std::int64_t left = a.shape().last(), right = b.shape()[axis_of_b];
  if (left == right) return;
  fail(ErrorKind::value, name, " sums over axes of one extent, got shapes ", a.shape(), " and ",
       b.shape(), " with ", left, " and ", right);
}

void require_two_axes(const char* name, const Tensor& x, int axis1, int axis2) {
  if (x.rank() >= 2 && x.shape().axis(axis1) != x.shape().axis(axis2)) return;
  fail(ErrorKind::value, name, " needs two axes, got ", axis1, " and ", axis2, " of shape ",
       x.shape());
}

}  // namespace

Tensor deg2rad(const Tensor& x) { return floating(x) * (std::numbers::pi / 180); }
Tensor rad2deg(const Tensor& x) { return floating(x) * (180 / std::numbers::pi); }

// Not exp(x log 2), whose product would be rounded before it is an exponent.
Tensor exp2(const Tensor& x) {
  const Tensor exponent = floating(x);
  return power(number_like(exponent, 2), exponent);
}

Tensor trunc(const Tensor& x) {
  if (!is_floating(x.dtype())) return x;
  return where(less(x, number_like(x, 0)), ceil(x), floor(x));
}

Tensor isposinf(const Tensor& x) { return logical_and(isinf(x), greater(x, number_like(x, 0))); }
Tensor isneginf(const Tensor& x) { return logical_and(isinf(x), less(x, number_like(x, 0))); }

Tensor nan_to_num(const Tensor& x, double nan, std::optional<double> posinf,
                  std::optional<double> neginf) {
  if (!is_floating(x.dtype())) return x;
  const double most = x.dtype() == Dtype::float64
                          ? std::numeric_limits<double>::max()
                          : static_cast<double>(std::numeric_limits<float>::max());
  Tensor y = where(isnan(x), number_like(x, nan), x);
  y = where(isposinf(x), number_like(x, posinf.value_or(most)), y);
  return where(isneginf(x), number_like(x, neginf.value_or(-most)), y);
}

Tensor logical_xor(const Tensor& a, const Tensor& b) {
  return not_equal(a.cast(Dtype::boolean), b.cast(Dtype::boolean));
}

// The larger, plus log(1 + e^-|a - b|); the distance of equal infinities is 0, not NaN.
Tensor logaddexp(const Tensor& a, const Tensor& b) {
  const auto operands = common_dtype(a, b);
  const Tensor left = floating(operands.a), right = floating(operands.b);
  const Tensor distance = where(equal(left, right), number_like(left, 0), subtract(left, right));
  return maximum(left, right) + log1p(exp(-abs(distance)));
}

Tensor divide_no_nan(const Tensor& a, const Tensor& b) {
  const auto operands = common_dtype(a, b);
  const Tensor left = floating(operands.a), right = floating(operands.b);
  const Tensor is_zero = equal(right, number_like(right, 0));
  const Tensor quotient = left / where(is_zero, number_like(right, 1), right);
  return where(is_zero, number_like(quotient, 0), quotient);
}

Tensor average(const Tensor& x, const std::vector<int>& axes, const Tensor& weights) {
  if (!weights.defined()) return mean(x, axes);
  Tensor each = weights;
  if (weights.shape() != x.shape()) {
    if (axes.size() != 1 || weights.rank() != 1 || weights.size() != x.shape()[axes.front()]) {
      fail(ErrorKind::value, "average needs weights of shape ", x.shape(),
           ", or of the extent of one axis, got shape ", weights.shape());
    }
    Shape shape;
    for (int i = 0; i < x.rank(); ++i) shape.push_back(1);
    each = weights.reshape(shape.with(x.shape().axis(axes.front()), weights.size()));
    each = broadcast_to(each, x.shape());
  }
  return divide(sum(multiply(x, each), axes), sum(each, axes));
}

Tensor count_nonzero(const Tensor& x, const std::vector<int>& axes) {
  return sum(x.cast(Dtype::boolean).cast(Dtype::int32), axes).cast(Dtype::int32);
}

TensorList moments(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return {mean(x, axes, keepdims), var(x, axes, keepdims)};
}

Tensor nansum(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  return sum(is_floating(x.dtype()) ? where(isnan(x), number_like(x, 0), x) : x, axes, keepdims);
}

Tensor nanmean(const Tensor& x, const std::vector<int>& axes, bool keepdims) {
  const Tensor values = floating(x);
  const Tensor count = sum(logical_not(isnan(values)).cast(values.dtype()), axes, keepdims);
  return nansum(values, axes, keepdims) / count;
}

Tensor normalize(const Tensor& x, const std::vector<int>& axes, double order, double epsilon) {
  const Tensor values = floating(x);
  const Tensor length = norm(values, order, axes, true);
  return values / maximum(length, number_like(length, epsilon));
}

Tensor dot(const Tensor& a, const Tensor& b) {
  if (a.rank() == 0 || b.rank() == 0) return multiply(a, b);
  require_one_extent("dot", a, b, b.rank() == 1 ? -1 : -2);
  if (b.rank() <= 2) return matmul(a, b);
  return inner(a, moveaxis(b, {-2}, {-1}));
}

Tensor inner(const Tensor& a, const Tensor& b) {
  if (a.rank() == 0 || b.rank() == 0) return multiply(a, b);
  require_one_extent("inner", a, b, -1);
  const std::int64_t extent = a.shape().last();
  Shape shape = a.shape().without(-1);
  const Shape right = b.shape().without(-1);
  const Tensor products =
      matmul(a.reshape({shape.size(), extent}), transpose(b.reshape({right.size(), extent})));
  for (std::int64_t each : right) shape.push_back(each);
  return products.reshape(shape);
}

Tensor outer(const Tensor& a, const Tensor& b) {
  return multiply(a.reshape({a.size(), 1}), b.reshape({1, b.size()}));
}

Tensor vdot(const Tensor& a, const Tensor& b) {
  if (a.size() != b.size()) {
    fail(ErrorKind::value, "vdot needs as many elements of one as of the other, got shapes ",
         a.shape(), " and ", b.shape());
  }
  return inner(ravel(a), ravel(b));
}

Tensor ravel(const Tensor& x) { return x.reshape({x.size()}); }

Tensor moveaxis(const Tensor& x, const std::vector<int>& source,
                const std::vector<int>& destination) {
  if (source.size() != destination.size()) {
    fail(ErrorKind::value, "moveaxis needs as many destinations as sources, got ",
         destination.size(), " and ", source.size());
  }
  std::vector<int> order(static_cast<std::size_t>(x.rank()), -1);
  std::vector<bool> is_moved(order.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    const auto from = static_cast<std::size_t>(x.shape().axis(source[i]));
    int& place = order[static_cast<std::size_t>(x.shape().axis(destination[i]))];
    if (is_moved[from] || place != -1) {
      fail(ErrorKind::value, "moveaxis got an axis of shape ", x.shape(), " twice");
    }
    is_moved[from] = true;
    place = static_cast<int>(from);
  }
  int next = 0;
  for (int& place : order) {
    if (place != -1) continue;
    while (is_moved[static_cast<std::size_t>(next)]) ++next;
    place = next++;
  }
  return order.empty() ? x : transpose(x, order);
}

Tensor fliplr(const Tensor& x) { return flip(x, {1}); }
Tensor flipud(const Tensor& x) { return flip(x, {0}); }

Tensor hstack(const TensorList& tensors) {
  const TensorList all = with_axes(tensors, at_least_1d);
  return concatenate(all, !all.empty() && all.front().rank() > 1 ? 1 : 0);
}
Tensor vstack(const TensorList& tensors) { return concatenate(with_axes(tensors, at_least_2d), 0); }
Tensor dstack(const TensorList& tensors) { return concatenate(with_axes(tensors, at_least_3d), 2); }

Tensor roll(const Tensor& x, const std::vector<std::int64_t>& shifts,
            const std::vector<int>& axes) {
  if (axes.empty()) {
    Tensor line = ravel(x);
    for (std::int64_t shift : shifts) line = rolled(line, shift, 0);
    return line.reshape(x.shape());
  }
  if (shifts.size() != 1 && axes.size() != 1 && shifts.size() != axes.size()) {
    fail(ErrorKind::value, "roll needs as many shifts as axes, got ", shifts.size(), " and ",
         axes.size());
  }
  Tensor result = x;
  for (std::size_t i = 0; i < std::max(shifts.size(), axes.size()); ++i) {
    result = rolled(result, shifts[shifts.size() == 1 ? 0 : i], axes[axes.size() == 1 ? 0 : i]);
  }
  return result;
}

TensorList unstack(const Tensor& x, int axis) {
  TensorList parts;
  if (x.shape()[axis] == 0) return parts;
  for (const Tensor& part : split(x, x.shape()[axis], axis)) {
    parts.push_back(part.reshape(x.shape().without(axis)));
  }
  return parts;
}

Tensor diff(const Tensor& x, std::int64_t n, int axis) {
  if (n < 0) fail(ErrorKind::value, "diff needs n at least 0, got ", n);
  const int along = x.shape().axis(axis);
  Tensor result = x;
  for (std::int64_t i = 0; i < n && result.shape()[along] > 0; ++i) {
    std::vector<Range> before, after;
    for (int each = 0; each < x.rank(); ++each) {
      const std::int64_t extent = result.shape()[each];
      before.push_back({0, each == along ? extent - 1 : extent});
      after.push_back({each == along ? 1 : 0, each == along ? extent - 1 : extent});
    }
    const Tensor first = slice(result, before), second = slice(result, after);
    result = result.dtype() == Dtype::boolean ? not_equal(second, first) : second - first;
  }
  return result;
}

Tensor tril(const Tensor& x, std::int64_t k) {
  return where(up_to_diagonal("tril", x, k), x, number_like(x, 0));
}
Tensor triu(const Tensor& x, std::int64_t k) {
  const std::int64_t before = std::max(k, std::numeric_limits<std::int64_t>::min() + 1) - 1;
  return where(up_to_diagonal("triu", x, before), number_like(x, 0), x);
}

// In rows of `columns` elements, neighbours on a diagonal lie columns + 1 apart.
Tensor diagonal(const Tensor& x, std::int64_t offset, int axis1, int axis2) {
  require_two_axes("diagonal", x, axis1, axis2);
  const Tensor matrices = moveaxis(x, {axis1, axis2}, {-2, -1});
  const std::int64_t rows = matrices.shape()[-2], columns = matrices.shape()[-1];
  const std::int64_t bounded = std::clamp(offset, -rows, columns);
  const std::int64_t row = std::max<std::int64_t>(-bounded, 0);
  const std::int64_t column = std::max<std::int64_t>(bounded, 0);
  const std::int64_t count = std::max<std::int64_t>(std::min(rows - row, columns - column), 0);
  Shape shape = matrices.shape().without(-1).without(-1);
  std::vector<Range> ranges;
  for (std::int64_t extent : shape) ranges.push_back({0, extent});
  shape.push_back(rows * columns);
  ranges.push_back({count == 0 ? 0 : row * columns + column, count, count > 1 ? columns + 1 : 1});
  return slice(matrices.reshape(shape), ranges);
}

Tensor trace(const Tensor& x, std::int64_t offset, int axis1, int axis2) {
  require_two_axes("trace", x, axis1, axis2);
  return sum(diagonal(x, offset, axis1, axis2), {-1});
}

}  // namespace lamina::ops
