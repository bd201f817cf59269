"""``exp(x) / sum(exp(x))`` along axes."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Softmax(BuiltinLayer):
    """``exp(x) / sum(exp(x))`` along one axis or several.

    Args:
        axis: the axis, or axes, whose values sum to 1.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: (when called) an axis does not exist.

    >>> Softmax()([[3.0, 1.0, -3.0]]).numpy().round(2)
    array([[0.88, 0.12, 0.  ]], dtype=float32)
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
            "Softmax",
            axis=axis,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
