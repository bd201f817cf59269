// What most operations need: the backend of a tensor, and an operand as floating point.
#pragma once

#include "backend/backend.hpp"
#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina::ops {

inline Backend& backend(const Tensor& t) { return backend_for(t.device()); }

/// x itself when it is floating point, else x as float32.
inline Tensor floating(const Tensor& x) {
  return is_floating(x.dtype()) ? x : x.cast(Dtype::float32);
}

/// Undoes broadcasting: sums `gradient` over the axes along which `shape` was repeated.
Tensor sum_to(const Tensor& gradient, const Shape& shape);

/// x op b over broadcast shapes, unrecorded; both of one dtype.
Tensor binary(BinaryOp op, const Tensor& a, const Tensor& b);

/// dy * op'(saved), unrecorded.
Tensor unary_backward(UnaryOp op, const Tensor& dy, const Tensor& saved);

/// x seen as (rows, last axis).
inline std::int64_t leading_rows(const Shape& shape) {
  std::int64_t rows = 1;
  for (int axis = 0; axis + 1 < shape.rank(); ++axis) rows *= shape[axis];
  return rows;
}

}  // namespace lamina::ops
