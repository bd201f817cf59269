// Functions that join, cut, pad and repeat.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"concatenate", R"(
Args:
    xs: at least one tensor, equal in all extents but that of ``axis``.
    axis: an axis that they have.

Raises:
    ValueError: the shapes do not fit, or there are no tensors.
    TypeError: a float32 tensor meets a float64 one; ``cast`` one of them.

>>> lamina.ops.concatenate([[[1.0], [2.0]], [[3.0], [4.0]]], axis=1).numpy()
array([[1., 3.],
       [2., 4.]], dtype=float32)
)"},
    {"stack", R"(
Args:
    x: at least one tensor, all of one shape.
    axis: where the new axis stands in the result.

Raises:
    ValueError: the shapes differ, or there are no tensors.

>>> lamina.ops.stack([[1.0, 2.0], [3.0, 4.0]], axis=1).numpy()
array([[1., 3.],
       [2., 4.]], dtype=float32)
)"},
    {"hstack", R"(
Args:
    xs: at least one tensor; vectors are joined along their only axis.

>>> lamina.ops.hstack([[[1.0], [2.0]], [[3.0], [4.0]]]).numpy()
array([[1., 3.],
       [2., 4.]], dtype=float32)
>>> lamina.ops.hstack([[1.0, 2.0], [3.0]]).numpy()
array([1., 2., 3.], dtype=float32)
)"},
    {"vstack", R"(
Args:
    xs: at least one tensor; a vector is a row.

>>> lamina.ops.vstack([[1.0, 2.0], [[3.0, 4.0], [5.0, 6.0]]]).numpy()
array([[1., 2.],
       [3., 4.],
       [5., 6.]], dtype=float32)
)"},
    {"dstack", R"(
Args:
    xs: at least one tensor; ``(n)`` counts as ``(1, n, 1)``, ``(m, n)`` as ``(m, n, 1)``.

>>> lamina.ops.dstack([[1.0, 2.0], [3.0, 4.0]]).numpy()
array([[[1., 3.],
        [2., 4.]]], dtype=float32)
)"},
    {"split", R"(
Args:
    x: at least one axis.
    indices_or_sections: how many parts, all equal, or the places where the second and later begin.
    axis: along which.

Returns:
    a list of tensors.

Raises:
    ValueError: the axis does not divide into so many parts, or the places do not ascend within it.

>>> [part.numpy().tolist() for part in lamina.ops.split([1.0, 2.0, 3.0, 4.0], 2)]
[[1.0, 2.0], [3.0, 4.0]]
>>> [part.numpy().tolist() for part in lamina.ops.split([1.0, 2.0, 3.0, 4.0], [1])]
[[1.0], [2.0, 3.0, 4.0]]
)"},
    {"unstack", R"(
Args:
    x: at least one axis.
    num: how many there must be; None for as many as there are.
    axis: along which.

Returns:
    a list of tensors without that axis.

Raises:
    ValueError: there are not ``num`` of them.

>>> [part.numpy().tolist() for part in lamina.ops.unstack([[1.0, 2.0], [3.0, 4.0]], axis=1)]
[[1.0, 3.0], [2.0, 4.0]]
)"},
    {"pad", R"(
Args:
    x: any shape.
    pad_width: how wide the border is: one number, ``(before, after)``, or such a pair for each
        axis.
    mode: ``"constant"``; ``"reflect"`` and ``"symmetric"``, mirrored without and with the outermost
        element; ``"edge"``, the outermost element; ``"wrap"`` or ``"circular"``, the other end;
        ``"maximum"``, ``"minimum"``, ``"mean"`` and ``"median"`` of the line; ``"linear_ramp"``, in
        equal steps to 0; ``"empty"``, which gives 0.
    constant_values: of ``"constant"``; None for 0.

Raises:
    ValueError: a width is below 0, or the pairs are not as many as the axes.

>>> lamina.ops.pad([1.0, 2.0], (1, 2)).numpy()
array([0., 1., 2., 0., 0.], dtype=float32)
>>> lamina.ops.pad([1.0, 2.0, 3.0], 2, mode="reflect").numpy()
array([3., 2., 1., 2., 3., 2., 1.], dtype=float32)
)"},
    {"tile", R"(
Args:
    x: any shape.
    repeats: how often, for each axis; one number is for the last. More of them make new axes in
        front.

Raises:
    ValueError: a number is below 0.

>>> lamina.ops.tile([1.0, 2.0], 2).numpy()
array([1., 2., 1., 2.], dtype=float32)
>>> lamina.ops.tile([1.0, 2.0], (2, 1)).numpy()
array([[1., 2.],
       [1., 2.]], dtype=float32)
)"},
    {"repeat", R"(
Args:
    x: any shape.
    repeats: how often; one number for all, or one for each element of the axis.
    axis: along which; None flattens x before.

Raises:
    ValueError: a number is below 0, or there is not one for each element.

>>> lamina.ops.repeat([1.0, 2.0], 2).numpy()
array([1., 1., 2., 2.], dtype=float32)
>>> lamina.ops.repeat([[1.0, 2.0], [3.0, 4.0]], [1, 2], axis=0).numpy()
array([[1., 2.],
       [3., 4.],
       [3., 4.]], dtype=float32)
)"},
};

}  // namespace

constinit const std::span<const Details> joining_details = table;

}  // namespace lamina::python
