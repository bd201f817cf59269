// Operations that only move elements: gradients move back the same way.
#pragma once

#include <optional>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// Axes in another order; reversed when none is named.
LAMINA_API Tensor transpose(const Tensor& x, const std::vector<int>& axes = {});
/// A new axis of extent 1 at that place of the result.
LAMINA_API Tensor expand_dims(const Tensor& x, int axis);
/// Without those axes of extent 1, or without all of them when none is named.
LAMINA_API Tensor squeeze(const Tensor& x, const std::vector<int>& axes = {});
LAMINA_API Tensor broadcast_to(const Tensor& x, const Shape& shape);

/// Elements begin, begin + step, ... of an axis; begin and step may run backwards.
struct Range {
  std::int64_t begin, count, step = 1;
};
/// One range an axis.
LAMINA_API Tensor slice(const Tensor& x, const std::vector<Range>& ranges);
LAMINA_API Tensor flip(const Tensor& x, const std::vector<int>& axes = {});

LAMINA_API Tensor concatenate(const TensorList& tensors, int axis = 0);
/// Along a new axis.
LAMINA_API Tensor stack(const TensorList& tensors, int axis = 0);
/// Into equal parts.
LAMINA_API TensorList split(const Tensor& x, std::int64_t parts, int axis = 0);
/// Before each of these places of the axis, which ascend.
LAMINA_API TensorList split_at(const Tensor& x, const std::vector<std::int64_t>& places,
                               int axis = 0);

struct Padding {
  std::int64_t before, after;
};
enum class PadMode { constant, reflect, symmetric };
/// One padding an axis.
LAMINA_API Tensor pad(const Tensor& x, const std::vector<Padding>& padding,
                      PadMode mode = PadMode::constant, const Scalar& value = 0);
/// x repeated as a whole, along its last axes as many as are named.
LAMINA_API Tensor tile(const Tensor& x, const std::vector<std::int64_t>& repeats);
/// Each element repeated along an axis.
LAMINA_API Tensor repeat(const Tensor& x, std::int64_t repeats, int axis);

}  // namespace lamina::ops
