// Moves some axes of inputs to the end, where normalization works, and back.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina {

class LAMINA_API AxesLast {
 public:
  AxesLast() = default;
  /// `axes` of inputs of that shape. A value error that names `owner` if the batch axis is among
  /// them.
  AxesLast(const std::string& owner, const Shape& input_shape,
           const std::vector<std::int64_t>& axes);

  int count() const noexcept { return normalized_.rank(); }
  /// The extents of the axes, in ascending order.
  const Shape& normalized() const noexcept { return normalized_; }
  bool accepts(const Shape& input_shape) const;
  Tensor apply(const Tensor& inputs, const std::function<Tensor(const Tensor&)>& function) const;

 private:
  Shape normalized_;
  std::vector<int> order_, inverse_;  // empty if the axes are the last ones already
  std::vector<int> axes_;
  int rank_ = 0;
};

}  // namespace lamina
