"""Elementwise functions of lamina.ops that are made of others."""

import math
from typing import Any, overload

import numpy as np

from lamina import _lamina as k
from lamina._lamina import Tensor
from lamina.ops._support import (
    common_dtype,
    floating,
    floating_peers,
    is_floating,
    number,
    peers,
    tensor,
    values_of,
)

INFINITY = float("inf")


def tan(x: Any) -> Any:
    """The tangent of radians.

    >>> tan([0.0, 0.785398]).numpy().round(3)
    array([0., 1.], dtype=float32)
    """
    x = floating(x)
    return k.divide(k.sin(x), k.cos(x))


def cosh(x: Any) -> Any:
    """The hyperbolic cosine, ``1 + 2 sinh(x / 2)^2``."""
    return 1.0 + k.square(k.sinh(floating(x) * 0.5)) * 2.0


def arcsin(x: Any) -> Any:
    """The inverse sine, in radians; NaN beyond [-1, 1].

    >>> arcsin([-1.0, 0.0, 0.5]).numpy().round(4)
    array([-1.5708,  0.    ,  0.5236], dtype=float32)
    """
    x = floating(x)
    return k.arctan(x / k.sqrt((1.0 - x) * (1.0 + x)))


def arccos(x: Any) -> Any:
    """The inverse cosine, in radians, accurate at both ends; NaN beyond [-1, 1]."""
    x = floating(x)
    return k.arctan(k.sqrt((1.0 - x) / (1.0 + x))) * 2.0


def arcsinh(x: Any) -> Any:
    """The inverse hyperbolic sine: of |x|, log(1 + |x| + x^2 / (1 + sqrt(1 + x^2)))."""
    x = floating(x)
    is_negative = k.less(x, number(0, x))
    size = k.where(is_negative, -x, x)
    is_large = k.greater(size, number(1e8, x))
    moderate = k.where(is_large, number(1, x), size)
    square = k.square(moderate)
    near = k.log1p(moderate + square / (1.0 + k.sqrt(1.0 + square)))
    far = k.log(k.where(is_large, size, number(1, x))) + math.log(2)
    result = k.where(is_large, far, near)
    return k.where(is_negative, -result, result)


def arccosh(x: Any) -> Any:
    """The inverse hyperbolic cosine; NaN below 1."""
    beyond = floating(x) - 1.0
    return k.log1p(beyond + k.sqrt(beyond) * k.sqrt(beyond + 2.0))


def arctanh(x: Any) -> Any:
    """The inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond."""
    x = floating(x)
    return (k.log1p(x) - k.log1p(-x)) * 0.5


def signbit(x: Any) -> Any:
    """Where the sign is negative, that of -0.0 too."""
    x = tensor(x)
    zero = number(0, x)
    if not is_floating(x):
        return k.less(x, zero)
    is_zero = k.equal(x, zero)
    inverse = k.reciprocal(k.where(is_zero, k.stop_gradient(x), number(1, x)))
    return k.where(is_zero, k.less(inverse, zero), k.less(x, zero))


def arctan2(x1: Any, x2: Any) -> Any:
    """The angle of the point (x2, x1), in (-pi, pi].

    >>> arctan2([1.0, -1.0], [0.0, -1.0]).numpy().round(4)
    array([ 1.5708, -2.3562], dtype=float32)
    """
    y, x = floating_peers(x1, x2)
    zero, one = number(0, y), number(1, y)
    both = k.logical_and(k.isinf(y), k.isinf(x))  # a diagonal, whose quotient is NaN
    y, x = k.where(both, k.sign(y), y), k.where(both, k.sign(x), x)
    # Of the two quotients that which is at most 1, so that neither it nor its gradient is infinite.
    is_steep = k.greater(k.absolute(y), k.absolute(x))
    below = k.where(is_steep, y, x)
    quotient = k.where(is_steep, x, y) / k.where(k.equal(below, zero), one, below)
    angle = k.arctan(quotient)
    side = k.where(signbit(y), -one, one)
    steep = side * (math.pi / 2) - angle
    turn = k.where(signbit(x), side * math.pi, zero)
    return k.where(is_steep, steep, turn + angle)


