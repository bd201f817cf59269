#include "lamina/ops/arithmetic.hpp"

#include <cmath>

#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina {
namespace ops {
namespace {

const char* name_of(BinaryOp op) {
  static constexpr const char* names[] = {
#define BINARY(name) #name,
#include "backend/operations/binary.def"
#undef BINARY
  };
  return names[static_cast<int>(op)];
}

// The broadcast result's axes; the backend merges those that both operands walk as one.
template <class Op>
BroadcastParams<Op> layout(const Shape& a, const Shape& b, const Shape& out) {
  BroadcastParams<Op> params{};
  params.rank = out.rank();
  std::int64_t step_a = 1, step_b = 1;
  for (int axis = out.rank() - 1; axis >= 0; --axis) {
    const int axis_a = axis - (out.rank() - a.rank()), axis_b = axis - (out.rank() - b.rank());
    const std::int64_t extent_a = axis_a < 0 ? 1 : a[axis_a], extent_b = axis_b < 0 ? 1 : b[axis_b];
    params.extents[axis] = out[axis];
    params.strides_a[axis] = extent_a == 1 ? 0 : step_a;
    params.strides_b[axis] = extent_b == 1 ? 0 : step_b;
    step_a *= extent_a;
    step_b *= extent_b;
  }
  return params;
}

// The gradient of `chosen`: dy where it alone equals y, half of dy where both operands do.
Tensor extremum_gradient(const Tensor& dy, const Tensor& y, const Tensor& chosen,
                         const Tensor& other) {
  const Tensor half = binary(BinaryOp::multiply, dy, Tensor::scalar(0.5, dy.dtype(), dy.device()));
  const Tensor share = select(compare(CompareOp::equal, y, other), half, dy);
  return select(compare(CompareOp::equal, y, chosen), share,
                Tensor::scalar(0, dy.dtype(), dy.device()));
}

Tensor extremum(const char* name, BinaryOp op, const Tensor& a, const Tensor& b) {
  Tensor y = binary(op, a, b);
  if (!needs_grad({a, b})) return y;
  return record(name, {a, b}, y, {a, b, y}, [](const Tensor& dy, const TensorList& s, Needs needs) {
    TensorList grads(2);
    if (needs[0]) grads[0] = sum_to(extremum_gradient(dy, s[2], s[0], s[1]), s[0].shape());
    if (needs[1]) grads[1] = sum_to(extremum_gradient(dy, s[2], s[1], s[0]), s[1].shape());
    return grads;
  });
}

}  // namespace

Operands common_dtype(const Tensor& a, const Tensor& b) {
  const Dtype dtype = promote(a.dtype(), b.dtype());
  const Dtype computed = dtype == Dtype::boolean || dtype == Dtype::uint8 ? Dtype::int32 : dtype;
  return {a.cast(computed), b.cast(computed)};
}

Tensor weak(const Scalar& value, const Tensor& beside) {
  return Tensor::scalar(value, dtype_beside(value, beside.dtype()), beside.device());
}

namespace {

template <class Op>
Tensor apply(Op op, const Tensor& a, const Tensor& b, Dtype result, auto run) {
  const Shape shape = broadcast(a.shape(), b.shape());
  Tensor out = Tensor::empty(shape, result, a.device());
  BroadcastParams<Op> params = layout<Op>(a.shape(), b.shape(), shape);
  params.dtype = a.dtype();
  params.op = op;
  params.a = a.data();
  params.b = b.data();
  params.out = out.mutable_data();
  if (out.size() > 0) run(params);
  return out;
}

}  // namespace

Tensor binary(BinaryOp op, const Tensor& a, const Tensor& b) {
  return apply(op, a, b, a.dtype(),
               [&](const auto& params) { shared_backend(name_of(op), {&a, &b}).binary(params); });
}

Tensor compare(CompareOp op, const Tensor& a, const Tensor& b) {
  return apply(op, a, b, Dtype::boolean, [&](const auto& params) {
    shared_backend("a comparison", {&a, &b}).compare(params);
  });
}

Tensor sum_to(const Tensor& gradient, const Shape& shape) {
  if (gradient.shape() == shape) return gradient;
  const int extra = gradient.rank() - shape.rank();
  std::vector<int> axes;
  for (int axis = 0; axis < gradient.rank(); ++axis) {
    if (axis < extra || (shape[axis - extra] == 1 && gradient.shape()[axis] != 1)) {
      axes.push_back(axis);
    }
  }
  return (axes.empty() ? gradient : sum(gradient, axes)).reshape(shape);
}

Tensor add(const Tensor& left, const Tensor& right) {
  const auto [a, b] = common_dtype(left, right);
  Tensor y = binary(BinaryOp::add, a, b);
  if (!needs_grad({a, b})) return y;
  return record(
      "add", {a, b}, y, {},
      [shape_a = a.shape(), shape_b = b.shape()](const Tensor& dy, const TensorList&, Needs needs) {
        TensorList grads(2);
        if (needs[0]) grads[0] = sum_to(dy, shape_a);
        if (needs[1]) grads[1] = sum_to(dy, shape_b);
        return grads;
      });
}

Tensor subtract(const Tensor& left, const Tensor& right) {
  const auto [a, b] = common_dtype(left, right);
  Tensor y = binary(BinaryOp::subtract, a, b);
  if (!needs_grad({a, b})) return y;
  return record(
      "subtract", {a, b}, y, {},
      [shape_a = a.shape(), shape_b = b.shape()](const Tensor& dy, const TensorList&, Needs needs) {
        TensorList grads(2);
        if (needs[0]) grads[0] = sum_to(dy, shape_a);
        if (needs[1]) grads[1] = negative(sum_to(dy, shape_b));
        return grads;
      });
}

Tensor multiply(const Tensor& left, const Tensor& right) {
  const auto [a, b] = common_dtype(left, right);
  Tensor y = binary(BinaryOp::multiply, a, b);
  if (!needs_grad({a, b})) return y;
  return record("multiply", {a, b}, y, {a, b},
                [](const Tensor& dy, const TensorList& s, Needs needs) {
                  TensorList grads(2);
                  if (needs[0]) {
                    grads[0] = sum_to(binary(BinaryOp::multiply, dy, s[1]), s[0].shape());
                  }
                  if (needs[1]) {
                    grads[1] = sum_to(binary(BinaryOp::multiply, dy, s[0]), s[1].shape());
                  }
                  return grads;
                });
}

Tensor divide(const Tensor& left, const Tensor& right) {
  const auto operands = common_dtype(left, right);
  const Tensor a = floating(operands.a), b = floating(operands.b);
  Tensor y = binary(BinaryOp::divide, a, b);
  if (!needs_grad({a, b})) return y;
  return record("divide", {a, b}, y, {b, y},
                [shape_a = a.shape()](const Tensor& dy, const TensorList& s, Needs needs) {
                  TensorList grads(2);
                  const Tensor da = binary(BinaryOp::divide, dy, s[0]);
                  if (needs[0]) grads[0] = sum_to(da, shape_a);
                  if (needs[1]) {
                    grads[1] = negative(sum_to(binary(BinaryOp::multiply, da, s[1]), s[0].shape()));
                  }
                  return grads;
                });
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  const auto operands = common_dtype(a, b);
  return extremum("maximum", BinaryOp::maximum, operands.a, operands.b)
      .cast(promote(a.dtype(), b.dtype()));
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  const auto operands = common_dtype(a, b);
  return extremum("minimum", BinaryOp::minimum, operands.a, operands.b)
      .cast(promote(a.dtype(), b.dtype()));
}

namespace {

void refuse_negative(double exponent) {
  if (exponent >= 0) return;
  fail(ErrorKind::value,
       "whole numbers have no negative powers among whole numbers, got the exponent ", exponent,
       "; make one of them floating point");
}

Tensor powers(const Tensor& a, const Tensor& b) {
  Tensor y = binary(BinaryOp::power, a, b);
  if (!needs_grad({a, b})) return y;
  return record(
      "power", {a, b}, y, {a, b, y}, [](const Tensor& dy, const TensorList& s, Needs needs) {
        const Tensor zero = Tensor::scalar(0, dy.dtype(), dy.device()),
                     one = Tensor::scalar(1, dy.dtype(), dy.device());
        TensorList grads(2);
        if (needs[0]) {  // b a^(b - 1)
          const Tensor lower = binary(BinaryOp::power, s[0], binary(BinaryOp::subtract, s[1], one));
          const Tensor slope = binary(BinaryOp::multiply, s[1], lower);
          // A power of 0 is constant, even at 0.
          const Tensor safe = select(compare(CompareOp::equal, s[1], zero), zero, slope);
          grads[0] = sum_to(binary(BinaryOp::multiply, dy, safe), s[0].shape());
        }
        if (needs[1]) {  // y log a, which is 0 where a is
          const Tensor positive = select(compare(CompareOp::equal, s[0], zero), one, s[0]);
          const Tensor slope = binary(BinaryOp::multiply, s[2], log(positive));
          grads[1] = sum_to(binary(BinaryOp::multiply, dy, slope), s[1].shape());
        }
        return grads;
      });
}

}  // namespace

Tensor power(const Tensor& base, const Tensor& exponent) {
  const auto [a, b] = common_dtype(base, exponent);
  // Values are checked only if that waits for nothing; on other devices a negative power of
  // integers gives an unspecified integer.
  if (b.size() > 0 && backend(b).host_can_read()) {
    if (!is_floating(b.dtype())) refuse_negative(min(b).item());
    if (b.rank() == 0 && !needs_grad({b}) && b.item() == 2) return square(a);
  }
  return powers(a, b);
}

Tensor power(const Tensor& base, double exponent) {
  const bool whole = !is_floating(base.dtype()) && exponent == std::floor(exponent);
  const Tensor x = whole ? number(base) : floating(base);
  if (whole) refuse_negative(exponent);
  return exponent == 2 ? square(x) : powers(x, Tensor::scalar(exponent, x.dtype(), x.device()));
}

}  // namespace ops

using ops::weak;

Tensor operator-(const Tensor& a) { return ops::negative(a); }
Tensor operator+(const Tensor& a, const Scalar& b) { return ops::add(a, weak(b, a)); }
Tensor operator-(const Tensor& a, const Scalar& b) { return ops::subtract(a, weak(b, a)); }
Tensor operator*(const Tensor& a, const Scalar& b) { return ops::multiply(a, weak(b, a)); }
Tensor operator/(const Tensor& a, const Scalar& b) { return ops::divide(a, weak(b, a)); }
Tensor operator+(const Scalar& a, const Tensor& b) { return ops::add(weak(a, b), b); }
Tensor operator-(const Scalar& a, const Tensor& b) { return ops::subtract(weak(a, b), b); }
Tensor operator*(const Scalar& a, const Tensor& b) { return ops::multiply(weak(a, b), b); }
Tensor operator/(const Scalar& a, const Tensor& b) { return ops::divide(weak(a, b), b); }

}  // namespace lamina
