// Functions that make tensors from nothing, or like others.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"zeros", R"(
Args:
    shape: the extents; one number makes a vector.
    dtype: None for ``lamina.config.floatx()``.

>>> lamina.ops.zeros((2, 2)).numpy()
array([[0., 0.],
       [0., 0.]], dtype=float32)
)"},
    {"ones", R"(
Args:
    shape: the extents; one number makes a vector.
    dtype: None for ``lamina.config.floatx()``.

>>> lamina.ops.ones(3, dtype="int32").numpy()
array([1, 1, 1], dtype=int32)
)"},
    {"full", R"(
Args:
    shape: the extents; one number makes a vector.
    fill_value: a number, or what broadcasts to the shape.
    dtype: None for ``lamina.config.floatx()``.

Raises:
    ValueError: the value does not broadcast to the shape.

>>> lamina.ops.full((2, 2), [1.0, 2.0]).numpy()
array([[1., 2.],
       [1., 2.]], dtype=float32)
)"},
    {"zeros_like", R"(
Args:
    x: what has the shape.
    dtype: None for x's.

>>> lamina.ops.zeros_like([1.0, 2.0]).numpy()
array([0., 0.], dtype=float32)
)"},
    {"ones_like", R"(
Args:
    x: what has the shape.
    dtype: None for x's.

>>> lamina.ops.ones_like([1.0, 2.0], dtype="int32").numpy()
array([1, 1], dtype=int32)
)"},
    {"full_like", R"(
Args:
    x: what has the shape.
    fill_value: a number, of which a dtype of whole numbers takes the whole part.
    dtype: None for x's.

>>> lamina.ops.full_like([1.0, 2.0], 7).numpy()
array([7., 7.], dtype=float32)
)"},
    {"cast", R"(
Args:
    x: any shape.
    dtype: ``"float32"``, ``"float64"``, ``"int32"``, ``"int64"``, ``"uint8"`` or ``"bool"``. Whole
        numbers take the whole part, at most their largest and at least their least, and 0 for NaN;
        bool takes whether it is not 0.

Raises:
    TypeError: there is no such dtype.

>>> lamina.ops.cast([1.7, -1.7, 300.0], "int32").numpy()
array([  1,  -1, 300], dtype=int32)
>>> lamina.ops.cast([1.7, -1.7, 300.0], "uint8").numpy()
array([  1,   0, 255], dtype=uint8)
)"},
    {"stop_gradient", R"(
Args:
    variable: any shape and dtype.

>>> x = Tensor([3.0], requires_grad=True)
>>> (x * lamina.ops.stop_gradient(x)).backward()
>>> x.grad.numpy()
array([3.], dtype=float32)
)"},
};

}  // namespace

constinit const std::span<const Details> creation_details = table;

}  // namespace lamina::python
