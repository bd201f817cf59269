"""What ``fit`` takes as data: arrays, or batches that an iterable yields."""

from collections.abc import Iterable, Iterator
from typing import Any

from lamina._lamina import Tensor, Variable


def batches(x: Any, y: Any) -> tuple[Iterable[Any], int | None] | None:
    """The iterable and its length, where ``x`` is one of batches; None where it is an array.

    Batches come without ``y``: from a generator, an iterator, any object that is no array and has
    ``__iter__``, or ``__len__`` and ``__getitem__``, or from a list of tuples.
    """
    if y is not None or isinstance(x, (Tensor, Variable, str, bytes, dict, set)):
        return None
    if isinstance(x, (list, tuple)):
        return (x, len(x)) if is_list_of_batches(x) else None
    if _is_array(x):
        return None
    if not hasattr(x, "__iter__"):
        if not (hasattr(x, "__len__") and hasattr(x, "__getitem__")):
            return None
        return _Indexed(x), len(x)
    try:
        return x, len(x)
    except TypeError:
        return x, None


class _Indexed:
    """Batches by their numbers, as ``keras.utils.Sequence`` gives them."""

    def __init__(self, batches: Any) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Any]:
        return (self._batches[i] for i in range(len(self._batches)))


def _is_array(x: Any) -> bool:
    if any(hasattr(x, name) for name in ("__array__", "__array_interface__", "__array_struct__")):
        return True
    try:
        memoryview(x)
    except TypeError:
        return False
    return True


def first_of(x: Any) -> Any:
    """The first of several inputs, where they are arrays; else what was given."""
    several = list(x.values()) if isinstance(x, dict) else x
    if isinstance(several, (list, tuple)) and several and hasattr(several[0], "shape"):
        return several[0]
    return x


def is_list_of_batches(x: Any) -> bool:
    """Whether it is a list of tuples, each a batch."""
    return isinstance(x, list) and bool(x) and all(isinstance(item, tuple) for item in x)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """A batch as ``(x, y, sample_weight)``, None for what it lacks.

    >>> unpack_x_y_sample_weight(([1.0], [2.0]))
    ([1.0], [2.0], None)
    """
    if not isinstance(data, (tuple, list)) or not data:
        return data, None, None
    if isinstance(data, list):
        data = tuple(data)
    if len(data) > 3:
        raise ValueError(f"a batch is x, (x, y) or (x, y, sample_weight), got {len(data)} items")
    x, y, sample_weight = (*data, None, None)[:3]
    return x, y, sample_weight


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """A batch of what is not None: x alone, as a tuple where it is a list, or a tuple.

    >>> pack_x_y_sample_weight([1.0], [2.0])
    ([1.0], [2.0])
    """
    if y is None:
        return (x,) if isinstance(x, (list, tuple, dict)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)
