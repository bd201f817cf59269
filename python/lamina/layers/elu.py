"""Exponential linear unit: ``x``, or ``alpha * (exp(x) - 1)`` below 0."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class ELU(BuiltinLayer):
    """Exponential linear unit: ``x``, or ``alpha * (exp(x) - 1)`` below 0.

    Args:
        alpha: at least 0.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``alpha`` is negative or not finite.

    Reference: Clevert et al., 2016, "Fast and accurate deep network learning by exponential
    linear units".

    >>> ELU()([-1.0, 2.0]).numpy().round(3)
    array([-0.632,  2.   ], dtype=float32)
    """

    def __init__(
        self,
        alpha: float = 1.0,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "ELU",
            alpha=alpha,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
