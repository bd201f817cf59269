// Functions over axes: sums, means, extremes, places of extremes.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"sum", R"(
Args:
    x: any shape; whole numbers stay whole, bool becomes int32 and uint8 int64.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

Raises:
    IndexError: x has no such axis.

>>> lamina.ops.sum([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
array([4., 6.], dtype=float32)
>>> lamina.ops.sum([[1.0, 2.0], [3.0, 4.0]], axis=1, keepdims=True).numpy()
array([[3.],
       [7.]], dtype=float32)
)"},
    {"mean", R"(
Args:
    x: any shape; whole numbers become float32. The mean of no elements is NaN.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

>>> lamina.ops.mean([[1.0, 2.0], [3.0, 4.0]], axis=-1).numpy()
array([1.5, 3.5], dtype=float32)
)"},
    {"prod", R"(
Args:
    x: any shape; whole numbers stay whole, bool and uint8 become int32.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.
    dtype: of x before, and of the result.

>>> lamina.ops.prod([[1.0, 2.0], [3.0, 4.0]], axis=1).numpy()
array([ 2., 12.], dtype=float32)
)"},
    {"max", R"(
Args:
    x: any shape; the result has its dtype. Where there is a NaN, the result is NaN.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.
    initial: the least result; what no elements give.

Equals share the gradient.

Raises:
    ValueError: there are no elements, and no ``initial``.

>>> lamina.ops.max([[1.0, 5.0], [7.0, 2.0]], axis=0).numpy()
array([7., 5.], dtype=float32)
>>> lamina.ops.max([], initial=-1.0).item()
-1.0
)"},
    {"min", R"(
Args:
    x: any shape; the result has its dtype. Where there is a NaN, the result is NaN.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.
    initial: the largest result; what no elements give.

Equals share the gradient.

Raises:
    ValueError: there are no elements, and no ``initial``.

>>> lamina.ops.min([[1.0, 5.0], [7.0, 2.0]], axis=0).numpy()
array([1., 2.], dtype=float32)
)"},
    {"amax", R"(
The same as ``max``.

Args:
    x: any shape; the result has its dtype. Where there is a NaN, the result is NaN.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

>>> lamina.ops.amax([[1.0, 5.0], [7.0, 2.0]], axis=1).numpy()
array([5., 7.], dtype=float32)
)"},
    {"amin", R"(
The same as ``min``.

Args:
    x: any shape; the result has its dtype. Where there is a NaN, the result is NaN.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

>>> lamina.ops.amin([[1.0, 5.0], [7.0, 2.0]], axis=1).numpy()
array([1., 2.], dtype=float32)
)"},
    {"var", R"(
Args:
    x: any shape; whole numbers become float32.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

Returns:
    the mean of the squared distances from the mean: it divides by n, not by n - 1.

>>> lamina.ops.var([[1.0, 3.0], [0.0, 4.0]], axis=1).numpy()
array([1., 4.], dtype=float32)
)"},
    {"std", R"(
Args:
    x: any shape; whole numbers become float32.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

Returns:
    the root of ``var``, which divides by n. Its gradient is 0 where all are equal.

>>> lamina.ops.std([[1.0, 3.0], [0.0, 4.0]], axis=1).numpy()
array([1., 2.], dtype=float32)
)"},
    {"moments", R"(
Args:
    x: any shape; whole numbers become float32.
    axes: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.
    synchronized: False; there is one process.

Returns:
    the mean, and the variance, which divides by n.

>>> mean, variance = lamina.ops.moments([[1.0, 3.0], [5.0, 7.0]], axes=0)
>>> mean.numpy(), variance.numpy()
(array([3., 5.], dtype=float32), array([4., 4.], dtype=float32))
)"},
    {"average", R"(
Args:
    x: any shape; whole numbers become float32.
    axis: one axis, several, or None for all.
    weights: of x's shape, or one for each place of a single axis; None weighs all alike.

Returns:
    ``sum(x * weights) / sum(weights)``.

Raises:
    ValueError: the weights have another shape.

>>> lamina.ops.average([[1.0, 2.0], [3.0, 4.0]], axis=1, weights=[3, 1]).numpy()
array([1.25, 3.25], dtype=float32)
)"},
    {"nansum", R"(
Args:
    x: any shape; whole numbers stay whole, bool becomes int32 and uint8 int64.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

>>> lamina.ops.nansum([1.0, float("nan"), 3.0]).item()
4.0
)"},
    {"nanmean", R"(
Args:
    x: any shape; whole numbers become float32. Where all are NaN, the mean is NaN.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

>>> lamina.ops.nanmean([1.0, float("nan"), 3.0]).item()
2.0
)"},
    {"logsumexp", R"(
Args:
    x: any shape; whole numbers become float32. No x overflows.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

>>> lamina.ops.logsumexp([[0.0, 0.0], [100.0, 100.0]], axis=1).numpy().round(2)
array([  0.69, 100.69], dtype=float32)
)"},
    {"all", R"(
Args:
    x: any shape and dtype; numbers but 0 are true, NaN too.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

Returns:
    bool; True of no elements.

>>> lamina.ops.all([[True, False], [True, True]], axis=1).numpy()
array([False,  True])
)"},
    {"any", R"(
Args:
    x: any shape and dtype; numbers but 0 are true, NaN too.
    axis: one axis, several, or None for all.
    keepdims: whether these axes stay, with extent 1.

Returns:
    bool; False of no elements.

>>> lamina.ops.any([[True, False], [False, False]], axis=1).numpy()
array([ True, False])
)"},
    {"count_nonzero", R"(
Args:
    x: any shape and dtype; NaN is not 0.
    axis: one axis, several, or None for all.

Returns:
    int32.

>>> lamina.ops.count_nonzero([[0.0, 1.0], [2.0, 3.0]], axis=0).numpy()
array([1, 2], dtype=int32)
)"},
    {"argmax", R"(
Args:
    x: any shape and dtype. Of equals the first counts, and a NaN before all.
    axis: one axis, or None for the place in x flattened.
    keepdims: whether that axis stays, with extent 1; with None, all axes.

Returns:
    int32.

Raises:
    ValueError: there are no elements.

>>> lamina.ops.argmax([[1.0, 5.0], [7.0, 2.0]], axis=1).numpy()
array([1, 0], dtype=int32)
>>> lamina.ops.argmax([[1.0, 5.0], [7.0, 2.0]]).item()
2
)"},
    {"argmin", R"(
Args:
    x: any shape and dtype. Of equals the first counts, and a NaN before all.
    axis: one axis, or None for the place in x flattened.
    keepdims: whether that axis stays, with extent 1; with None, all axes.

Returns:
    int32.

Raises:
    ValueError: there are no elements.

>>> lamina.ops.argmin([[1.0, 5.0], [7.0, 2.0]], axis=1).numpy()
array([0, 1], dtype=int32)
)"},
    {"cumsum", R"(
Args:
    x: any shape; whole numbers stay whole, bool and uint8 become int32.
    axis: along which; None flattens x before.
    dtype: of x before, and of the result.

Returns:
    sums of each element and those before it.

>>> lamina.ops.cumsum([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
array([[1., 2.],
       [4., 6.]], dtype=float32)
>>> lamina.ops.cumsum([[1.0, 2.0], [3.0, 4.0]]).numpy()
array([ 1.,  3.,  6., 10.], dtype=float32)
)"},
    {"diff", R"(
Args:
    a: any shape with an axis.
    n: how often; each time leaves one element less.
    axis: along which.

Returns:
    of a's dtype; uint8 becomes int32, and bool stays bool: where neighbours differ.

Raises:
    ValueError: n is below 0.

>>> lamina.ops.diff([1.0, 4.0, 9.0, 16.0]).numpy()
array([3., 5., 7.], dtype=float32)
>>> lamina.ops.diff([1.0, 4.0, 9.0, 16.0], n=2).numpy()
array([2., 2.], dtype=float32)
)"},
    {"normalize", R"(
Args:
    x: any shape; whole numbers become float32.
    axis: one axis, several, or None for all.
    order: of the norm, ``sum(abs(x)^order)^(1 / order)``; infinity takes the largest magnitude.
    epsilon: the least divisor; None for 1e-7.

>>> lamina.ops.normalize([[3.0, 4.0], [0.0, 0.0]]).numpy()
array([[0.6, 0.8],
       [0. , 0. ]], dtype=float32)
>>> lamina.ops.normalize([3.0, 1.0], order=1).numpy()
array([0.75, 0.25], dtype=float32)
)"},
};

}  // namespace

constinit const std::span<const Details> reduction_details = table;

}  // namespace lamina::python