def hypot(x1: Any, x2: Any) -> Any:
    """``sqrt(x1^2 + x2^2)``, which overflows only where that does.

    >>> hypot(3.0, [4.0, 0.0]).numpy()
    array([5., 3.], dtype=float32)
    """
    a, b = floating_peers(x1, x2)
    size = k.stop_gradient(k.maximum(k.absolute(a), k.absolute(b)))
    is_plain = k.logical_and(k.isfinite(size), k.greater(size, number(0, a)))
    scale = k.where(is_plain, size, number(1, a))
    squares = k.square(a / scale) + k.square(b / scale)
    is_zero = k.equal(squares, number(0, a))  # where the slope of a root is infinite
    root = k.sqrt(k.where(is_zero, number(1, a), squares)) * scale
    return k.where(is_zero, number(0, a), root)


def cbrt(x: Any) -> Any:
    """The cube root.

    >>> cbrt([-8.0, 27.0]).numpy()
    array([-2.,  3.], dtype=float32)
    """
    x = floating(x)
    is_negative = k.less(x, number(0, x))
    size = k.where(is_negative, -x, x)
    is_plain = k.logical_and(k.isfinite(size), k.greater(size, number(0, x)))
    moderate = k.where(is_plain, size, number(1, x))
    root = k.power(moderate, 1 / 3)
    # One of Newton's steps mends the rounding of 1/3.
    root = root - (root - moderate / k.square(root)) / 3.0
    root = k.where(is_plain, root, size)
    return k.where(is_negative, -root, root)


def sinc(x: Any) -> Any:
    """``sin(pi x) / (pi x)``, 1 at 0."""
    angle = floating(x) * math.pi
    is_zero = k.equal(angle, number(0, angle))
    safe = k.where(is_zero, number(1, angle), angle)
    return k.where(is_zero, number(1, angle), k.sin(safe) / safe)


def fabs(x: Any) -> Any:
    """The magnitude as floating point."""
    return k.absolute(floating(x))


def erfc(x: Any) -> Any:
    """``1 - erf(x)``, accurate where that is small.

    >>> erfc([0.0, 5.0]).numpy()
    array([1.00000e+00, 1.53746e-12], dtype=float32)
    """
    x = floating(x)
    # gelu(z) = z erfc(-z / sqrt(2)) / 2, which does not cancel below 0.
    is_tail = k.greater(x, number(0.5, x))
    z = k.where(is_tail, x, number(1, x)) * -math.sqrt(2)
    return k.where(is_tail, k.gelu(z, False) * 2.0 / z, 1.0 - k.erf(x))


def erfinv(x: Any) -> Any:
    """The number whose ``erf`` is x: infinite at -1 and 1, NaN beyond.

    >>> erfinv([0.0, 0.5]).numpy().round(4)
    array([0.    , 0.4769], dtype=float32)
    """
    x = floating(x)
    size = k.absolute(k.stop_gradient(x))
    one = number(1, x)
    is_inner = k.less(size, one)
    inner = k.where(is_inner, size, number(0, x))
    # Winitzki's approximation, within 0.4 %, then Halley's steps on erf or, in the tail, on erfc.
    log = k.log1p(-inner) + k.log1p(inner)
    half = log * 0.5 + 2 / (math.pi * 0.147)
    guess = k.sqrt(k.maximum(k.sqrt(k.square(half) - log / 0.147) - half, number(0, x)))
    slope = 2 / math.sqrt(math.pi)
    is_middle = k.less(inner, number(0.5, x))
    for _ in range(3):
        error = k.where(is_middle, k.erf(guess) - inner, (1.0 - inner) - erfc(guess))
        ratio = error * k.exp(k.square(guess)) / slope
        guess = guess - ratio / (1.0 + guess * ratio)
    side = k.where(k.less(x, number(0, x)), -one, one)
    guess = guess * side
    # The gradient is the inverse of erf's: sqrt(pi) / 2 e^(y^2).
    growth = k.exp(k.square(guess)) / slope
    result = guess + (k.where(is_inner, x - k.stop_gradient(x), number(0, x))) * growth
    result = k.where(is_inner, result, side * INFINITY)
    return k.where(k.less_equal(size, one), result, number(math.nan, x))


