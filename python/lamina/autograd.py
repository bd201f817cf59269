"""The switch that records gradients."""

from contextlib import ContextDecorator
from typing import Any

from lamina import _lamina


class no_grad(ContextDecorator):
    """Records no gradients inside; a context manager and a decorator.

    >>> x = Tensor([2.0], requires_grad=True)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    def __init__(self) -> None:
        self._scope = _lamina.NoGradScope()

    def __enter__(self) -> "no_grad":
        self._scope.enter()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._scope.exit()
