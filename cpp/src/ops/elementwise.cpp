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

namespace {

bool is_whole(const Scalar& bound) {
  return bound.is_whole() || std::isinf(bound.value()) ||
         bound.value() == std::floor(bound.value());
}

}  // namespace

Tensor clip(const Tensor& x, const Scalar& low, const Scalar& high) {
  if (std::isnan(low.value()) || std::isnan(high.value())) {
    fail(ErrorKind::value, "clip needs bounds that are numbers, got ", low.value(), " and ",
         high.value());
  }
  if (is_floating(x.dtype()) || !is_whole(low) || !is_whole(high)) {
    return unary("clip", UnaryOp::clip, floating(x), {low.value(), high.value()});
  }
  // Bounds beyond what the dtype holds bind nothing; between such bounds nothing fits.
  const Tensor given = x.dtype() == Dtype::boolean ? x.cast(Dtype::int32) : x;
  const bool binds_low = low.fits(given.dtype()), binds_high = high.fits(given.dtype());
  if ((!binds_low && low.value() > 0) || (!binds_high && high.value() < 0)) {
    fail(ErrorKind::value, "clip cannot bring ", name_of(given.dtype()), " between ", low.value(),
         " and ", high.value());
  }
  Tensor y = number(given);
  const auto bound = [&](const Scalar& value) {
    return Tensor::scalar(value, y.dtype(), y.device());
  };
  if (binds_low) y = maximum(y, bound(low));
  if (binds_high) y = minimum(y, bound(high));
  return y.cast(given.dtype());
}

}  // namespace lamina::ops
