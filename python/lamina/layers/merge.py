"""Layers that make one tensor of several, element by element."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class _Merge(BuiltinLayer):
    def __init__(
        self, *, name: str | None = None, trainable: bool = True, dtype: Any = None
    ) -> None:
        super().__init__(self._own_class().__name__, name=name, trainable=trainable, dtype=dtype)


class Add(_Merge):
    """The sum of a list of tensors.

    Args:
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a list of shapes that broadcast behind the batch axis; axes that one lacks there
        count as 1. Output shape: what they broadcast to.

    Raises:
        ValueError: (when built) shapes do not go together.

    >>> Add()([Tensor([[1.0, 2.0]]), Tensor([[10.0, 20.0]])]).numpy()
    array([[11., 22.]], dtype=float32)
    """


class Subtract(_Merge):
    """The first of two tensors minus the second.

    Args:
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a list of two shapes that broadcast behind the batch axis. Output shape: what they
        broadcast to.

    Raises:
        ValueError: (when built) shapes do not go together, or are not two.

    >>> Subtract()([Tensor([[1.0, 2.0]]), Tensor([[10.0, 20.0]])]).numpy()
    array([[ -9., -18.]], dtype=float32)
    """


class Multiply(_Merge):
    """The product of a list of tensors.

    Args:
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a list of shapes that broadcast behind the batch axis. Output shape: what they
        broadcast to.

    Raises:
        ValueError: (when built) shapes do not go together.

    >>> Multiply()([Tensor([[1.0, 2.0]]), Tensor([[10.0, 20.0]])]).numpy()
    array([[10., 40.]], dtype=float32)
    """


class Average(_Merge):
    """The mean of a list of tensors.

    Args:
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a list of shapes that broadcast behind the batch axis. Output shape: what they
        broadcast to.

    Raises:
        ValueError: (when built) shapes do not go together.

    >>> Average()([Tensor([[1.0, 2.0]]), Tensor([[3.0, 0.0]])]).numpy()
    array([[2., 1.]], dtype=float32)
    """


class Maximum(_Merge):
    """The largest of a list of tensors, element by element.

    Args:
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a list of shapes that broadcast behind the batch axis. Output shape: what they
        broadcast to.

    Raises:
        ValueError: (when built) shapes do not go together.

    >>> Maximum()([Tensor([[1.0, 2.0]]), Tensor([[3.0, 0.0]])]).numpy()
    array([[3., 2.]], dtype=float32)
    """


class Minimum(_Merge):
    """The smallest of a list of tensors, element by element.

    Args:
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a list of shapes that broadcast behind the batch axis. Output shape: what they
        broadcast to.

    Raises:
        ValueError: (when built) shapes do not go together.

    >>> Minimum()([Tensor([[1.0, 2.0]]), Tensor([[3.0, 0.0]])]).numpy()
    array([[1., 0.]], dtype=float32)
    """


def add(inputs: Any, **kwargs: Any) -> Any:
    """``Add(**kwargs)(inputs)``.

    >>> add([Input((3,)), Input((3,))]).shape
    (None, 3)
    """
    return Add(**kwargs)(inputs)


def subtract(inputs: Any, **kwargs: Any) -> Any:
    """``Subtract(**kwargs)(inputs)``.

    >>> subtract([Tensor([[1.0, 2.0]]), Tensor([[3.0, 5.0]])]).numpy()
    array([[-2., -3.]], dtype=float32)
    """
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Any, **kwargs: Any) -> Any:
    """``Multiply(**kwargs)(inputs)``.

    >>> multiply([Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]])]).numpy()
    array([[3., 8.]], dtype=float32)
    """
    return Multiply(**kwargs)(inputs)


def average(inputs: Any, **kwargs: Any) -> Any:
    """``Average(**kwargs)(inputs)``.

    >>> average([Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]])]).numpy()
    array([[2., 3.]], dtype=float32)
    """
    return Average(**kwargs)(inputs)


def maximum(inputs: Any, **kwargs: Any) -> Any:
    """``Maximum(**kwargs)(inputs)``.

    >>> maximum([Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]])]).numpy()
    array([[3., 4.]], dtype=float32)
    """
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Any, **kwargs: Any) -> Any:
    """``Minimum(**kwargs)(inputs)``.

    >>> minimum([Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]])]).numpy()
    array([[1., 2.]], dtype=float32)
    """
    return Minimum(**kwargs)(inputs)
