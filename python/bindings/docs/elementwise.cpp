// Functions of each element of one tensor.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"negative", R"(
Args:
    x: any shape; bool and uint8 become int32.

>>> lamina.ops.negative([1.0, -2.0]).numpy()
array([-1.,  2.], dtype=float32)
)"},
    {"absolute", R"(
Args:
    x: any shape; the result has its dtype.

The gradient at 0 is 0.

>>> lamina.ops.absolute([-3.0, 2.0]).numpy()
array([3., 2.], dtype=float32)
)"},
    {"sign", R"(
Args:
    x: any shape; the result has its dtype. The sign of 0 is 0, of NaN it is NaN.

The gradient is 0.

>>> lamina.ops.sign([-2.0, 0.0, 5.0]).numpy()
array([-1.,  0.,  1.], dtype=float32)
)"},
    {"square", R"(
Args:
    x: any shape; whole numbers stay whole, bool and uint8 become int32.

>>> lamina.ops.square([-3.0, 2.0]).numpy()
array([9., 4.], dtype=float32)
)"},
    {"sqrt", R"(
Args:
    x: any shape; whole numbers become float32. The root of a number below 0 is NaN.

The gradient at 0 is infinite.

>>> lamina.ops.sqrt([4.0, -1.0]).numpy()
array([ 2., nan], dtype=float32)
)"},
    {"rsqrt", R"(
Args:
    x: any shape; whole numbers become float32. Of 0 it is infinite, below 0 NaN.

>>> lamina.ops.rsqrt([4.0, 0.0]).numpy()
array([0.5, inf], dtype=float32)
)"},
    {"reciprocal", R"(
Args:
    x: any shape; whole numbers become float32. Of 0 it is infinite.

>>> lamina.ops.reciprocal([4.0, 0.0]).numpy()
array([0.25,  inf], dtype=float32)
)"},
    {"exp", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.exp([0.0, 1.0]).numpy().round(4)
array([1.    , 2.7183], dtype=float32)
)"},
    {"exp2", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.exp2([3.0, -1.0]).numpy()
array([8. , 0.5], dtype=float32)
)"},
    {"expm1", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.expm1([1e-10]).numpy()  # exp(x) rounds to 1
array([1.e-10], dtype=float32)
)"},
    {"log", R"(
Args:
    x: any shape; whole numbers become float32. Of 0 it is ``-inf``, below 0 NaN.

>>> lamina.ops.log([1.0, 0.0]).numpy()
array([  0., -inf], dtype=float32)
)"},
    {"log1p", R"(
Args:
    x: any shape; whole numbers become float32. Of -1 it is ``-inf``, below -1 NaN.

>>> lamina.ops.log1p([1e-10]).numpy()  # 1 + x rounds to 1
array([1.e-10], dtype=float32)
)"},
    {"log2", R"(
Args:
    x: any shape; whole numbers become float32. Of 0 it is ``-inf``, below 0 NaN.

>>> lamina.ops.log2([8.0, 0.5]).numpy()
array([ 3., -1.], dtype=float32)
)"},
    {"log10", R"(
Args:
    x: any shape; whole numbers become float32. Of 0 it is ``-inf``, below 0 NaN.

>>> lamina.ops.log10([1000.0, 0.1]).numpy()
array([ 3., -1.], dtype=float32)
)"},
    {"sin", R"(
Args:
    x: angles in radians, any shape; whole numbers become float32. Accurate however large they are.

>>> lamina.ops.sin([0.0, np.pi / 2]).numpy()
array([0., 1.], dtype=float32)
)"},
    {"cos", R"(
Args:
    x: angles in radians, any shape; whole numbers become float32. Accurate however large they are.

>>> lamina.ops.cos([0.0, np.pi]).numpy()
array([ 1., -1.], dtype=float32)
)"},
    {"sinh", R"(
Args:
    x: any shape; whole numbers become float32.

>>> lamina.ops.sinh([0.0, 1.0]).numpy().round(4)
array([0.    , 1.1752], dtype=float32)
)"},
    {"tanh", R"(
Args:
    x: any shape; whole numbers become float32.

Returns:
    numbers from -1 to 1, of x's shape.

>>> lamina.ops.tanh([-100.0, 0.0, 1.0]).numpy().round(4)
array([-1.    ,  0.    ,  0.7616], dtype=float32)
)"},
    {"arctan", R"(
Args:
    x: any shape; whole numbers become float32.

Returns:
    angles from -pi / 2 to pi / 2, of x's shape.

>>> lamina.ops.arctan([1.0, float("inf")]).numpy().round(4)
array([0.7854, 1.5708], dtype=float32)
)"},
    {"erf", R"(
Args:
    x: any shape; whole numbers become float32.

Returns:
    ``2 / sqrt(pi)`` times the integral of ``exp(-t^2)`` from 0 to x: from -1 to 1.

>>> lamina.ops.erf([0.0, 1.0]).numpy().round(4)
array([0.    , 0.8427], dtype=float32)
)"},
    {"deg2rad", R"(
Args:
    x: angles in degrees, any shape; whole numbers become float32.

>>> lamina.ops.deg2rad([180.0]).numpy().round(4)
array([3.1416], dtype=float32)
)"},
    {"rad2deg", R"(
Args:
    x: angles in radians, any shape; whole numbers become float32.

>>> lamina.ops.rad2deg([np.pi]).numpy()
array([180.], dtype=float32)
)"},
    {"floor", R"(
Args:
    x: any shape; whole numbers become float32, as in Keras.

The gradient is 0.

>>> lamina.ops.floor([-1.5, 1.5]).numpy()
array([-2.,  1.], dtype=float32)
)"},
    {"ceil", R"(
Args:
    x: any shape; whole numbers become float32, as in Keras.

The gradient is 0.

>>> lamina.ops.ceil([-1.5, 1.5]).numpy()
array([-1.,  2.], dtype=float32)
)"},
    {"trunc", R"(
Args:
    x: any shape; the result has its dtype.

The gradient is 0.

>>> lamina.ops.trunc([-1.5, 1.5]).numpy()
array([-1.,  1.], dtype=float32)
)"},
    {"round", R"(
Args:
    x: any shape; the result has its dtype.
    decimals: how many decimals are kept; -2 rounds to hundreds.

The gradient is 0.

>>> lamina.ops.round([0.5, 1.5, 2.5]).numpy()
array([0., 2., 2.], dtype=float32)
>>> lamina.ops.round([1234.0], -2).numpy()
array([1200.], dtype=float32)
)"},
    {"nan_to_num", R"(
Args:
    x: any shape; whole numbers are passed on as they are.
    nan: instead of NaN.
    posinf: instead of infinity; None stands for the dtype's largest number.
    neginf: instead of minus infinity; None stands for the dtype's least number.

>>> x = [float("nan"), float("inf"), 1.0]
>>> lamina.ops.nan_to_num(x, nan=-1.0, posinf=9.0).numpy()
array([-1.,  9.,  1.], dtype=float32)
)"},
    {"isnan", R"(
Args:
    x: any shape and dtype.

Returns:
    bool, of x's shape.

>>> lamina.ops.isnan([1.0, float("nan")]).numpy()
array([False,  True])
)"},
    {"isinf", R"(
Args:
    x: any shape and dtype.

Returns:
    bool, of x's shape.

>>> lamina.ops.isinf([1.0, float("-inf"), float("nan")]).numpy()
array([False,  True, False])
)"},
    {"isfinite", R"(
Args:
    x: any shape and dtype.

Returns:
    bool, of x's shape.

>>> lamina.ops.isfinite([1.0, float("inf"), float("nan")]).numpy()
array([ True, False, False])
)"},
    {"isposinf", R"(
Args:
    x: any shape and dtype.

Returns:
    bool, of x's shape.

>>> lamina.ops.isposinf([float("inf"), float("-inf")]).numpy()
array([ True, False])
)"},
    {"isneginf", R"(
Args:
    x: any shape and dtype.

Returns:
    bool, of x's shape.

>>> lamina.ops.isneginf([float("inf"), float("-inf")]).numpy()
array([False,  True])
)"},
};

}  // namespace

constinit const std::span<const Details> elementwise_details = table;

}  // namespace lamina::python
