"""Angles and hyperbolic functions, made of other operations."""

import math
from typing import Any

from lamina import _lamina as k
from lamina.ops._support import (
    floating,
    floating_peers,
    is_floating,
    number,
    tensor,
)


def tan(x: Any) -> Any:
    """The tangent of radians.

    >>> tan([0.0, 0.785398]).numpy().round(3)
    array([0., 1.], dtype=float32)
    """
    x = floating(x)
    return k.divide(k.sin(x), k.cos(x))


def cosh(x: Any) -> Any:
    """The hyperbolic cosine, ``1 + 2 sinh(x / 2)^2``.

    >>> cosh([0.0, 1.0]).numpy().round(4)
    array([1.    , 1.5431], dtype=float32)
    """
    return 1.0 + k.square(k.sinh(floating(x) * 0.5)) * 2.0


def arcsin(x: Any) -> Any:
    """The inverse sine, in radians; NaN beyond [-1, 1].

    >>> arcsin([-1.0, 0.0, 0.5]).numpy().round(4)
    array([-1.5708,  0.    ,  0.5236], dtype=float32)
    """
    x = floating(x)
    return k.arctan(x / k.sqrt((1.0 - x) * (1.0 + x)))


def arccos(x: Any) -> Any:
    """The inverse cosine, in radians, accurate at both ends; NaN beyond [-1, 1].

    >>> arccos([1.0, 0.0]).numpy().round(4)
    array([0.    , 1.5708], dtype=float32)
    """
    x = floating(x)
    return k.arctan(k.sqrt((1.0 - x) / (1.0 + x))) * 2.0


def arcsinh(x: Any) -> Any:
    """The inverse hyperbolic sine: of |x|, log(1 + |x| + x^2 / (1 + sqrt(1 + x^2))).

    >>> arcsinh([0.0, 1.0]).numpy().round(4)
    array([0.    , 0.8814], dtype=float32)
    """
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
    """The inverse hyperbolic cosine; NaN below 1.

    >>> arccosh([1.0, 2.0]).numpy().round(4)
    array([0.   , 1.317], dtype=float32)
    """
    beyond = floating(x) - 1.0
    return k.log1p(beyond + k.sqrt(beyond) * k.sqrt(beyond + 2.0))


def arctanh(x: Any) -> Any:
    """The inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond.

    >>> arctanh([0.0, 0.5]).numpy().round(4)
    array([0.    , 0.5493], dtype=float32)
    """
    x = floating(x)
    return (k.log1p(x) - k.log1p(-x)) * 0.5


def signbit(x: Any) -> Any:
    """Where the sign is negative, that of -0.0 too.

    >>> signbit([-1.0, -0.0, 0.0]).numpy()
    array([ True,  True, False])
    """
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


def sinc(x: Any) -> Any:
    """``sin(pi x) / (pi x)``, 1 at 0.

    >>> sinc([0.0, 0.5]).numpy().round(4)
    array([1.    , 0.6366], dtype=float32)
    """
    angle = floating(x) * math.pi
    is_zero = k.equal(angle, number(0, angle))
    safe = k.where(is_zero, number(1, angle), angle)
    return k.where(is_zero, number(1, angle), k.sin(safe) / safe)
