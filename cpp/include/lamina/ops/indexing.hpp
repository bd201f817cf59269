// Elements chosen by indices. Negative indices count from the end; one out of range is an index
// error. Gradients are added in a fixed order.
#pragma once

#include "lamina/core/tensor.hpp"

namespace lamina::ops {

/// The slices of x at `indices` along an axis: its extent is replaced by the indices' shape.
LAMINA_API Tensor take(const Tensor& x, const Tensor& indices, int axis);
/// The element at indices[...] of each line along an axis; shapes agree in all other axes.
LAMINA_API Tensor take_along_axis(const Tensor& x, const Tensor& indices, int axis);
/// Zeros of `shape`, with values[i] added at the leading position indices[i, :].
LAMINA_API Tensor scatter(const Tensor& indices, const Tensor& values, const Shape& shape);
/// 1 at each index along a new axis of `classes`, else 0; an index out of range gives zeros alone.
LAMINA_API Tensor one_hot(const Tensor& indices, std::int64_t classes, int axis = -1,
                          Dtype dtype = Dtype::float32);
/// Rows of `table` by index. Its gradient keeps just the rows it touches, so that an optimizer can
/// skip the others.
LAMINA_API Tensor embedding(const Tensor& table, const Tensor& indices);

/// Along an axis, ascending, NaN last.
LAMINA_API Tensor sort(const Tensor& x, int axis = -1);
/// Where sort took each element from (int32); equals keep their order.
LAMINA_API Tensor argsort(const Tensor& x, int axis = -1);
struct TopK {
  Tensor values, indices;
};
/// The k largest of each line of the last axis, largest first, and where they stand (int32).
LAMINA_API TopK top_k(const Tensor& x, std::int64_t k);

}  // namespace lamina::ops