def logaddexp2(x1: Any, x2: Any) -> Any:
    """``log2(2^x1 + 2^x2)``, which overflows nowhere."""
    a, b = floating_peers(x1, x2)
    return k.logaddexp(a * math.log(2), b * math.log(2)) / math.log(2)


def heaviside(x1: Any, x2: Any) -> Any:
    """0 below 0, 1 above, x2 at 0."""
    x, at_zero = floating_peers(x1, x2)
    zero = number(0, x)
    step = k.where(k.less(x, zero), zero, k.where(k.greater(x, zero), number(1, x), x))
    return k.where(k.equal(x, zero), at_zero, step)


def ldexp(x1: Any, x2: Any) -> Any:
    """``x1 * 2^x2``; x2 holds whole numbers."""
    exponent = tensor(np.int32(x2) if isinstance(x2, int) else x2)
    if is_floating(exponent):
        raise TypeError(f"ldexp takes whole exponents, got {exponent.dtype}")
    x = floating(x1)
    # In two factors, for 2^x2 itself may overflow.
    half = k.floor(k.cast(exponent, x.dtype) * 0.5)
    return x * k.exp2(half) * k.exp2(k.cast(exponent, x.dtype) - half)


def _quotient(a: Any, b: Any) -> tuple[Any, Any]:
    """floor(a / b) and what is left, of two tensors of one floating dtype."""
    double = str(a.dtype) == "float32"
    x, y = (k.cast(a, "float64"), k.cast(b, "float64")) if double else (a, b)
    count = k.stop_gradient(k.floor(x / y))
    # Of an infinite y the sign counts, though the quotient is 0.
    is_below = k.logical_and(k.isinf(y), k.less(x * k.sign(y), number(0, x)))
    count = k.where(is_below, number(-1, count), count)
    product = k.where(k.equal(count, number(0, count)), number(0, x), count * y)
    rest = x - product
    if not double:
        # The quotient was rounded, perhaps up to the next whole number or down from it.
        shift = k.where(
            k.less(rest * k.sign(y), number(0, x)),
            number(-1, x),
            k.cast(k.greater_equal(k.absolute(rest), k.absolute(y)), x.dtype),
        )
        shift = k.stop_gradient(k.where(k.isfinite(count), shift, number(0, x)))
        count, rest = count + shift, rest - k.where(k.isfinite(y), shift * y, number(0, x))
    return (k.cast(count, a.dtype), k.cast(rest, a.dtype)) if double else (count, rest)


def _whole_quotient(a: Any, b: Any) -> tuple[Any, Any]:
    """The same of whole numbers; 0 and 0 where b is 0, as in NumPy."""
    is_zero = k.equal(b, number(0, b))
    y = k.where(is_zero, number(1, b), b)
    divisor = k.cast(y, "float64")
    count = k.cast(k.floor(k.cast(a, "float64") / divisor), a.dtype)
    rest = a - count * y
    # Twice: beyond 2^53 the first quotient is rounded.
    for _ in range(2 if str(a.dtype) == "int64" else 0):
        more = k.cast(k.floor(k.cast(rest, "float64") / divisor), a.dtype)
        count, rest = count + more, rest - more * y
    zero = number(0, a)
    return k.where(is_zero, zero, count), k.where(is_zero, zero, rest)


def _divided(x1: Any, x2: Any) -> tuple[Any, Any]:
    a, b = peers(x1, x2)
    dtype = common_dtype(a, b)
    if dtype.startswith("float"):
        return _quotient(k.cast(a, dtype), k.cast(b, dtype))
    wide = "int64" if dtype == "int64" else "int32"
    narrow = "int32" if dtype == "bool" else dtype
    count, rest = _whole_quotient(k.cast(a, wide), k.cast(b, wide))
    return k.cast(count, narrow), k.cast(rest, narrow)


def floor_divide(x1: Any, x2: Any) -> Any:
    """The largest whole number that is not above ``x1 / x2``; its gradient is 0.

    >>> floor_divide([7, -7], 2).numpy()
    array([ 3, -4], dtype=int32)
    """
    return _divided(x1, x2)[0]


