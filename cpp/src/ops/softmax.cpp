#include "lamina/ops/softmax.hpp"

#include <algorithm>

#include "lamina/ops/arrangement.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

Tensor softmax(const char* name, bool log, const Tensor& input) {
  if (input.rank() < 1) fail(ErrorKind::value, name, " needs an axis, got shape ()");
  Tensor x = floating(input);
  if (x.size() == 0) return x;
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

// Other axes are brought to the end and made one, and brought back.
Tensor along_axes(const char* name, bool log, const Tensor& x, const std::vector<int>& axes) {
  if (x.rank() < 1) return softmax(name, log, x);
  std::vector<bool> chosen(static_cast<std::size_t>(x.rank()), false);
  for (const int axis : axes) chosen[static_cast<std::size_t>(x.shape().axis(axis))] = true;
  std::vector<int> order;
  Shape rows{};
  std::int64_t cols = 1;
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (chosen[static_cast<std::size_t>(axis)]) continue;
    order.push_back(axis);
    rows.push_back(x.shape()[axis]);
  }
  const bool none_chosen = static_cast<int>(order.size()) == x.rank();
  if (none_chosen) fail(ErrorKind::value, name, " needs at least one axis");
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (!chosen[static_cast<std::size_t>(axis)]) continue;
    order.push_back(axis);
    cols *= x.shape()[axis];
  }
  rows.push_back(cols);
  if (std::is_sorted(order.begin(), order.end())) {
    if (rows == x.shape()) return softmax(name, log, x);
    return softmax(name, log, x.reshape(rows)).reshape(x.shape());
  }
  std::vector<int> inverse(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    inverse[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  }
  const Tensor last = transpose(x, order);
  return transpose(softmax(name, log, last.reshape(rows)).reshape(last.shape()), inverse);
}

}  // namespace

Tensor softmax(const Tensor& x, int axis) { return along_axes("softmax", false, x, {axis}); }
Tensor softmax(const Tensor& x, const std::vector<int>& axes) {
  return along_axes("softmax", false, x, axes);
}
Tensor log_softmax(const Tensor& x, int axis) { return along_axes("log_softmax", true, x, {axis}); }
Tensor log_softmax(const Tensor& x, const std::vector<int>& axes) {
  return along_axes("log_softmax", true, x, axes);
}

}  // namespace lamina::ops
