// Functions of two tensors whose shapes broadcast: arithmetic, comparisons, logic.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"add", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise. Whole numbers stay whole; bool and uint8 become int32.

Raises:
    ValueError: the shapes do not broadcast.
    TypeError: a float32 tensor meets a float64 one; ``cast`` one of them.

>>> lamina.ops.add([1.0, 2.0], [[10.0], [20.0]]).numpy()
array([[11., 12.],
       [21., 22.]], dtype=float32)
)"},
    {"subtract", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise. Whole numbers stay whole; bool and uint8 become int32.

Raises:
    ValueError: the shapes do not broadcast.
    TypeError: a float32 tensor meets a float64 one; ``cast`` one of them.

>>> lamina.ops.subtract([1.0, 2.0], 1).numpy()
array([0., 1.], dtype=float32)
)"},
    {"multiply", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise. Whole numbers stay whole; bool and uint8 become int32.

Raises:
    ValueError: the shapes do not broadcast.
    TypeError: a float32 tensor meets a float64 one; ``cast`` one of them.

>>> lamina.ops.multiply([[1.0], [2.0]], [1.0, 10.0]).numpy()
array([[ 1., 10.],
       [ 2., 20.]], dtype=float32)
)"},
    {"divide", R"(
Args:
    x1: a tensor, array, number or list; whole numbers give float32.
    x2: likewise. A number divided by 0 is infinite, 0 divided by 0 is NaN.

Raises:
    ValueError: the shapes do not broadcast.
    TypeError: a float32 tensor meets a float64 one; ``cast`` one of them.

>>> lamina.ops.divide([1.0, 2.0], [2.0, 0.0]).numpy()
array([0.5, inf], dtype=float32)
)"},
    {"true_divide", R"(
The same as ``divide``: whole numbers give float32.

Args:
    x1: a tensor, array, number or list.
    x2: likewise.

>>> lamina.ops.true_divide(np.array([1, 3]), 2).numpy()
array([0.5, 1.5], dtype=float32)
)"},
    {"divide_no_nan", R"(
Args:
    x1: a tensor, array, number or list; whole numbers give float32.
    x2: likewise. Where it is 0, the gradients are 0 too.

>>> lamina.ops.divide_no_nan([1.0, 2.0], [2.0, 0.0]).numpy()
array([0.5, 0. ], dtype=float32)
)"},
    {"power", R"(
Args:
    x1: a tensor, array, number or list.
    x2: the exponents. Of a base below 0, only whole powers exist; others are NaN.

Raises:
    ValueError: the shapes do not broadcast, or whole numbers have an exponent below 0.

>>> lamina.ops.power([2.0, 3.0, 4.0], [3.0, 2.0, 0.5]).numpy()
array([8., 9., 2.], dtype=float32)
)"},
    {"maximum", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise; the shapes broadcast. Where one is NaN, the result is.

>>> lamina.ops.maximum([1.0, 5.0, float("nan")], 3).numpy()
array([ 3.,  5., nan], dtype=float32)
)"},
    {"minimum", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise; the shapes broadcast. Where one is NaN, the result is.

>>> lamina.ops.minimum([1.0, 5.0, float("nan")], 3).numpy()
array([ 1.,  3., nan], dtype=float32)
)"},
    {"logaddexp", R"(
Args:
    x1: a tensor, array, number or list; whole numbers give float32.
    x2: likewise; the shapes broadcast.

>>> lamina.ops.logaddexp([1000.0], [1000.0]).numpy().round(2)
array([1000.69], dtype=float32)
)"},
    {"equal", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise; the shapes broadcast.

Returns:
    bool; NaN equals nothing.

>>> lamina.ops.equal([1.0, 2.0, float("nan")], [1.0, 3.0, float("nan")]).numpy()
array([ True, False, False])
)"},
    {"not_equal", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise; the shapes broadcast.

Returns:
    bool; NaN equals nothing.

>>> lamina.ops.not_equal([1.0, 2.0, float("nan")], [1.0, 3.0, float("nan")]).numpy()
array([False,  True,  True])
)"},
    {"less", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise; the shapes broadcast.

Returns:
    bool; False where one is NaN.

>>> lamina.ops.less([1.0, 2.0, 3.0], 2).numpy()
array([ True, False, False])
)"},
    {"less_equal", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise; the shapes broadcast.

Returns:
    bool; False where one is NaN.

>>> lamina.ops.less_equal([1.0, 2.0, 3.0], 2).numpy()
array([ True,  True, False])
)"},
    {"greater", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise; the shapes broadcast.

Returns:
    bool; False where one is NaN.

>>> lamina.ops.greater([1.0, 2.0, 3.0], 2).numpy()
array([False, False,  True])
)"},
    {"greater_equal", R"(
Args:
    x1: a tensor, array, number or list.
    x2: likewise; the shapes broadcast.

Returns:
    bool; False where one is NaN.

>>> lamina.ops.greater_equal([1.0, 2.0, 3.0], 2).numpy()
array([False,  True,  True])
)"},
    {"logical_and", R"(
Args:
    x1: any dtype; numbers but 0 are true, NaN too.
    x2: likewise; the shapes broadcast.

Returns:
    bool.

>>> lamina.ops.logical_and([True, True, False], [True, False, False]).numpy()
array([ True, False, False])
)"},
    {"logical_or", R"(
Args:
    x1: any dtype; numbers but 0 are true, NaN too.
    x2: likewise; the shapes broadcast.

Returns:
    bool.

>>> lamina.ops.logical_or([True, True, False], [True, False, False]).numpy()
array([ True,  True, False])
)"},
    {"logical_xor", R"(
Args:
    x1: any dtype; numbers but 0 are true, NaN too.
    x2: likewise; the shapes broadcast.

Returns:
    bool.

>>> lamina.ops.logical_xor([True, True, False], [True, False, False]).numpy()
array([False,  True, False])
)"},
    {"logical_not", R"(
Args:
    x: any shape and dtype.

Returns:
    bool, of x's shape.

>>> lamina.ops.logical_not([0.0, 2.5]).numpy()
array([ True, False])
)"},
};

}  // namespace

constinit const std::span<const Details> arithmetic_details = table;

}  // namespace lamina::python
