"""Arguments that programs for older Keras give to layers, and Keras 3 still takes."""

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

_SHAPES = {"input_shape", "batch_input_shape", "batch_shape", "input_dim"}
_OLD = _SHAPES | {"input_length", "weights"}


def shape_from(kwargs: dict[str, Any], known: Any = ()) -> tuple[int | None, ...] | None:
    """The shape of inputs, with the batch axis, that old arguments tell; takes them out."""
    given = {key: kwargs.pop(key) for key in _SHAPES & kwargs.keys() if key not in known}
    if not given:
        return None
    warnings.warn(
        f"{', '.join(sorted(given))} of a layer: begin a Sequential with Input(shape) instead",
        stacklevel=4,
    )
    if "input_dim" in given and "input_shape" not in given:
        given["input_shape"] = (given["input_dim"],)
    for key in ("batch_input_shape", "batch_shape"):
        if key in given:
            return tuple(given[key])
    shape = given["input_shape"]
    return (None, *(shape if isinstance(shape, (list, tuple)) else (shape,)))


def accepting(init: Callable[..., None]) -> Callable[..., None]:
    """A layer's ``__init__`` that takes them too; its signature stays."""
    known = inspect.signature(init).parameters

    @functools.wraps(init)
    def wrapped(self: Any, *args: Any, **kwargs: Any) -> None:
        if _OLD.isdisjoint(kwargs):
            init(self, *args, **kwargs)
            return
        shape = shape_from(kwargs, known)
        weights = None
        if type(self).__name__ == "Embedding":
            weights = kwargs.pop("weights", None)
            if kwargs.pop("input_length", None) is not None:
                warnings.warn("Embedding needs no input_length: remove it", stacklevel=2)
        init(self, *args, **kwargs)
        if shape is not None:
            self.__dict__["_given_input_shape"] = shape
        if weights is not None:
            self.build((None,))
            self.set_weights(weights)

    return wrapped
