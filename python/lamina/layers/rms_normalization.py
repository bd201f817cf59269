"""Each sample over its root mean square, times a learnt scale."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class RMSNormalization(BuiltinLayer):
    """Each sample over its root mean square, times a learnt scale.

    Args:
        axis: one or several axes over which a sample is normalized; not the batch's.
        epsilon: added to the mean square, above 0.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``epsilon`` is not above 0, or an axis is the batch's.

    Reference: Zhang and Sennrich, 2019, "Root mean square layer normalization".

    >>> RMSNormalization()([[3.0, 4.0]]).numpy().round(3)
    array([[0.849, 1.131]], dtype=float32)
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-6,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "RMSNormalization",
            axis=axis,
            epsilon=epsilon,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
