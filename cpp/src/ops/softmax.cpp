#include "lamina/ops/softmax.hpp"

#include "lamina/ops/arrangement.hpp"
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

// Any other axis is brought to the end, and back.
Tensor along_axis(const char* name, bool log, const Tensor& x, int axis) {
  if (x.rank() < 1 || x.shape().axis(axis) == x.rank() - 1) return softmax(name, log, x);
  std::vector<int> order;
  for (int i = 0; i < x.rank(); ++i) order.push_back(i);
  std::swap(order[static_cast<std::size_t>(x.shape().axis(axis))], order.back());
  return transpose(softmax(name, log, transpose(x, order)), order);
}

}  // namespace

Tensor softmax(const Tensor& x, int axis) { return along_axis("softmax", false, x, axis); }
Tensor log_softmax(const Tensor& x, int axis) { return along_axis("log_softmax", true, x, axis); }

}  // namespace lamina::ops
