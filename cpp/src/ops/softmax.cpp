#include "lamina/ops/softmax.hpp"

#include "ops/support.hpp"

namespace lamina::ops {
namespace {

Tensor softmax(const char* name, bool log, const Tensor& input) {
  if (input.rank() < 1 || input.shape().last() < 1) {
    fail(ErrorKind::value, name, " needs a last axis of at least one element, got shape ",
         input.shape());
  }
  const Tensor x = floating(input);
  const std::int64_t rows = leading_rows(x.shape()), cols = x.shape().last();
  Tensor y = Tensor::empty_like(x);
  backend(x).softmax({x.dtype(), log, rows, cols, x.data(), y.mutable_data()});
  if (!needs_grad({x})) return y;
  return record(name, {x}, y, {y}, [=](const Tensor& dy, const TensorList& s, Needs) {
    Tensor dx = Tensor::empty_like(dy);
    backend(dy).softmax_backward(
        {dy.dtype(), log, rows, cols, dy.data(), s[0].data(), dx.mutable_data()});
    return TensorList{dx};
  });
}

}  // namespace

Tensor softmax(const Tensor& x) { return softmax("softmax", false, x); }
Tensor log_softmax(const Tensor& x) { return softmax("log_softmax", true, x); }

}  // namespace lamina::ops
