#include "lamina/ops/comparison.hpp"

#include <limits>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/elementwise.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

Tensor compared(CompareOp op, const Tensor& a, const Tensor& b) {
  const Operands operands = common_dtype(a, b);
  return compare(op, operands.a, operands.b);
}

Tensor is_true(const Tensor& x) { return x.cast(Dtype::boolean).cast(Dtype::int32); }

// Seen as `shape`, or as the one element it holds.
Tensor spread(const Tensor& x, const Shape& shape) {
  return x.shape() == shape || x.size() == 1 ? x : broadcast_to(x, shape);
}

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

Tensor select(const Tensor& condition, const Tensor& a, const Tensor& b) {
  const Shape shape = broadcast(broadcast(condition.shape(), a.shape()), b.shape());
  const NoGrad no_grad;
  const Tensor choice = broadcast_to(condition, shape), left = spread(a, shape),
               right = spread(b, shape);
  Tensor y = Tensor::empty(shape, a.dtype(), a.device());
  if (y.size() == 0) return y;
  shared_backend("where", {&condition, &a, &b})
      .select({size_of(y.dtype()), y.size(), choice.data(), left.data(), left.size() == 1,
               right.data(), right.size() == 1, y.mutable_data()});
  return y;
}

Tensor equal(const Tensor& a, const Tensor& b) { return compared(CompareOp::equal, a, b); }
Tensor not_equal(const Tensor& a, const Tensor& b) { return compared(CompareOp::not_equal, a, b); }
Tensor less(const Tensor& a, const Tensor& b) { return compared(CompareOp::less, a, b); }
Tensor less_equal(const Tensor& a, const Tensor& b) {
  return compared(CompareOp::less_equal, a, b);
}
Tensor greater(const Tensor& a, const Tensor& b) { return less(b, a); }
Tensor greater_equal(const Tensor& a, const Tensor& b) { return less_equal(b, a); }

Tensor logical_and(const Tensor& a, const Tensor& b) {
  return minimum(is_true(a), is_true(b)).cast(Dtype::boolean);
}
Tensor logical_or(const Tensor& a, const Tensor& b) {
  return maximum(is_true(a), is_true(b)).cast(Dtype::boolean);
}
Tensor logical_not(const Tensor& x) {
  return equal(is_true(x), Tensor::scalar(0, Dtype::int32, x.device()));
}

Tensor isnan(const Tensor& x) { return not_equal(x, x); }
Tensor isinf(const Tensor& x) {
  const NoGrad no_grad;
  return equal(abs(floating(x)), Tensor::scalar(infinity, floating(x).dtype(), x.device()));
}
Tensor isfinite(const Tensor& x) {
  const NoGrad no_grad;
  return less(abs(floating(x)), Tensor::scalar(infinity, floating(x).dtype(), x.device()));
}

Tensor where(const Tensor& condition, const Tensor& left, const Tensor& right) {
  const Dtype dtype = promote(left.dtype(), right.dtype());
  const Tensor choice = condition.cast(Dtype::boolean), a = left.cast(dtype), b = right.cast(dtype);
  Tensor y = select(choice, a, b);
  if (!needs_grad({a, b})) return y;
  return record("where", {a, b}, y, {choice},
                [shape_a = a.shape(), shape_b = b.shape()](const Tensor& dy, const TensorList& s,
                                                           Needs needs) {
                  const Tensor zero = Tensor::scalar(0, dy.dtype(), dy.device());
                  TensorList grads(2);
                  if (needs[0]) grads[0] = sum_to(select(s[0], dy, zero), shape_a);
                  if (needs[1]) grads[1] = sum_to(select(s[0], zero, dy), shape_b);
                  return grads;
                });
}

}  // namespace lamina::ops
