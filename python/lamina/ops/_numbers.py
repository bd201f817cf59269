"""Operations whose argument is a number in the core, made of others where it is a tensor that
requires a gradient. The core calls ``composed``.
"""

from collections.abc import Callable
from typing import Any

from lamina import _lamina as k
from lamina._numbers import needs_gradient, refuse_gradient
from lamina.ops._support import number, peers, tensor


def composed(name: str, argument: str, arguments: dict[str, Any]) -> Any:
    """What the operation of that name gives for these arguments.

    Raises:
        TypeError: no composition gives that argument a gradient.
    """
    if name not in _COMPOSED:
        refuse_gradient(name, argument, arguments[argument])
    return _COMPOSED[name](**arguments)


def _leaky_relu(x: Any, negative_slope: Any) -> Any:
    x, negative_slope = peers(x, negative_slope)
    return k.where(k.greater_equal(x, number(0, x)), x, k.multiply(negative_slope, x))


def _below_zero(x: Any) -> tuple[Any, Any]:
    """Where x is above 0, and x with zeros there, so that exp of it is finite."""
    is_above = k.greater(x, number(0, x))
    return is_above, k.where(is_above, k.zeros_like(x), x)


def _elu(x: Any, alpha: Any) -> Any:
    x, alpha = peers(x, alpha)
    is_above, below = _below_zero(x)
    return k.where(is_above, x, k.multiply(alpha, k.expm1(below)))


def _celu(x: Any, alpha: Any) -> Any:
    x, alpha = peers(x, alpha)
    is_above, below = _below_zero(x)
    return k.where(is_above, x, k.multiply(alpha, k.expm1(k.divide(below, alpha))))


def _soft_shrink(x: Any, threshold: Any) -> Any:
    x, threshold = peers(x, threshold)
    drawn = k.subtract(x, k.multiply(k.sign(x), threshold))
    return k.where(k.less_equal(k.absolute(x), threshold), k.zeros_like(x), drawn)


def _hard_shrink(x: Any, threshold: Any) -> Any:
    x, threshold = peers(x, threshold)
    return k.where(k.less_equal(k.absolute(x), threshold), k.zeros_like(x), x)


def _squareplus(x: Any, b: Any) -> Any:
    x, b = peers(x, b)
    return k.multiply(k.add(x, k.sqrt(k.add(k.square(x), b))), 0.5)


def _relu(x: Any, negative_slope: Any, max_value: Any, threshold: Any) -> Any:
    x = tensor(x)
    if not (needs_gradient(negative_slope) or needs_gradient(threshold)):
        return _at_most(k.relu(x, negative_slope, None, threshold), max_value)
    slanted = k.multiply(k.subtract(x, threshold), negative_slope)
    result = k.where(k.greater_equal(x, threshold), x, slanted)
    return result if max_value is None else _at_most(result, max_value)


def _at_most(x: Any, most: Any) -> Any:
    return k.where(k.greater_equal(x, most), most, x)


def _threshold(x: Any, threshold: Any, default_value: Any) -> Any:
    x = tensor(x)
    return k.where(k.greater(x, threshold), x, default_value)


def _max(x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    return k.maximum(k.max(x, axis, keepdims), initial)


def _min(x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    return k.minimum(k.min(x, axis, keepdims), initial)


def _pad(x: Any, pad_width: Any, mode: str, constant_values: Any) -> Any:
    x = tensor(x)
    if mode != "constant":
        refuse_gradient(f"pad in mode {mode}", "constant_values", constant_values)
    is_inside = k.pad(k.ones_like(x, "bool"), pad_width)
    return k.where(is_inside, k.pad(x, pad_width), k.cast(constant_values, str(x.dtype)))


def _full_like(x: Any, fill_value: Any, dtype: Any) -> Any:
    zeros = k.zeros_like(x, dtype)
    return k.add(zeros, k.cast(fill_value, str(zeros.dtype)))


def _nan_to_num(x: Any, nan: Any, posinf: Any, neginf: Any) -> Any:
    x = tensor(x)
    places = ((k.isnan, nan, "nan"), (k.isposinf, posinf, "posinf"), (k.isneginf, neginf, "neginf"))
    given = {name: value for _, value, name in places if not needs_gradient(value)}
    result = k.nan_to_num(x, **given)
    for is_there, value, name in places:
        if name not in given:
            result = k.where(is_there(x), value, result)
    return result


def _dot_product_attention(query: Any, scale: Any, **others: Any) -> Any:
    if needs_gradient(others.get("attn_logits_soft_cap")):
        refuse_gradient(
            "dot_product_attention", "attn_logits_soft_cap", others["attn_logits_soft_cap"]
        )
    if not needs_gradient(scale):  # then it is not what this was called for
        return k.dot_product_attention(query, scale=scale, **others)
    return k.dot_product_attention(k.multiply(query, scale), scale=1.0, **others)


_COMPOSED: dict[str, Callable[..., Any]] = {
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "celu": _celu,
    "soft_shrink": _soft_shrink,
    "hard_shrink": _hard_shrink,
    "squareplus": _squareplus,
    "relu": _relu,
    "threshold": _threshold,
    "max": _max,
    "min": _min,
    "pad": _pad,
    "full_like": _full_like,
    "nan_to_num": _nan_to_num,
    "dot_product_attention": _dot_product_attention,
}