def mod(x1: Any, x2: Any) -> Any:
    """What ``floor_divide`` leaves, with the sign of x2.

    >>> mod([5.5, -5.5], 2.0).numpy()
    array([1.5, 0.5], dtype=float32)
    """
    return _divided(x1, x2)[1]


def fmod(x1: Any, x2: Any) -> Any:
    """What division towards 0 leaves, with the sign of x1."""
    a, b = peers(x1, x2)
    is_negative = k.less(a, number(0, a))
    if str(a.dtype) in ("bool", "uint8"):
        rest = mod(a, b)
        return rest
    rest = mod(k.absolute(a), k.absolute(b))
    return k.where(is_negative, -rest, rest)


def fmax(x1: Any, x2: Any) -> Any:
    """The larger of the two; where one is NaN the other."""
    a, b = peers(x1, x2)
    return k.where(k.isnan(a), b, k.where(k.isnan(b), a, k.maximum(a, b)))


def fmin(x1: Any, x2: Any) -> Any:
    """The smaller of the two; where one is NaN the other."""
    a, b = peers(x1, x2)
    return k.where(k.isnan(a), b, k.where(k.isnan(b), a, k.minimum(a, b)))


def isclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Where ``abs(x1 - x2) <= atol + rtol * abs(x2)``.

    >>> isclose([1.0, 2.0], [1.000001, 2.1]).numpy()
    array([ True, False])
    """
    a, b = (k.stop_gradient(x) for x in floating_peers(x1, x2))
    finite = k.logical_and(k.isfinite(a), k.isfinite(b))
    near = k.less_equal(k.absolute(a - b), k.absolute(b) * rtol + atol)
    result = k.logical_or(k.equal(a, b), k.logical_and(finite, near))
    if equal_nan:
        result = k.logical_or(result, k.logical_and(k.isnan(a), k.isnan(b)))
    return result


def allclose(
    x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Whether ``isclose`` holds everywhere."""
    return k.all(isclose(x1, x2, rtol, atol, equal_nan))


@overload
def where(condition: Any, x1: None = None, x2: None = None) -> tuple[Tensor, ...]: ...
@overload
def where(condition: Any, x1: Any, x2: Any) -> Tensor: ...
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """``x1`` where condition, ``x2`` elsewhere; with the condition alone, ``nonzero`` of it.

    >>> where([True, False], 1.0, [2.0, 3.0]).numpy()
    array([1., 3.], dtype=float32)
    """
    if x1 is None and x2 is None:
        from lamina.ops._sets import nonzero

        return nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError("where takes both x1 and x2, or neither")
    return k.where(condition, x1, x2)


def clip(x: Any, x_min: Any, x_max: Any) -> Any:
    """``x`` within [x_min, x_max], which are numbers, tensors or None.

    >>> clip([-1.0, 0.5, 2.0], 0.0, 1.0).numpy()
    array([0. , 0.5, 1. ], dtype=float32)
    """
    plain = (bool, int, float, np.integer, np.floating)
    if all(bound is None or isinstance(bound, plain) for bound in (x_min, x_max)):
        return k.clip(x, x_min, x_max)
    if x_min is not None:
        x = k.maximum(x, x_min)
    return x if x_max is None else k.minimum(x, x_max)


def saturate_cast(x: Any, dtype: Any) -> Any:
    """The values as another dtype, brought within its range first.

    >>> saturate_cast([-1.0, 300.0], "uint8").numpy()
    array([  0, 255], dtype=uint8)
    """
    x = tensor(x)
    target = np.dtype(dtype)
    if target.kind in "iu":
        limits = np.iinfo(target)
        low, high = float(limits.min), float(limits.max)
        if str(x.dtype) == "float32" and target.itemsize >= 4:
            high = float(np.nextafter(np.float32(high), np.float32(0)))
        elif str(x.dtype) == "float64" and target.itemsize == 8:
            high = float(np.nextafter(high, 0.0))
        x = k.clip(x, low, high)
    return k.cast(x, target.name)


def real(x: Any) -> Any:
    """The real part: all dtypes here are real."""
    return tensor(x)


def imag(x: Any) -> Any:
    """The imaginary part, 0: all dtypes here are real."""
    return k.zeros_like(x)


