"""How the methods of tensors are made, and the words they take beside NumPy's."""

from collections.abc import Callable
from typing import Any

import lamina


def forward(name: str, operation: str = "") -> Callable[..., Any]:
    """A method that runs a function of ``lamina.ops`` on its tensor."""
    operation = operation or name

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        return getattr(lamina.ops, operation)(self, *args, **keywords)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"``lamina.ops.{operation}`` of this tensor."
    return method


def along_axis(name: str, operation: str = "") -> Callable[..., Any]:
    """The same, with PyTorch's words ``dim`` and ``keepdim`` for ``axis`` and ``keepdims``."""
    operation = operation or name

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        for word, own in (("dim", "axis"), ("dims", "axis"), ("keepdim", "keepdims")):
            if word in keywords:
                keywords[own] = keywords.pop(word)
        return getattr(lamina.ops, operation)(self, *args, **keywords)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = (
        f"``lamina.ops.{operation}`` of this tensor; ``dim`` and ``keepdim`` are ``axis`` and "
        "``keepdims``."
    )
    return method


def cast_to(name: str, dtype: str) -> Callable[[Any], Any]:
    def method(self: Any) -> Any:
        return lamina.ops.cast(self, dtype)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"The values as {dtype}."
    return method


def one_axis(axis: Any, dim: Any, default: Any) -> Any:
    if axis is not None and dim is not None:
        raise TypeError("axis and dim are two words for one thing; give one of them")
    given = dim if axis is None else axis
    return default if given is None else given


def unnested(values: tuple[Any, ...]) -> tuple[Any, ...]:
    one = len(values) == 1 and isinstance(values[0], (list, tuple))
    return tuple(values[0]) if one else values


def is_foreign(value: Any) -> bool:
    return value is None or isinstance(value, (str, bytes, dict, set))
