"""Tensors one behind the other."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Concatenate(BuiltinLayer):
    """A list of tensors one behind the other along an axis.

    Args:
        axis: the axis, not that of the batch.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a list of shapes that differ along ``axis`` only. Output shape: their extents
        along ``axis`` added.

    Raises:
        ValueError: ``axis`` is 0, or (when built) shapes differ elsewhere.

    >>> Concatenate()([Tensor([[1.0, 2.0]]), Tensor([[3.0]])]).numpy()
    array([[1., 2., 3.]], dtype=float32)
    """

    def __init__(
        self,
        axis: int = -1,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__("Concatenate", axis=axis, name=name, trainable=trainable, dtype=dtype)


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """``Concatenate(axis, **kwargs)(inputs)``.

    >>> concatenate([Input((3, 2)), Input((5, 2))], axis=1).shape
    (None, 8, 2)
    """
    return Concatenate(axis, **kwargs)(inputs)
