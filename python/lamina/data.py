"""What ``fit`` takes as data: arrays, or batches that an iterable yields."""

from collections.abc import Iterable
from typing import Any

from lamina._lamina import Tensor, Variable


def batches(x: Any, y: Any) -> tuple[Iterable[Any], int | None] | None:
    """The iterable and its length, where ``x`` is one of batches; None where it is an array.

    Batches come without ``y``: from a generator, an iterator, any object with ``__iter__`` that is
    no array, or from a list of tuples.
    """
    if y is not None or isinstance(x, (Tensor, Variable, str, bytes, dict, set)):
        return None
    if isinstance(x, (list, tuple)):
        return (x, len(x)) if is_list_of_batches(x) else None
    if hasattr(x, "__array__") or not hasattr(x, "__iter__"):
        return None
    try:
        return x, len(x)
    except TypeError:
        return x, None


def first_of(x: Any) -> Any:
    """The first of several inputs, where they are arrays; else what was given."""
    several = list(x.values()) if isinstance(x, dict) else x
    if isinstance(several, (list, tuple)) and several and hasattr(several[0], "shape"):
        return several[0]
    return x


def is_list_of_batches(x: Any) -> bool:
    """Whether it is a list of tuples, each a batch."""
    return isinstance(x, list) and bool(x) and all(isinstance(item, tuple) for item in x)
