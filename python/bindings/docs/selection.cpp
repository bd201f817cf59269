// Functions that choose elements by their places, put them in order, or put them in places.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"take", R"(
Args:
    x: any shape.
    indices: whole numbers of any shape; those below 0 count from the end.
    axis: along which; None flattens x before.

Returns:
    x's shape with that of the indices in place of the axis.

Raises:
    IndexError: an index is out of range.
    TypeError: the indices are no whole numbers.

>>> lamina.ops.take([[1.0, 2.0], [3.0, 4.0]], [1, -1], axis=0).numpy()
array([[3., 4.],
       [3., 4.]], dtype=float32)
)"},
    {"take_along_axis", R"(
Args:
    x: any shape.
    indices: whole numbers, of as many axes as x; those below 0 count from the end.
    axis: along which; None flattens x before.

Returns:
    the indices' shape, with axes of extent 1 broadcast to x's.

Raises:
    IndexError: an index is out of range.
    ValueError: the shapes do not fit.

>>> x = [[3.0, 1.0], [0.0, 2.0]]
>>> lamina.ops.take_along_axis(x, lamina.ops.argsort(x), axis=1).numpy()
array([[1., 3.],
       [0., 2.]], dtype=float32)
)"},
    {"scatter", R"(
Args:
    indices: whole numbers ``(n, k)``: each row is a place of the first k axes.
    values: what is added there, ``(n, ...)``, with the extents of the other axes. bool and uint8
        become int32.
    shape: the result's.

Returns:
    where a place is named twice, the sum of its values.

Raises:
    IndexError: an index is out of range.
    ValueError: the shapes do not fit.

>>> lamina.ops.scatter([[0], [2], [0]], [1.0, 2.0, 3.0], (4,)).numpy()
array([4., 0., 2., 0.], dtype=float32)
)"},
    {"one_hot", R"(
Args:
    x: whole numbers of any shape.
    num_classes: the new axis's extent, at least 1. A class that is not below it, or is below 0,
        gives zeros alone.
    axis: where the new axis stands in the result.
    dtype: the result's; None for ``lamina.config.floatx()``.
    sparse: False; there are no sparse tensors.

>>> lamina.ops.one_hot([0, 2, -1], 3).numpy()
array([[1., 0., 0.],
       [0., 0., 1.],
       [0., 0., 0.]], dtype=float32)
)"},
    {"embedding", R"(
Args:
    table: ``(rows, features)``.
    indices: whole numbers of any shape; those below 0 count from the end.

Returns:
    the indices' shape and one axis more, for the features. Gradients of a row that is taken several
    times are added.

Raises:
    IndexError: an index is out of range.
    TypeError: the indices are no whole numbers.

>>> lamina.ops.embedding([[1.0, 2.0], [3.0, 4.0]], [1, 0]).numpy()
array([[3., 4.],
       [1., 2.]], dtype=float32)
)"},
    {"sort", R"(
Args:
    x: any shape; the result has its dtype.
    axis: along which; None flattens x before.

>>> lamina.ops.sort([[3.0, 1.0], [0.0, 2.0]]).numpy()
array([[1., 3.],
       [0., 2.]], dtype=float32)
)"},
    {"argsort", R"(
Args:
    x: any shape.
    axis: along which; None flattens x before.

Returns:
    int32; equals keep their order.

>>> lamina.ops.argsort([2.0, 1.0, 2.0, 1.0]).numpy()
array([1, 3, 0, 2], dtype=int32)
)"},
    {"top_k", R"(
Args:
    x: at least one axis.
    k: how many, from 1 to the last axis's extent.
    sorted: has no effect: they are always in order. Of equals the first comes first, a NaN before
        all.

Returns:
    ``values`` of x's dtype and ``indices`` (int32), each ``(..., k)``.

Raises:
    ValueError: the axis has not k elements.

>>> values, indices = lamina.ops.top_k([1.0, 4.0, 2.0, 4.0], 3)
>>> values.numpy(), indices.numpy()
(array([4., 4., 2.], dtype=float32), array([1, 3, 2], dtype=int32))
)"},
};

}  // namespace

constinit const std::span<const Details> selection_details = table;

}  // namespace lamina::python
