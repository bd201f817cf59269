#include "lamina/ops/arithmetic.hpp"

#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina {
namespace ops {
namespace {

// Axes of the broadcast result, neighbours merged where both operands walk them as one.
BinaryParams layout(const Shape& a, const Shape& b, const Shape& out) {
  BinaryParams params{};
  std::int64_t step_a = 1, step_b = 1;
  // From the innermost axis outwards, filled backwards and reversed at the end.
  for (int i = out.rank() - 1; i >= 0; --i) {
    const int axis_a = i - (out.rank() - a.rank()), axis_b = i - (out.rank() - b.rank());
    const std::int64_t extent = out[i];
    const std::int64_t extent_a = axis_a < 0 ? 1 : a[axis_a], extent_b = axis_b < 0 ? 1 : b[axis_b];
    const std::int64_t stride_a = extent_a == 1 ? 0 : step_a, stride_b = extent_b == 1 ? 0 : step_b;
    step_a *= extent_a;
    step_b *= extent_b;
    if (extent == 1) continue;
    const int last = params.rank - 1;
    if (last >= 0 && stride_a == params.strides_a[last] * params.extents[last] &&
        stride_b == params.strides_b[last] * params.extents[last]) {
      params.extents[last] *= extent;
      continue;
    }
    params.extents[params.rank] = extent;
    params.strides_a[params.rank] = stride_a;
    params.strides_b[params.rank] = stride_b;
    ++params.rank;
  }
  if (params.rank == 0) {
    params.rank = 1;
    params.extents[0] = 1;
  }
  for (int i = 0, j = params.rank - 1; i < j; ++i, --j) {
    std::swap(params.extents[i], params.extents[j]);
    std::swap(params.strides_a[i], params.strides_a[j]);
    std::swap(params.strides_b[i], params.strides_b[j]);
  }
  return params;
}

// The share of dy that goes to `chosen`: all where it alone equals y, half where both do.
Tensor extremum_gradient(const Tensor& dy, const Tensor& y, const Tensor& chosen,
                         const Tensor& other) {
  // 1 where they differ, 0 elsewhere.
  const auto differs_from_y = [&](const Tensor& t) {
    return binary(BinaryOp::subtract, y, t).cast(Dtype::boolean).cast(dy.dtype());
  };
  const Tensor differs = differs_from_y(chosen), other_differs = differs_from_y(other);
  const Tensor one = Tensor::scalar(1, dy.dtype());
  // (1 - d) (1 + d') / 2: 1 when only this one matches, 1/2 when both do, 0 when it does not.
  const Tensor share = binary(BinaryOp::multiply, binary(BinaryOp::subtract, one, differs),
                              binary(BinaryOp::add, one, other_differs));
  return binary(BinaryOp::multiply, dy,
                binary(BinaryOp::multiply, share, Tensor::scalar(0.5, dy.dtype())));
}

struct Operands {
  Tensor a, b;
};

Operands common_dtype(const Tensor& a, const Tensor& b) {
  const Dtype dtype = promote(a.dtype(), b.dtype());
  const Dtype computed = dtype == Dtype::boolean || dtype == Dtype::uint8 ? Dtype::int32 : dtype;
  return {a.cast(computed), b.cast(computed)};
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

Tensor binary(BinaryOp op, const Tensor& a, const Tensor& b) {
  const Shape shape = broadcast(a.shape(), b.shape());
  Tensor out = Tensor::empty(shape, a.dtype(), a.device());
  BinaryParams params = layout(a.shape(), b.shape(), shape);
  params.dtype = a.dtype();
  params.op = op;
  params.a = a.data();
  params.b = b.data();
  params.out = out.mutable_data();
  if (out.size() > 0) backend(a).binary(params);
  return out;
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

}  // namespace ops

namespace {

// A C++ scalar is weak: it takes a floating tensor's dtype, and makes an integer one float32.
Tensor weak(double value, const Tensor& beside) {
  return Tensor::scalar(value, is_floating(beside.dtype()) ? beside.dtype() : Dtype::float32);
}

}  // namespace

Tensor operator-(const Tensor& a) { return ops::negative(a); }
Tensor operator+(const Tensor& a, double b) { return ops::add(a, weak(b, a)); }
Tensor operator-(const Tensor& a, double b) { return ops::subtract(a, weak(b, a)); }
Tensor operator*(const Tensor& a, double b) { return ops::multiply(a, weak(b, a)); }
Tensor operator/(const Tensor& a, double b) { return ops::divide(a, weak(b, a)); }
Tensor operator+(double a, const Tensor& b) { return ops::add(weak(a, b), b); }
Tensor operator-(double a, const Tensor& b) { return ops::subtract(weak(a, b), b); }
Tensor operator*(double a, const Tensor& b) { return ops::multiply(weak(a, b), b); }
Tensor operator/(double a, const Tensor& b) { return ops::divide(weak(a, b), b); }

}  // namespace lamina
