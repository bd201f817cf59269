"""Each sample of length 1 along some axes."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class UnitNormalization(BuiltinLayer):
    """Each sample of length 1 along some axes.

    Args:
        axis: one or several axes.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: (when called) an axis does not exist.

    >>> UnitNormalization()([[3.0, 4.0]]).numpy()
    array([[0.6, 0.8]], dtype=float32)
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "UnitNormalization",
            axis=axis,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
