"""The arguments of a model's loops, checked and as the core takes them."""

import math
import operator
from typing import Any

from lamina import _progress


class Shown:
    """A progress display that is closed at the end of its run."""

    def __init__(self, verbose: int | str, title: str | None = None) -> None:
        self._display = _progress.shown(verbose, title)

    def __enter__(self) -> Any:
        return self._display

    def __exit__(self, *exception: Any) -> None:
        if self._display is not None:
            self._display.close()


def whole(name: str, value: Any, default: int | None = None) -> int:
    if value is None and default is not None:
        return default
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} is {value!r}, expected a whole number") from None
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"{name} is {value!r}, expected a number of at most 64 bits")
    return number


def counted(name: str, value: Any) -> int:
    """A number of batches; 0 stands for all."""
    number = whole(name, value, 0)
    if value is not None and number < 1:
        raise ValueError(f"{name} is {value!r}, expected at least 1, or None for all")
    return number


def class_weights(weights: Any) -> list[tuple[int, float]]:
    if weights is None:
        return []
    if not isinstance(weights, dict):
        raise TypeError(f"class_weight is {weights!r}, expected a dictionary of classes to weights")
    return [(whole("a class of class_weight", _class(c)), float(w)) for c, w in weights.items()]


def _class(label: Any) -> Any:
    """np.unique of float labels gives floats."""
    is_whole = getattr(label, "is_integer", None)
    return int(label) if is_whole is not None and is_whole() else label


def steps_of(x: Any, batch_size: int, validation_split: float = 0.0) -> int | None:
    """Batches an epoch, for callbacks; None where it is for the core to refuse the arguments."""
    x = _first_of(x)
    has_length = hasattr(x, "__len__") and getattr(x, "ndim", 1) > 0
    if not has_length or batch_size < 1 or not 0 <= validation_split < 1:
        return None
    return math.ceil(math.floor(len(x) * (1 - validation_split)) / batch_size)


def _first_of(x: Any) -> Any:
    """The first of several inputs, where they are arrays; else what was given."""
    several = list(x.values()) if isinstance(x, dict) else x
    if isinstance(several, (list, tuple)) and several and hasattr(several[0], "shape"):
        return several[0]
    return x


def result_of(logs: dict[str, float], return_dict: bool) -> Any:
    if return_dict:
        return logs
    values = list(logs.values())
    return values[0] if len(values) == 1 else values
