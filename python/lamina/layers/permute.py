"""The axes of samples in another order."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Permute(BuiltinLayer):
    """The axes of samples in another order.

    Args:
        dims: the axes from 1 on, each once: ``(2, 1)`` transposes.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, ...)``. Output shape: the same axes in that order.

    Raises:
        ValueError: ``dims`` do not name each axis once.

    >>> Permute((2, 1))([[[1.0, 2.0, 3.0]]]).shape
    (1, 3, 1)
    """

    def __init__(
        self,
        dims: Sequence[int],
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Permute",
            dims=dims,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
