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
