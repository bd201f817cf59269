"""What puts rows to places that numbers name, and joins those of one place."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina.ops._support import (
    known_shape,
    number,
    peers,
    placed,
    tensor,
    values_of,
)


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """``inputs`` with ``updates[i]`` put at ``indices[i]``.

    Args:
        inputs: the tensor.
        indices: (n, k), places along the first k axes; known numbers.
        updates: n elements or slices.
        reduction: None replaces, the last of several for one place; ``"add"``, ``"mul"``,
            ``"max"`` and ``"min"`` join with what is there.

    >>> scatter_update([1.0, 2.0, 3.0], [[0], [2]], [7.0, 8.0]).numpy()
    array([7., 2., 8.], dtype=float32)
    """
    x, new = peers(inputs, updates)
    new = k.cast(new, x.dtype)
    shape = known_shape("scatter_update", x)
    (places,) = values_of("scatter_update", indices)
    if places.ndim != 2 or not 1 <= places.shape[1] <= len(shape):
        raise ValueError(
            f"scatter_update takes indices (n, k) with k of the axes of {shape}, got shape "
            f"{places.shape}"
        )
    leading = shape[: places.shape[1]]
    places = np.where(places < 0, places + np.array(leading), places).astype("int64")
    if places.size and not (np.all(places >= 0) and np.all(places < np.array(leading))):
        raise IndexError(f"scatter_update got an index out of range for shape {shape}")
    if reduction == "add":
        return x + k.scatter(k.Tensor(places), new, shape)
    targets = math.prod(leading)
    row = shape[len(leading) :]
    flat = np.ravel_multi_index(tuple(places.T), leading) if len(places) else places[:, 0]
    if reduction is None:
        last = np.full(targets, -1, "int64")
        last[flat] = np.arange(len(flat))
        if not len(flat):
            return x
        gathered = k.reshape(k.take(new, np.maximum(last, 0), 0), shape)
        is_hit = (last >= 0).reshape(leading + (1,) * len(row))
        return k.where(placed(is_hit, x), gathered, x)
    joins: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
        "mul": (segment_prod, k.multiply),
        "max": (segment_max, k.maximum),
        "min": (segment_min, k.minimum),
    }
    if reduction not in joins:
        raise ValueError(
            f"scatter_update takes reduction None, add, mul, max or min, got {reduction!r}"
        )
    segment, join = joins[reduction]
    joined = k.reshape(segment(new, flat, targets), shape)
    is_hit = np.isin(np.arange(targets), flat).reshape(leading + (1,) * len(row))
    return k.where(placed(is_hit, x), join(x, joined), x)


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """Sums of the rows that have one number.

    Args:
        data: the rows.
        segment_ids: the number of each row; rows of other numbers than 0 to num_segments - 1 count
            for nothing.
        num_segments: how many there are; by default as many as the largest number says.
        sorted: whether the numbers ascend, which changes nothing here.

    >>> segment_sum([1.0, 2.0, 4.0], [0, 1, 0], 2).numpy()
    array([5., 2.], dtype=float32)
    """
    rows, ids, count = _segments("segment_sum", data, segment_ids, num_segments)
    inside = (ids >= 0) & (ids < count)
    if not inside.all():
        rows, ids = k.take(rows, np.flatnonzero(inside), 0), ids[inside]
    return k.scatter(k.Tensor(ids[:, None]), rows, (count, *rows.shape[1:]))


def _segments(
    name: str, data: Any, segment_ids: Any, num_segments: int | None
) -> tuple[Any, np.ndarray, int]:
    rows = tensor(data)
    (ids,) = values_of(name, segment_ids)
    if ids.ndim != 1 or ids.dtype.kind not in "iu" or len(ids) != rows.shape[0]:
        raise ValueError(
            f"{name} takes a whole number for each of the rows of shape {tuple(rows.shape)}, got "
            f"{ids.dtype} of shape {ids.shape}"
        )
    count = int(ids.max()) + 1 if num_segments is None and len(ids) else int(num_segments or 0)
    return rows, ids.astype("int64"), count


def members(ids: np.ndarray, count: int) -> np.ndarray:
    """For each number up to count a row of the places where ids holds it, filled up with the place
    after the last.
    """
    order = np.argsort(ids, kind="stable")
    order = order[(ids[order] >= 0) & (ids[order] < count)]
    sizes = np.bincount(ids[order], minlength=count)
    places = np.full((count, max(int(sizes.max(initial=0)), 1)), len(ids), "int64")
    starts = np.cumsum(sizes) - sizes
    places[ids[order], np.arange(len(order)) - np.repeat(starts, sizes)] = order
    return places


def _segment(
    name: str,
    reduce: Callable[..., Any],
    neutral: Callable[[Any], Any],
    data: Any,
    segment_ids: Any,
    num_segments: int | None,
) -> Any:
    rows, ids, count = _segments(name, data, segment_ids, num_segments)
    places = members(ids, count)
    filler = k.broadcast_to(neutral(rows), (1, *rows.shape[1:]))
    return reduce(k.take(k.concatenate([rows, filler], 0), places, 0), 1)


def _limit(x: Any, lowest: bool) -> Any:
    dtype = np.dtype(str(x.dtype))
    if dtype.kind == "f":
        return number(-math.inf if lowest else math.inf, x)
    if dtype.kind == "b":
        return placed(np.asarray(not lowest), x)
    limits = np.iinfo(dtype)
    return placed(np.asarray(limits.min if lowest else limits.max, dtype), x)


def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The largest of the rows that have one number; the lowest value where none has it.

    >>> segment_max([1.0, 2.0, 4.0], [0, 1, 0], 2).numpy()
    array([4., 2.], dtype=float32)
    """
    return _segment(
        "segment_max", k.max, lambda x: _limit(x, True), data, segment_ids, num_segments
    )


def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The smallest of the rows that have one number; the highest value where none has it.

    >>> segment_min([1.0, 2.0, 4.0], [0, 1, 0], 2).numpy()
    array([1., 2.], dtype=float32)
    """
    return _segment(
        "segment_min", k.min, lambda x: _limit(x, False), data, segment_ids, num_segments
    )


def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Any:
    """The product of the rows that have one number; 1 where none has it.

    >>> segment_prod([1.0, 2.0, 4.0], [0, 1, 0], 2).numpy()
    array([4., 2.], dtype=float32)
    """
    return _segment("segment_prod", k.prod, lambda x: number(1, x), data, segment_ids, num_segments)
