#include "lamina/ops/dense.hpp"

#include "lamina/ops/reduction.hpp"
#include "ops/fused.hpp"
#include "ops/gemm.hpp"

namespace lamina::ops {
namespace {

void check(const Tensor& x, const Tensor& kernel, const Tensor& bias) {
  if (x.rank() < 1 || kernel.rank() != 2 || x.shape().last() != kernel.shape()[0]) {
    fail(ErrorKind::value, "dense needs inputs (..., n) and a kernel (n, units), got ", x.shape(),
         " and ", kernel.shape());
  }
  if (bias.defined() && bias.shape() != Shape{kernel.shape()[1]}) {
    fail(ErrorKind::value, "dense needs a bias of shape ", Shape{kernel.shape()[1]}, ", got ",
         bias.shape());
  }
}

}  // namespace

Tensor dense(const Tensor& inputs, const Tensor& weights, const Tensor& offset,
             const Activation& activation) {
  check(inputs, weights, offset);
  Dtype dtype = promote(inputs.dtype(), weights.dtype());
  if (offset.defined()) dtype = promote(dtype, offset.dtype());
  const Tensor x = floating(inputs.cast(dtype)), kernel = floating(weights.cast(dtype));
  const Tensor bias = offset.defined() ? offset.cast(kernel.dtype()) : offset;
  const FusedActivation op = fused(activation);
  Shape shape = x.shape().with(-1, kernel.shape()[1]);
  Tensor y = gemm("dense", {x}, {kernel}, shape, bias, op);
  if (needs_grad({x, kernel, bias})) {
    const Tensor output = saved_output(op, y);
    record("dense", {x, kernel, bias}, y, {x, kernel, output},
           [op](const Tensor& dy, const TensorList& s, Needs needs) {
             const Tensor dz = before_activation(op, dy, s[2]);
             TensorList grads(3);
             if (needs[0]) grads[0] = gemm("dense", {dz}, {s[1], true}, s[0].shape());
             if (needs[1]) grads[1] = gemm("dense", {s[0], true}, {dz}, s[1].shape());
             if (needs[2])
               grads[2] = sum(dz.reshape({leading_rows(dz.shape()), dz.shape().last()}), {0});
             return grads;
           });
  }
  return activated(op, activation, y);
}

}  // namespace lamina::ops