def isreal(x: Any) -> Any:
    """True everywhere: all dtypes here are real."""
    return k.ones_like(x, "bool")


def conjugate(x: Any) -> Any:
    """X itself: all dtypes here are real."""
    return tensor(x)


def angle(x: Any) -> Any:
    """0, and pi where x is negative: all dtypes here are real."""
    x = floating(x)
    return k.where(k.less(x, number(0, x)), number(math.pi, x), x * 0.0)


def i0(x: Any) -> Any:
    """The modified Bessel function of order 0. NumPy computes it, without a gradient."""
    (values,) = values_of("i0", x)
    dtype = values.dtype if values.dtype.kind == "f" else np.dtype("float32")
    return _outside_gradients("i0", x, np.i0(values.astype("float64")).astype(dtype))


def nextafter(x1: Any, x2: Any) -> Any:
    """The next number after x1 on the way to x2. NumPy computes it, without a gradient."""
    a, b = floating_peers(*values_of("nextafter", x1, x2))
    return k.Tensor(np.nextafter(a.numpy(), b.numpy()))


def _outside_gradients(name: str, x: Any, result: np.ndarray) -> Any:
    from lamina.ops._support import recorded

    return recorded(name, [x], [result], None)[0]


def _of_whole_numbers(name: str, function: Any, x1: Any, x2: Any) -> Any:
    a, b = peers(*(x if is_plain(x) else values_of(name, x)[0] for x in (x1, x2)))
    dtype = common_dtype(a, b)
    if dtype.startswith("float"):
        raise TypeError(f"{name} takes whole numbers, got {a.dtype} and {b.dtype}")
    return k.Tensor(function(a.numpy().astype(dtype), b.numpy().astype(dtype)).astype(dtype))


def is_plain(x: Any) -> bool:
    """Whether it is a number without a dtype."""
    return isinstance(x, (bool, int, float))


def gcd(x1: Any, x2: Any) -> Any:
    """The greatest common divisor. NumPy computes it."""
    return _of_whole_numbers("gcd", np.gcd, x1, x2)


def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple. NumPy computes it."""
    return _of_whole_numbers("lcm", np.lcm, x1, x2)


def _is_boolean(x: Any) -> bool:
    return isinstance(x, bool) or str(getattr(x, "dtype", "")) == "bool"


def bitwise_and(x: Any, y: Any) -> Any:
    """The bits that both have. NumPy computes it, but for booleans.

    >>> bitwise_and([6], [3]).numpy()
    array([2], dtype=int32)
    """
    if _is_boolean(x) and _is_boolean(y):
        return k.logical_and(x, y)
    return _of_whole_numbers("bitwise_and", np.bitwise_and, x, y)


def bitwise_or(x: Any, y: Any) -> Any:
    """The bits that either has. NumPy computes it, but for booleans."""
    if _is_boolean(x) and _is_boolean(y):
        return k.logical_or(x, y)
    return _of_whole_numbers("bitwise_or", np.bitwise_or, x, y)


def bitwise_xor(x: Any, y: Any) -> Any:
    """The bits that one has, but not both. NumPy computes it, but for booleans."""
    if _is_boolean(x) and _is_boolean(y):
        return k.logical_xor(x, y)
    return _of_whole_numbers("bitwise_xor", np.bitwise_xor, x, y)


def bitwise_invert(x: Any) -> Any:
    """All bits turned. NumPy computes it, but for booleans."""
    if _is_boolean(x):
        return k.logical_not(x)
    (values,) = values_of("bitwise_invert", x)
    return k.Tensor(np.invert(values))


def bitwise_left_shift(x: Any, y: Any) -> Any:
    """Bits moved up by y places. NumPy computes it."""
    return _of_whole_numbers("bitwise_left_shift", np.left_shift, x, y)


def bitwise_right_shift(x: Any, y: Any) -> Any:
    """Bits moved down by y places. NumPy computes it."""
    return _of_whole_numbers("bitwise_right_shift", np.right_shift, x, y)


bitwise_not = bitwise_invert
left_shift = bitwise_left_shift
right_shift = bitwise_right_shift
conj = conjugate
