"""Reductions and running results of lamina.ops that are made of others."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina.ops._support import (
    axes_of,
    floating,
    floating_peers,
    is_floating,
    known_extent,
    number,
    numbers_of,
    placed,
    tensor,
)

METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def _together(name: str, x: Any, axis: Any) -> tuple[Any, list[int]]:
    """The named axes as one, the last."""
    axes = axes_of(name, axis, len(x.shape))
    extents = [known_extent(name, x, each) for each in axes]
    others = [each for each in range(len(x.shape)) if each not in axes]
    moved = k.transpose(x, [*others, *axes]) if x.shape else x
    shape = [x.shape[each] for each in others]
    if None in shape:
        if len(axes) == 1:
            return moved, axes
        unknown = [-1 if extent is None else extent for extent in shape]
        return k.reshape(moved, [*unknown, math.prod(extents)]), axes
    return k.reshape(moved, [*shape, math.prod(extents)]), axes


def _quantile(
    name: str, x: Any, q: Any, axis: Any, method: str, keepdims: bool, skip_nan: bool
) -> Any:
    if method not in METHODS:
        raise ValueError(f"{name} takes method {', '.join(METHODS)}, got {method!r}")
    x = floating(x)
    places = numbers_of(name, "q", q)
    if not (np.all(places >= 0) and np.all(places <= 1)):
        raise ValueError(f"{name} takes places from start to end of the order, got {q!r}")
    lines, axes = _together(name, x, axis)
    extent = known_extent(name, lines, -1)
    if extent == 0:
        raise ValueError(f"{name} needs elements, got shape {tuple(x.shape)}")
    ordered = k.sort(lines, -1)
    flat = places.astype("float64").reshape(-1)
    place: Any
    if skip_nan:
        found = k.logical_not(k.isnan(k.stop_gradient(ordered)))
        count = k.sum(k.cast(found, "float64"), -1, True)
        place = k.maximum(count - 1.0, number(0, count)) * placed(flat, count)
        below, above = (k.cast(f(place), "int64") for f in (k.floor, k.ceil))
        share = place - k.floor(place)
        low, high = (k.take_along_axis(ordered, each, -1) for each in (below, above))
    else:
        place = flat * (extent - 1)
        lower, upper = np.floor(place), np.ceil(place)
        below, share = placed(lower, ordered), placed(place - lower, ordered)
        low, high = (k.take(ordered, each.astype("int64"), -1) for each in (lower, upper))
    if method == "linear":
        part = k.cast(share, x.dtype)
        # Equal ends stay as they are, infinite ones too.
        result = k.where(k.equal(low, high), low, low + (high - low) * part)
    elif method == "midpoint":
        is_between = k.greater(share, number(0, share))
        result = k.where(is_between, (low + high) * 0.5, low)
    elif method == "nearest":
        # Of two as near as each other the one at an even place, as NumPy chooses.
        half = number(0.5, share)
        at = k.cast(below, "float64")
        is_odd = k.not_equal(at * 0.5, k.floor(at * 0.5))
        takes_high = k.logical_or(
            k.greater(share, half), k.logical_and(k.equal(share, half), is_odd)
        )
        result = k.where(takes_high, high, low)
    else:
        result = low if method == "lower" else high
    if not skip_nan:  # sort has put a NaN last
        last = k.take(ordered, [extent - 1], -1)
        result = k.where(k.isnan(last), last, result)
    result = k.moveaxis(result, -1, 0)
    if keepdims:
        for each in axes:
            result = k.expand_dims(result, each + 1)
    if places.ndim == 0:
        return k.squeeze(result, 0)
    if places.ndim == 1:
        return result
    rest = [-1 if extent is None else extent for extent in result.shape[1:]]
    return k.reshape(result, [*places.shape, *rest])


def quantile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """The values below which the shares ``q``, in [0, 1], of the elements lie.

    Args:
        x: the input.
        q: one share or several, which become the first axes of the result.
        axis: an axis or several; None for all.
        method: what lies between two elements: ``"linear"``, ``"lower"``, ``"higher"``,
            ``"midpoint"`` or ``"nearest"``.
        keepdims: whether reduced axes stay, with extent 1.

    >>> quantile([1.0, 2.0, 4.0], [0.5, 0.75]).numpy()
    array([2., 3.], dtype=float32)
    """
    return _quantile("quantile", x, q, axis, method, keepdims, False)


def percentile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """``quantile`` with ``q`` in percent.

    >>> percentile([1.0, 2.0, 4.0], 50).item()
    2.0
    """
    return _quantile("percentile", x, _shares("percentile", q), axis, method, keepdims, False)


def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The middle element, or the mean of the two in the middle.

    >>> median([1.0, 5.0, 2.0]).item()
    2.0
    """
    return _quantile("median", x, 0.5, axis, "linear", keepdims, False)


