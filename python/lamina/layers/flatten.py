"""Joining axes."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Flatten(BuiltinLayer):
    """Joins all axes but the batch.

    Args:
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, a, b, ...)``. Output shape: ``(batch, a * b * ...)``.

    >>> Flatten()([[[1.0, 2.0], [3.0, 4.0]]]).numpy()
    array([[1., 2., 3., 4.]], dtype=float32)
    """

    def __init__(
        self, *, name: str | None = None, trainable: bool = True, dtype: Any = None
    ) -> None:
        super().__init__("Flatten", name=name, trainable=trainable, dtype=dtype)
