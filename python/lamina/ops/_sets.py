"""What looks at values: order, places, counts, sets. The sizes of some results follow from values,
so that symbolic tensors have none of these.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina._lamina import Tensor
from lamina._symbolic import is_symbolic
from lamina.ops._support import is_floating, number, peers, tensor, values_of


def nonzero(x: Any) -> tuple[Tensor, ...]:
    """The places of what is not 0, one tensor for each axis.

    >>> [place.numpy().tolist() for place in nonzero([[1, 0], [0, 2]])]
    [[0, 1], [0, 1]]
    """
    (values,) = values_of("nonzero", x)
    return tuple(Tensor(place.astype("int32")) for place in np.nonzero(values))


def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The different elements, or slices of an axis, in ascending order.

    Args:
        x: the input.
        sorted: whether the result ascends; it always does.
        return_index: whether the place where each stands first follows.
        return_inverse: whether the place of each element of x in the result follows.
        return_counts: whether how often each occurs follows.
        axis: the axis whose slices are compared; None compares elements.
        size: the number of results, cut or filled up; None gives as many as there are.
        fill_value: what fills up; the smallest element by default.

    >>> unique([3, 1, 3]).numpy()
    array([1, 3], dtype=int32)
    """
    (values,) = values_of("unique", x)
    found = np.unique(values, True, True, True, axis=axis)
    places, inverse, counts = (each.astype("int32") for each in found[1:])
    results = [found[0]]
    if return_index:
        results.append(places)
    if return_inverse:
        results.append(inverse.reshape(values.shape if axis is None else -1))
    if return_counts:
        results.append(counts)
    if size is not None:
        along = 0 if axis is None else axis
        first = results[0].take([0], along) if found[0].size else None
        filler = first if fill_value is None else fill_value
        results[0] = _resized(results[0], size, along, filler)
        if return_index:
            results[1] = _resized(results[1], size, 0, places[:1])
        if return_counts:
            results[-1] = _resized(results[-1], size, 0, 0)
    made = [Tensor(np.ascontiguousarray(each)) for each in results]
    return made[0] if len(made) == 1 else tuple(made)


def _resized(values: np.ndarray, size: int, axis: int, filler: Any) -> np.ndarray:
    if values.shape[axis] >= size:
        return values.take(range(size), axis)
    shape = list(values.shape)
    shape[axis] = size - shape[axis]
    more = np.broadcast_to(np.asarray(filler, values.dtype), shape)
    return np.concatenate([values, more], axis)


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """Where each value would stand in an ascending vector.

    >>> searchsorted([1, 2, 3], [2, 5]).numpy()
    array([1, 3], dtype=int32)
    """
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted takes side 'left' or 'right', got {side!r}")
    if is_symbolic(sorted_sequence) or is_symbolic(values):
        ordered, wanted = peers(sorted_sequence, values)
        comparison = k.less if side == "left" else k.less_equal
        below = comparison(ordered, k.expand_dims(wanted, -1))
        return k.sum(k.cast(below, "int32"), -1)
    ordered, wanted = values_of("searchsorted", sorted_sequence, values)
    if ordered.ndim != 1:
        raise ValueError(f"searchsorted takes an ascending vector, got shape {ordered.shape}")
    return Tensor(
        np.asarray(np.searchsorted(ordered, wanted, "left" if side == "left" else "right"), "int32")
    )


def digitize(x: Any, bins: Any) -> Any:
    """Of each element the number of the interval between ascending ``bins`` that it lies in.

    >>> digitize([0.5, 2.5], [1.0, 2.0, 3.0]).numpy()
    array([0, 2], dtype=int32)
    """
    return searchsorted(bins, x, "right")


def argpartition(x: Any, kth: int, axis: int | None = -1) -> Any:
    """Places that put the k-th smallest where sorting would, smaller ones before it.

    >>> argpartition([3.0, 1.0, 2.0], 1).numpy()
    array([1, 2, 0], dtype=int32)
    """
    x = tensor(x)
    if axis is None:
        x, axis = k.reshape(x, (-1,)), 0
    extent = x.shape[axis]
    if extent is not None and not -extent <= kth < extent:
        raise ValueError(f"argpartition got kth={kth} for {extent} elements")
    return k.argsort(x, axis)


def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    """Where an element of x1 is one of x2.

    >>> isin([1, 2, 3], [2, 5]).numpy()
    array([False,  True, False])
    """
    elements, among = peers(x1, x2)
    among = k.reshape(among, (-1,))
    found = k.any(k.equal(k.expand_dims(elements, -1), among), -1)
    return k.logical_not(found) if invert else found


def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """How often each whole number occurs; with weights, the sum of those where it does.

    A matrix is counted row by row. The gradient reaches the weights.

    >>> bincount([1, 1, 3]).numpy()
    array([0, 2, 0, 1], dtype=int32)
    """
    if sparse:
        raise ValueError("bincount takes sparse=False: there are no sparse tensors")
    (values,) = values_of("bincount", x)
    if values.size and (values.dtype.kind not in "iub" or values.min() < 0):
        raise ValueError("bincount takes whole numbers that are at least 0")
    if values.ndim not in (1, 2):
        raise ValueError(f"bincount takes a vector or a matrix, got shape {values.shape}")
    length = int(max(values.max() + 1 if values.size else 0, minlength))
    places = values.astype("int64")
    shape: tuple[int, ...] = (length,)
    if values.ndim == 2:
        rows = np.broadcast_to(np.arange(len(values))[:, None], values.shape)
        places = np.stack([rows, places], -1).reshape(-1, 2)
        shape = (len(values), length)
    else:
        places = places[:, None]
    if weights is None:
        each = k.ones((len(places),), "int32")
    else:
        each = k.reshape(tensor(weights), (-1,))
    return k.scatter(k.Tensor(places), each, shape)


def histogram(
    x: Any, bins: int = 10, range: tuple[float, float] | None = None
) -> tuple[Tensor, Tensor]:
    """How many elements lie in each of ``bins`` intervals of equal width, and the intervals' ends.

    >>> counts, edges = histogram([0.0, 1.0, 1.0, 2.0], bins=2)
    >>> counts.numpy(), edges.numpy()
    (array([1., 3.], dtype=float32), array([0., 1., 2.], dtype=float32))
    """
    (values,) = values_of("histogram", x)
    if not isinstance(bins, int) or bins < 1:
        raise ValueError(f"histogram takes bins at least 1, got {bins!r}")
    if range is not None and not (isinstance(range, Sequence) and range[0] <= range[1]):
        raise ValueError(f"histogram takes range=(low, high), got {range!r}")
    counts, edges = np.histogram(values, bins, range)
    dtype = values.dtype if values.dtype.kind == "f" else np.dtype("float32")
    return Tensor(counts.astype(dtype)), Tensor(edges.astype(dtype))


def in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    """Whether the prediction for the target is one of the k largest of its row; no NaN is.

    >>> in_top_k([1], [[0.1, 0.8, 0.1]], 1).numpy()
    array([ True])
    """
    return _in_top_k(tensor(targets), tensor(predictions), k)


def _in_top_k(targets: Any, predictions: Any, count: int) -> Any:
    predictions = k.stop_gradient(predictions)
    chosen = k.take_along_axis(predictions, k.expand_dims(k.cast(targets, "int64"), -1), -1)
    if is_floating(predictions):
        chosen = k.where(k.isnan(chosen), number(float("-inf"), chosen), chosen)
    before = k.sum(k.cast(k.greater(predictions, chosen), "int32"), -1)
    return k.less(before, count)
