#include "lamina/ops/elementwise.hpp"

#include <cmath>

#include "core/tensor_impl.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "ops/support.hpp"

namespace lamina::ops {

Tensor unary_backward(UnaryOp op, const Tensor& dy, const Tensor& saved, UnaryNumbers numbers) {
  Tensor dx = is_unshared(dy) ? dy : Tensor::empty_like(dy);
  backend(dy).unary_backward(
      {dy.dtype(), op, dy.size(), dy.data(), data_or_null(saved), dx.mutable_data(), numbers});
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

bool is_unsigned(const Tensor& x) {
  return x.dtype() == Dtype::uint8 || x.dtype() == Dtype::boolean;
}

}  // namespace

Tensor negative(const Tensor& x) { return unary("negative", UnaryOp::negative, number(x)); }
Tensor abs(const Tensor& x) { return is_unsigned(x) ? x : unary("abs", UnaryOp::abs, x); }
Tensor sign(const Tensor& x) {
  return is_unsigned(x) ? x.cast(Dtype::boolean).cast(x.dtype()) : unary("sign", UnaryOp::sign, x);
}
Tensor square(const Tensor& x) { return unary("square", UnaryOp::square, number(x)); }
Tensor floor(const Tensor& x) { return unary("floor", UnaryOp::floor, floating(x)); }
Tensor ceil(const Tensor& x) { return unary("ceil", UnaryOp::ceil, floating(x)); }
// Whole numbers are round already.
Tensor round(const Tensor& x) {
  return is_floating(x.dtype()) ? unary("round", UnaryOp::round, x) : x;
}
Tensor sqrt(const Tensor& x) { return unary("sqrt", UnaryOp::sqrt, floating(x)); }
Tensor rsqrt(const Tensor& x) { return unary("rsqrt", UnaryOp::rsqrt, floating(x)); }
Tensor reciprocal(const Tensor& x) { return unary("reciprocal", UnaryOp::reciprocal, floating(x)); }
Tensor exp(const Tensor& x) { return unary("exp", UnaryOp::exp, floating(x)); }
Tensor expm1(const Tensor& x) { return unary("expm1", UnaryOp::expm1, floating(x)); }
Tensor log(const Tensor& x) { return unary("log", UnaryOp::log, floating(x)); }
Tensor log1p(const Tensor& x) { return unary("log1p", UnaryOp::log1p, floating(x)); }
Tensor log2(const Tensor& x) { return unary("log2", UnaryOp::log2, floating(x)); }
Tensor log10(const Tensor& x) { return log(x) * 0.43429448190325182; }
Tensor sinh(const Tensor& x) { return unary("sinh", UnaryOp::sinh, floating(x)); }
Tensor sin(const Tensor& x) { return unary("sin", UnaryOp::sin, floating(x)); }
Tensor cos(const Tensor& x) { return unary("cos", UnaryOp::cos, floating(x)); }
Tensor arctan(const Tensor& x) { return unary("arctan", UnaryOp::arctan, floating(x)); }
Tensor erf(const Tensor& x) { return unary("erf", UnaryOp::erf, floating(x)); }

Tensor clip(const Tensor& x, double low, double high) {
  if (std::isnan(low) || std::isnan(high)) {
    fail(ErrorKind::value, "clip needs bounds that are numbers, got ", low, " and ", high);
  }
  const bool whole =
      (std::isinf(low) || low == std::floor(low)) && (std::isinf(high) || high == std::floor(high));
  if (is_floating(x.dtype()) || !whole) {
    return unary("clip", UnaryOp::clip, floating(x), {low, high});
  }
  // Bounds beyond what the dtype holds bind nothing; between such bounds nothing fits.
  const auto [least, most] = range_of(x.dtype());
  if (low > most || high < least) {
    fail(ErrorKind::value, "clip cannot bring ", name_of(x.dtype()), " between ", low, " and ",
         high);
  }
  Tensor y = number(x);
  if (low > least) y = maximum(y, Tensor::full({}, low, y.dtype(), y.device()));
  if (high < most) y = minimum(y, Tensor::full({}, high, y.dtype(), y.device()));
  return x.dtype() == Dtype::boolean ? y : y.cast(x.dtype());
}

}  // namespace lamina::ops
