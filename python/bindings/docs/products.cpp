// Sums of products.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"matmul", R"(
Args:
    x1: ``(..., m, k)``, or a vector ``(k)``, which counts as a row.
    x2: ``(..., k, n)``, or a vector ``(k)``, which counts as a column. Leading axes broadcast.

Returns:
    ``(..., m, n)``, without the axis that a vector stood for. Whole numbers stay whole.

Raises:
    ValueError: the shapes do not fit; numbers are multiplied by ``multiply``.

>>> lamina.ops.matmul([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]).numpy()
array([3., 7.], dtype=float32)
>>> lamina.ops.matmul(lamina.ops.ones((5, 1, 2, 3)), lamina.ops.ones((7, 3, 4))).shape
(5, 7, 2, 4)
)"},
    {"dot", R"(
Args:
    x1: ``(..., k)``, or a number, which multiplies.
    x2: ``(..., k, n)`` or ``(k)``, or a number, which multiplies.

Returns:
    the leading axes of x1, then those of x2, unlike ``matmul``'s, which broadcast. Whole numbers
    stay whole.

Raises:
    ValueError: the extents that are summed differ.

>>> lamina.ops.dot([1.0, 2.0], [3.0, 4.0]).item()
11.0
>>> lamina.ops.dot(lamina.ops.ones((2, 3)), lamina.ops.ones((4, 3, 5))).shape
(2, 4, 5)
)"},
    {"inner", R"(
Args:
    x1: ``(..., k)``, or a number, which multiplies.
    x2: likewise.

Returns:
    the leading axes of x1, then those of x2. Whole numbers stay whole.

Raises:
    ValueError: the last extents differ.

>>> lamina.ops.inner([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]).numpy()
array([3., 7.], dtype=float32)
)"},
    {"outer", R"(
Args:
    x1: m elements, of any shape.
    x2: n elements, of any shape.

Returns:
    ``(m, n)``. Whole numbers stay whole.

>>> lamina.ops.outer([1.0, 2.0], [3.0, 4.0, 5.0]).numpy()
array([[ 3.,  4.,  5.],
       [ 6.,  8., 10.]], dtype=float32)
)"},
    {"vdot", R"(
Args:
    x1: any shape.
    x2: any shape of as many elements.

Returns:
    a tensor without axes. Whole numbers stay whole.

Raises:
    ValueError: the numbers of elements differ.

>>> lamina.ops.vdot([[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0], [1.0, 1.0]]).item()
10.0
)"},
    {"einsum", R"(
Args:
    subscripts: a letter for each axis of each operand, then, after ``->``, those of the result; the
        others are summed over. ``...`` stands for axes that broadcast. Without ``->``, the letters
        that stand once, in alphabetical order.
    *args: the operands.

Raises:
    ValueError: the subscripts do not fit the operands.

>>> x = [[1.0, 2.0], [3.0, 4.0]]
>>> lamina.ops.einsum("ij,j->i", x, [1.0, 10.0]).numpy()
array([21., 43.], dtype=float32)
>>> lamina.ops.einsum("ii->", x).item()  # the trace
5.0
)"},
};

}  // namespace

constinit const std::span<const Details> product_details = table;

}  // namespace lamina::python
