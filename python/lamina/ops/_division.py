"""Division with a rest, and what is of whole numbers alone: divisors and bits."""

from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina.ops._support import (
    common_dtype,
    number,
    peers,
    values_of,
)


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
    """What division towards 0 leaves, with the sign of x1.

    >>> fmod([5.5, -5.5], 2.0).numpy()
    array([ 1.5, -1.5], dtype=float32)
    """
    a, b = peers(x1, x2)
    is_negative = k.less(a, number(0, a))
    if str(a.dtype) in ("bool", "uint8"):
        return mod(a, k.absolute(b))
    rest = mod(k.absolute(a), k.absolute(b))
    return k.where(is_negative, -rest, rest)


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
    """The greatest common divisor. NumPy computes it.

    >>> gcd([12, 9], 6).numpy()
    array([6, 3], dtype=int32)
    """
    return _of_whole_numbers("gcd", np.gcd, x1, x2)


def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple. NumPy computes it.

    >>> lcm([4, 6], 10).numpy()
    array([20, 30], dtype=int32)
    """
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
    """The bits that either has. NumPy computes it, but for booleans.

    >>> bitwise_or([6], [3]).numpy()
    array([7], dtype=int32)
    """
    if _is_boolean(x) and _is_boolean(y):
        return k.logical_or(x, y)
    return _of_whole_numbers("bitwise_or", np.bitwise_or, x, y)


def bitwise_xor(x: Any, y: Any) -> Any:
    """The bits that one has, but not both. NumPy computes it, but for booleans.

    >>> bitwise_xor([6], [3]).numpy()
    array([5], dtype=int32)
    """
    if _is_boolean(x) and _is_boolean(y):
        return k.logical_xor(x, y)
    return _of_whole_numbers("bitwise_xor", np.bitwise_xor, x, y)


def bitwise_invert(x: Any) -> Any:
    """All bits turned. NumPy computes it, but for booleans.

    >>> bitwise_invert([0, 5]).numpy()
    array([-1, -6], dtype=int32)
    """
    if _is_boolean(x):
        return k.logical_not(x)
    (values,) = values_of("bitwise_invert", x)
    return k.Tensor(np.invert(values))


def bitwise_left_shift(x: Any, y: Any) -> Any:
    """Bits moved up by y places. NumPy computes it.

    >>> bitwise_left_shift([1, 3], 2).numpy()
    array([ 4, 12], dtype=int32)
    """
    return _of_whole_numbers("bitwise_left_shift", np.left_shift, x, y)


def bitwise_right_shift(x: Any, y: Any) -> Any:
    """Bits moved down by y places. NumPy computes it.

    >>> bitwise_right_shift([8, 5], 2).numpy()
    array([2, 1], dtype=int32)
    """
    return _of_whole_numbers("bitwise_right_shift", np.right_shift, x, y)


bitwise_not = bitwise_invert


left_shift = bitwise_left_shift


right_shift = bitwise_right_shift