def nanquantile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """``quantile`` of what is no NaN.

    >>> nanquantile([1.0, float("nan"), 3.0], 0.5).item()
    2.0
    """
    return _quantile("nanquantile", x, q, axis, method, keepdims, True)


def nanpercentile(
    x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    """``percentile`` of what is no NaN.

    >>> nanpercentile([1.0, float("nan"), 3.0], 50).item()
    2.0
    """
    return _quantile("nanpercentile", x, _shares("nanpercentile", q), axis, method, keepdims, True)


def nanmedian(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """``median`` of what is no NaN.

    >>> nanmedian([1.0, float("nan"), 3.0]).item()
    2.0
    """
    return _quantile("nanmedian", x, 0.5, axis, "linear", keepdims, True)


def _shares(name: str, q: Any) -> np.ndarray:
    return np.asarray(numbers_of(name, "q", q) / 100)


def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest less the smallest.

    >>> ptp([1.0, 5.0, 2.0]).item()
    4.0
    """
    return k.max(x, axis, keepdims) - k.min(x, axis, keepdims)


def _without_nan(x: Any, value: float) -> Any:
    x = tensor(x)
    return k.where(k.isnan(x), number(value, x), x) if is_floating(x) else x


def _nan_where_all_are(x: Any, result: Any, axis: Any, keepdims: bool) -> Any:
    if not is_floating(result):
        return result
    none = k.all(k.isnan(x), axis, keepdims)
    return k.where(none, number(math.nan, result), result)


def nanmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest of what is no NaN; NaN where all are.

    >>> nanmax([1.0, float("nan"), 3.0]).item()
    3.0
    """
    x = tensor(x)
    result = k.max(_without_nan(x, -math.inf), axis, keepdims)
    return _nan_where_all_are(x, result, axis, keepdims)


def nanmin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest of what is no NaN; NaN where all are.

    >>> nanmin([1.0, float("nan"), 3.0]).item()
    1.0
    """
    x = tensor(x)
    result = k.min(_without_nan(x, math.inf), axis, keepdims)
    return _nan_where_all_are(x, result, axis, keepdims)


def nanprod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product of what is no NaN.

    >>> nanprod([2.0, float("nan"), 3.0]).item()
    6.0
    """
    return k.prod(_without_nan(x, 1), axis, keepdims)


def nanvar(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance (biased) of what is no NaN.

    >>> nanvar([1.0, float("nan"), 3.0]).item()
    1.0
    """
    x = floating(x)
    is_nan = k.isnan(x)
    centered = k.where(is_nan, number(0, x), x - k.nanmean(x, axis, True))
    count = k.sum(k.cast(k.logical_not(is_nan), x.dtype), axis, keepdims)
    return k.sum(k.square(centered), axis, keepdims) / count


def nanstd(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The standard deviation (biased) of what is no NaN; its gradient at 0 is 0.

    >>> nanstd([1.0, float("nan"), 3.0]).item()
    1.0
    """
    variance = nanvar(x, axis, keepdims)
    is_zero = k.equal(variance, number(0, variance))
    root = k.sqrt(k.where(is_zero, number(1, variance), variance))
    return k.where(is_zero, number(0, variance), root)


def _place(function: Callable[..., Any], x: Any, value: float, axis: Any, keepdims: bool) -> Any:
    x = tensor(x)
    place = function(_without_nan(x, value), axis, keepdims)
    if not is_floating(x):
        return place
    return k.where(k.all(k.isnan(x), axis, keepdims), -1, place)


def nanargmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Where the largest of what is no NaN stands; -1 where all are.

    >>> nanargmax([1.0, float("nan"), 3.0]).item()
    2
    """
    return _place(k.argmax, x, -math.inf, axis, keepdims)


def nanargmin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Where the smallest of what is no NaN stands; -1 where all are.

    >>> nanargmin([1.0, float("nan"), 3.0]).item()
    0
    """
    return _place(k.argmin, x, math.inf, axis, keepdims)


def running(name: str, function: Callable[[Any, Any], Any], x: Any, fill: float, axis: int) -> Any:
    """Each element joined with all before it, in log2(n) rounds: each joins twice as many."""
    extent = known_extent(name, x, axis)
    rank = len(x.shape)
    axis %= rank
    distance = 1
    while distance < extent:
        border = [(0, 0)] * rank
        border[axis] = (distance, 0)
        key = (slice(None),) * axis + (slice(0, extent),)
        x = function(k.pad(x, border, constant_values=fill)[key], x)
        distance *= 2
    return x


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Each element times all before it.

    >>> cumprod([1.0, 2.0, 3.0]).numpy()
    array([1., 2., 6.], dtype=float32)
    """
    x = tensor(x) if dtype is None else k.cast(x, np.dtype(dtype).name)
    if str(x.dtype) == "bool":
        x = k.cast(x, "int32")
    if axis is None:
        x, axis = k.reshape(x, (-1,)), 0
    return running("cumprod", k.multiply, x, 1, axis)


def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """``cumsum`` with 0 for NaN.

    >>> nancumsum([1.0, float("nan"), 3.0]).numpy()
    array([1., 1., 4.], dtype=float32)
    """
    return k.cumsum(_without_nan(x, 0), axis, dtype)


def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """``cumprod`` with 1 for NaN.

    >>> nancumprod([2.0, float("nan"), 3.0]).numpy()
    array([2., 2., 6.], dtype=float32)
    """
    return cumprod(_without_nan(x, 1), axis, dtype)


def corrcoef(x: Any) -> Any:
    """Pearson's correlation of the rows of x with each other.

    >>> corrcoef([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]).numpy().round(3)
    array([[ 1., -1.],
           [-1.,  1.]], dtype=float32)
    """
    x = floating(x)
    is_vector = len(x.shape) < 2
    rows = k.expand_dims(x, 0) if is_vector else x
    centered = rows - k.mean(rows, -1, True)
    products = k.matmul(centered, k.swapaxes(centered, -1, -2))
    deviation = k.sqrt(k.diagonal(products))
    result = products / k.expand_dims(deviation, 0) / k.expand_dims(deviation, 1)
    result = k.clip(result, -1.0, 1.0)
    return k.squeeze(result) if is_vector else result


def correlate(x1: Any, x2: Any, mode: str = "valid") -> Any:
    """Sums of products of two vectors, one moved along the other.

    >>> correlate([1.0, 2.0, 3.0], [0.0, 1.0]).numpy()
    array([2., 3.], dtype=float32)
    """
    a, b = floating_peers(x1, x2)
    n, m = known_extent("correlate", a, 0), known_extent("correlate", b, 0)
    if m > n and mode != "full":
        return k.flip(correlate(x2, x1, mode), 0)
    if mode == "full":
        border = (m - 1, m - 1)
    elif mode == "same":
        border = (m // 2, m - 1 - m // 2)
    elif mode == "valid":
        border = (0, 0)
    else:
        raise ValueError(f"correlate takes mode valid, same or full, got {mode!r}")
    moved = k.reshape(k.pad(a, [border]), (1, -1, 1))
    return k.reshape(k.conv(moved, k.reshape(b, (-1, 1, 1))), (-1,))


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral along an axis, by trapezoids.

    >>> trapezoid([1.0, 2.0, 3.0]).item()
    4.0
    """
    y = floating(y)
    along = axis % len(y.shape)
    lead = (slice(None),) * along
    heights = (y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]) * 0.5
    if x is None:
        return k.sum(heights * dx, axis)
    x = floating(x)
    widths = k.diff(x, axis=axis if len(x.shape) > 1 else -1)
    if len(x.shape) == 1:
        shape = [1] * len(y.shape)
        shape[along] = -1
        widths = k.reshape(widths, shape)
    return k.sum(heights * widths, axis)
