#include "lamina/ops/elementwise.hpp"

#include "ops/support.hpp"

namespace lamina::ops {

Tensor unary_backward(UnaryOp op, const Tensor& dy, const Tensor& saved) {
  Tensor dx = Tensor::empty_like(dy);
  backend(dy).unary_backward({dy.dtype(), op, dy.size(), dy.data(),
                              saved.defined() ? saved.data() : nullptr, dx.mutable_data()});
  return dx;
}

namespace {

Tensor unary(const char* name, UnaryOp op, const Tensor& x) {
  Tensor y = Tensor::empty_like(x);
  backend(x).unary({x.dtype(), op, x.size(), x.data(), y.mutable_data()});
  if (!needs_grad({x})) return y;
  const Saves saves = saved_by(op);
  const TensorList saved{saves == Saves::input ? x : saves == Saves::output ? y : Tensor()};
  return record(name, {x}, y, saved, [op](const Tensor& dy, const TensorList& s, Needs) {
    return TensorList{unary_backward(op, dy, s[0])};
  });
}

}  // namespace

Tensor negative(const Tensor& x) { return unary("negative", UnaryOp::negative, x); }
Tensor abs(const Tensor& x) { return unary("abs", UnaryOp::abs, x); }
Tensor square(const Tensor& x) { return unary("square", UnaryOp::square, x); }
Tensor exp(const Tensor& x) { return unary("exp", UnaryOp::exp, floating(x)); }
Tensor log(const Tensor& x) { return unary("log", UnaryOp::log, floating(x)); }
Tensor sqrt(const Tensor& x) { return unary("sqrt", UnaryOp::sqrt, floating(x)); }
Tensor relu(const Tensor& x) { return unary("relu", UnaryOp::relu, floating(x)); }
Tensor tanh(const Tensor& x) { return unary("tanh", UnaryOp::tanh, floating(x)); }
Tensor sigmoid(const Tensor& x) { return unary("sigmoid", UnaryOp::sigmoid, floating(x)); }
Tensor softplus(const Tensor& x) { return unary("softplus", UnaryOp::softplus, floating(x)); }

}  // namespace lamina::ops
