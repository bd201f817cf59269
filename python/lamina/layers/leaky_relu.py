"""Leaky rectified linear unit: ``x``, or ``negative_slope * x`` below 0."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class LeakyReLU(BuiltinLayer):
    """Leaky rectified linear unit: ``x``, or ``negative_slope * x`` below 0.

    Args:
        negative_slope: slope below 0, at least 0.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``negative_slope`` is negative or not finite.

    Reference: Maas et al., 2013, "Rectifier nonlinearities improve neural network acoustic
    models".

    >>> LeakyReLU(0.1)([-10.0, 2.0]).numpy()
    array([-1.,  2.], dtype=float32)
    """

    def __init__(
        self,
        negative_slope: float = 0.3,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "LeakyReLU",
            negative_slope=negative_slope,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
