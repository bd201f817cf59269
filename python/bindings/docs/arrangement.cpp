// Functions that give the same elements other places or another shape.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"reshape", R"(
Args:
    x: any shape.
    newshape: the result's extents, which x fills row by row; -1 stands for what is left.

Raises:
    ValueError: the shape has another number of elements, or -1 twice.

>>> lamina.ops.reshape([1.0, 2.0, 3.0, 4.0], (2, -1)).numpy()
array([[1., 2.],
       [3., 4.]], dtype=float32)
)"},
    {"ravel", R"(
Args:
    x: any shape.

>>> lamina.ops.ravel([[1.0, 2.0], [3.0, 4.0]]).numpy()
array([1., 2., 3., 4.], dtype=float32)
)"},
    {"transpose", R"(
Args:
    x: any shape.
    axes: for each axis of the result that of x; None reverses them.

Raises:
    ValueError: axes does not name each axis once.

>>> lamina.ops.transpose([[1.0, 2.0], [3.0, 4.0]]).numpy()
array([[1., 3.],
       [2., 4.]], dtype=float32)
>>> lamina.ops.transpose(lamina.ops.ones((2, 3, 4)), (1, 2, 0)).shape
(3, 4, 2)
)"},
    {"swapaxes", R"(
Args:
    x: a shape with these axes.
    axis1: an axis.
    axis2: another.

>>> lamina.ops.swapaxes(lamina.ops.ones((2, 3, 4)), 0, -1).shape
(4, 3, 2)
)"},
    {"moveaxis", R"(
Args:
    x: a shape with these axes.
    source: one axis or several.
    destination: for each of them its place in the result; the others keep their order.

Raises:
    ValueError: an axis or a place is named twice.

>>> lamina.ops.moveaxis(lamina.ops.ones((2, 3, 4)), 0, -1).shape
(3, 4, 2)
)"},
    {"expand_dims", R"(
Args:
    x: any shape.
    axis: where the new axis stands in the result; several make several.

Raises:
    IndexError: the result has no such axis.

>>> lamina.ops.expand_dims([1.0, 2.0], -1).shape
(2, 1)
)"},
    {"squeeze", R"(
Args:
    x: any shape.
    axis: one axis, several, or None for all of extent 1.

Raises:
    ValueError: the axis has another extent.

>>> lamina.ops.squeeze(lamina.ops.ones((1, 2, 1))).shape
(2,)
>>> lamina.ops.squeeze(lamina.ops.ones((1, 2, 1)), 0).shape
(2, 1)
)"},
    {"broadcast_to", R"(
Args:
    x: a shape whose extents, from the last on, are those of ``shape`` or 1.
    shape: the result's.

Raises:
    ValueError: x does not broadcast to the shape.

>>> lamina.ops.broadcast_to([1.0, 2.0], (3, 2)).numpy()
array([[1., 2.],
       [1., 2.],
       [1., 2.]], dtype=float32)
)"},
    {"flip", R"(
Args:
    x: any shape.
    axis: one axis, several, or None for all.

>>> lamina.ops.flip([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
array([[3., 4.],
       [1., 2.]], dtype=float32)
)"},
    {"fliplr", R"(
Args:
    x: at least two axes.

Raises:
    IndexError: x has no second axis.

>>> lamina.ops.fliplr([[1.0, 2.0], [3.0, 4.0]]).numpy()
array([[2., 1.],
       [4., 3.]], dtype=float32)
)"},
    {"flipud", R"(
Args:
    x: at least one axis.

>>> lamina.ops.flipud([[1.0, 2.0], [3.0, 4.0]]).numpy()
array([[3., 4.],
       [1., 2.]], dtype=float32)
)"},
    {"roll", R"(
Args:
    x: any shape.
    shift: by how many places; one number for all axes, or one for each.
    axis: one axis or several; None shifts x flattened, and keeps its shape.

>>> lamina.ops.roll([1.0, 2.0, 3.0], 1).numpy()
array([3., 1., 2.], dtype=float32)
>>> lamina.ops.roll([[1.0, 2.0], [3.0, 4.0]], 1, axis=0).numpy()
array([[3., 4.],
       [1., 2.]], dtype=float32)
)"},
    {"tril", R"(
Args:
    x: ``(..., rows, columns)``; the result has its dtype.
    k: the last diagonal that stays: 0 is the main one, 1 the one above it.

Raises:
    ValueError: x has fewer than two axes.

>>> lamina.ops.tril([[1.0, 2.0], [3.0, 4.0]]).numpy()
array([[1., 0.],
       [3., 4.]], dtype=float32)
)"},
    {"triu", R"(
Args:
    x: ``(..., rows, columns)``; the result has its dtype.
    k: the first diagonal that stays: 0 is the main one, 1 the one above it.

Raises:
    ValueError: x has fewer than two axes.

>>> lamina.ops.triu([[1.0, 2.0], [3.0, 4.0]], k=1).numpy()
array([[0., 2.],
       [0., 0.]], dtype=float32)
)"},
    {"diagonal", R"(
Args:
    x: at least two axes.
    offset: which diagonal: 0 is the main one, 1 the one above it.
    axis1: that of the rows.
    axis2: that of the columns.

Returns:
    the elements at ``(i, i + offset)`` of the two axes.

Raises:
    ValueError: x has not these two axes.

>>> lamina.ops.diagonal([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], offset=1).numpy()
array([2., 6.], dtype=float32)
)"},
    {"trace", R"(
Args:
    x: at least two axes; dtypes are those of ``sum``.
    offset: which diagonal: 0 is the main one, 1 the one above it.
    axis1: that of the rows.
    axis2: that of the columns.

Raises:
    ValueError: x has not these two axes.

>>> lamina.ops.trace([[1.0, 2.0], [3.0, 4.0]]).item()
5.0
)"},
};

}  // namespace

constinit const std::span<const Details> arrangement_details = table;

}  // namespace lamina::python
