#include "lamina/ops/elementwise.hpp"

#include <cmath>

#include "lamina/ops/arithmetic.hpp"
#include "ops/support.hpp"

namespace lamina::ops {

Tensor unary_backward(UnaryOp op, const Tensor& dy, const Tensor& saved, UnaryNumbers numbers) {
  Tensor dx = Tensor::empty_like(dy);
  backend(dy).unary_backward({dy.dtype(), op, dy.size(), dy.data(),
                              saved.defined() ? saved.data() : nullptr, dx.mutable_data(),
                              numbers});
  return dx;
}

Tensor unary(const char* name, UnaryOp op, const Tensor& x, UnaryNumbers numbers) {
  Tensor y = Tensor::empty_like(x);
  backend(x).unary({x.dtype(), op, x.size(), x.data(), y.mutable_data(), numbers});
  if (!needs_grad({x})) return y;
  const Saves saves = saved_by(op);
  const TensorList saved{saves == Saves::input ? x : saves == Saves::output ? y : Tensor()};
  return record(name, {x}, y, saved, [op, numbers](const Tensor& dy, const TensorList& s, Needs) {
    return TensorList{unary_backward(op, dy, s[0], numbers)};
  });
}

namespace {

// Whole numbers are their own floor.
Tensor rounded(const char* name, UnaryOp op, const Tensor& x) {
  return is_floating(x.dtype()) ? unary(name, op, x) : x;
}

}  // namespace

Tensor negative(const Tensor& x) { return unary("negative", UnaryOp::negative, number(x)); }
Tensor abs(const Tensor& x) { return unary("abs", UnaryOp::abs, number(x)); }
Tensor sign(const Tensor& x) { return unary("sign", UnaryOp::sign, number(x)); }
Tensor square(const Tensor& x) { return unary("square", UnaryOp::square, number(x)); }
Tensor floor(const Tensor& x) { return rounded("floor", UnaryOp::floor, x); }
Tensor ceil(const Tensor& x) { return rounded("ceil", UnaryOp::ceil, x); }
Tensor round(const Tensor& x) { return rounded("round", UnaryOp::round, x); }
Tensor sqrt(const Tensor& x) { return unary("sqrt", UnaryOp::sqrt, floating(x)); }
Tensor rsqrt(const Tensor& x) { return unary("rsqrt", UnaryOp::rsqrt, floating(x)); }
Tensor reciprocal(const Tensor& x) { return unary("reciprocal", UnaryOp::reciprocal, floating(x)); }
Tensor exp(const Tensor& x) { return unary("exp", UnaryOp::exp, floating(x)); }
Tensor expm1(const Tensor& x) { return unary("expm1", UnaryOp::expm1, floating(x)); }
Tensor log(const Tensor& x) { return unary("log", UnaryOp::log, floating(x)); }
Tensor log1p(const Tensor& x) { return unary("log1p", UnaryOp::log1p, floating(x)); }
Tensor log2(const Tensor& x) { return log(x) * 1.4426950408889634; }
Tensor log10(const Tensor& x) { return log(x) * 0.43429448190325182; }
Tensor erf(const Tensor& x) { return unary("erf", UnaryOp::erf, floating(x)); }

Tensor clip(const Tensor& x, double low, double high) {
  if (!(low <= high)) {
    fail(ErrorKind::value, "clip needs bounds in order, got ", low, " and ", high);
  }
  // Whole bounds that the integer can hold keep it whole.
  const double reach = x.dtype() == Dtype::int64 ? 0x1p62 : 0x1p30;
  const double least = std::max(low, -reach), most = std::min(high, reach);
  const bool whole = least == std::floor(least) && most == std::floor(most);
  if (is_floating(x.dtype()) || !whole) {
    return unary("clip", UnaryOp::clip, floating(x), {low, high});
  }
  const Tensor numbers = number(x);
  const Tensor bounded = std::isinf(low) && std::isinf(high)
                             ? numbers
                             : unary("clip", UnaryOp::clip, numbers, {least, most});
  return bounded.cast(x.dtype());
}

}  // namespace lamina::ops
