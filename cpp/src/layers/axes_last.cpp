#include "lamina/layers/axes_last.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "lamina/ops/arrangement.hpp"

namespace lamina {

AxesLast::AxesLast(const std::string& owner, const Shape& input_shape,
                   const std::vector<std::int64_t>& axes)
    : rank_(input_shape.rank()) {
  for (const std::int64_t given : axes) {
    const std::int64_t axis = given < 0 ? given + rank_ : given;
    if (axis < 1 || axis >= rank_) {
      fail(ErrorKind::value, owner, " normalizes axes after the batch's, got axis=", given,
           " for inputs ", input_shape);
    }
    axes_.push_back(static_cast<int>(axis));
  }
  std::sort(axes_.begin(), axes_.end());
  if (axes_.empty() || std::adjacent_find(axes_.begin(), axes_.end()) != axes_.end()) {
    fail(ErrorKind::value, owner, " needs each axis once and at least one, got ", axes.size(),
         " axes");
  }
  for (int axis : axes_) normalized_.push_back(input_shape[axis]);
  for (int axis = 0; axis < rank_; ++axis) {
    if (!std::binary_search(axes_.begin(), axes_.end(), axis)) order_.push_back(axis);
  }
  order_.insert(order_.end(), axes_.begin(), axes_.end());
  if (std::is_sorted(order_.begin(), order_.end())) {
    order_.clear();
    return;
  }
  inverse_.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    inverse_[static_cast<std::size_t>(order_[i])] = static_cast<int>(i);
  }
}

bool AxesLast::accepts(const Shape& input_shape) const {
  bool fits = input_shape.rank() == rank_;
  for (std::size_t i = 0; fits && i < axes_.size(); ++i) {
    fits = input_shape[axes_[i]] == normalized_[static_cast<int>(i)];
  }
  return fits;
}

Tensor AxesLast::apply(const Tensor& inputs,
                       const std::function<Tensor(const Tensor&)>& function) const {
  if (order_.empty()) return function(inputs);
  return ops::transpose(function(ops::transpose(inputs, order_)), inverse_);
}

}  // namespace lamina
