"""Samples of another shape."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Reshape(BuiltinLayer):
    """Samples of another shape.

    Args:
        target_shape: the shape of one sample; one extent may be -1.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: ``(batch, *target_shape)``.

    Raises:
        ValueError: (when called) samples do not have as many values.

    >>> Reshape((2, -1))([[1.0, 2.0, 3.0, 4.0]]).shape
    (1, 2, 2)
    """

    def __init__(
        self,
        target_shape: Sequence[int],
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Reshape",
            target_shape=target_shape,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
