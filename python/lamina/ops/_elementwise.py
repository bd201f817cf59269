"""Elementwise functions of lamina.ops that are made of others."""

import math
from typing import Any, overload

import numpy as np

from lamina import _lamina as k
from lamina._lamina import Tensor
from lamina.ops._support import (
    floating,
    floating_peers,
    is_floating,
    number,
    peers,
    placed,
    tensor,
    values_of,
)

INFINITY = float("inf")


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


def fabs(x: Any) -> Any:
    """The magnitude as floating point.

    >>> fabs([-1, 2]).numpy()
    array([1., 2.], dtype=float32)
    """
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
    """``log2(2^x1 + 2^x2)``, which overflows nowhere.

    >>> logaddexp2(3.0, [3.0]).numpy()
    array([4.], dtype=float32)
    """
    a, b = floating_peers(x1, x2)
    return k.logaddexp(a * math.log(2), b * math.log(2)) / math.log(2)


def heaviside(x1: Any, x2: Any) -> Any:
    """0 below 0, 1 above, x2 at 0.

    >>> heaviside([-1.0, 0.0, 2.0], 0.5).numpy()
    array([0. , 0.5, 1. ], dtype=float32)
    """
    x, at_zero = floating_peers(x1, x2)
    zero = number(0, x)
    step = k.where(k.less(x, zero), zero, k.where(k.greater(x, zero), number(1, x), x))
    return k.where(k.equal(x, zero), at_zero, step)


def ldexp(x1: Any, x2: Any) -> Any:
    """``x1 * 2^x2``; x2 holds whole numbers.

    >>> ldexp([0.5, 1.0], 3).numpy()
    array([4., 8.], dtype=float32)
    """
    x = floating(x1)
    exponent = placed(np.asarray(x2, "int32"), x) if isinstance(x2, int) else tensor(x2)
    if is_floating(exponent):
        raise TypeError(f"ldexp takes whole exponents, got {exponent.dtype}")
    # In two factors, for 2^x2 itself may overflow.
    half = k.floor(k.cast(exponent, x.dtype) * 0.5)
    return x * k.exp2(half) * k.exp2(k.cast(exponent, x.dtype) - half)


def fmax(x1: Any, x2: Any) -> Any:
    """The larger of the two; where one is NaN the other.

    >>> fmax([1.0, float("nan")], 2.0).numpy()
    array([2., 2.], dtype=float32)
    """
    a, b = peers(x1, x2)
    return k.where(k.isnan(a), b, k.where(k.isnan(b), a, k.maximum(a, b)))


def fmin(x1: Any, x2: Any) -> Any:
    """The smaller of the two; where one is NaN the other.

    >>> fmin([1.0, float("nan")], 2.0).numpy()
    array([1., 2.], dtype=float32)
    """
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
    """Whether ``isclose`` holds everywhere.

    >>> bool(allclose([1.0], [1.0000001]))
    True
    """
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
    """The real part: all dtypes here are real.

    >>> real([1.0]).numpy()
    array([1.], dtype=float32)
    """
    return tensor(x)


def imag(x: Any) -> Any:
    """The imaginary part, 0: all dtypes here are real.

    >>> imag([1.0]).numpy()
    array([0.], dtype=float32)
    """
    return k.zeros_like(x)


def isreal(x: Any) -> Any:
    """True everywhere: all dtypes here are real.

    >>> isreal([1.0]).numpy()
    array([ True])
    """
    return k.ones_like(x, "bool")


def conjugate(x: Any) -> Any:
    """X itself: all dtypes here are real.

    >>> conjugate([1.0]).numpy()
    array([1.], dtype=float32)
    """
    return tensor(x)


def angle(x: Any) -> Any:
    """0, and pi where x is negative: all dtypes here are real.

    >>> angle([1.0, -1.0]).numpy().round(4)
    array([0.    , 3.1416], dtype=float32)
    """
    x = floating(x)
    return k.where(k.less(x, number(0, x)), number(math.pi, x), x * 0.0)


def i0(x: Any) -> Any:
    """The modified Bessel function of order 0. NumPy computes it, without a gradient.

    >>> i0([0.0, 1.0]).numpy().round(4)
    array([1.    , 1.2661], dtype=float32)
    """
    (values,) = values_of("i0", x)
    dtype = values.dtype if values.dtype.kind == "f" else np.dtype("float32")
    return _outside_gradients("i0", x, np.i0(values.astype("float64")).astype(dtype))


def nextafter(x1: Any, x2: Any) -> Any:
    """The next number after x1 on the way to x2. NumPy computes it, without a gradient.

    >>> nextafter([1.0], 2.0).numpy() > 1.0
    array([ True])
    """
    a, b = floating_peers(*values_of("nextafter", x1, x2))
    return k.Tensor(np.nextafter(a.numpy(), b.numpy()))


def _outside_gradients(name: str, x: Any, result: np.ndarray) -> Any:
    from lamina.ops._support import recorded

    return recorded(name, [x], [result], None)[0]


conj = conjugate
