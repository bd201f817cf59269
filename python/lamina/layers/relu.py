"""Rectified linear unit: ``max(x, 0)``."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class ReLU(BuiltinLayer):
    """Rectified linear unit: ``max(x, 0)``.

    Args:
        max_value: the largest output; None is no limit.
        negative_slope: slope below the threshold, at least 0.
        threshold: below it the output is ``negative_slope * (x - threshold)``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: an argument is negative or not finite.

    Reference: Nair and Hinton, 2010, "Rectified linear units improve restricted Boltzmann
    machines".

    >>> ReLU(max_value=1.0)([-1.0, 0.5, 2.0]).numpy()
    array([0. , 0.5, 1. ], dtype=float32)
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "ReLU",
            max_value=max_value,
            negative_slope=negative_slope,
            threshold=threshold,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
