"""Dropout that keeps mean and variance: in training drops values to selu's lowest."""

from collections.abc import Sequence
from typing import Any

from lamina.layers import _axes
from lamina.layers.builtin_layer import BuiltinLayer


class AlphaDropout(BuiltinLayer):
    """Dropout that keeps mean and variance: in training drops values to selu's lowest.

    Args:
        rate: share of values that are dropped, in [0, 1).
        noise_shape: extents of what is drawn: 1 repeats it along that axis, None stands for the
            inputs' extent, so ``(None, 1, 64)`` drops a feature in all time steps or in none.
        seed: makes the mask repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``rate`` is outside [0, 1).

    Reference: Klambauer et al., 2017, "Self-normalizing neural networks".

    >>> AlphaDropout(0.5)([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """

    def __init__(
        self,
        rate: float,
        noise_shape: Sequence[int | None] | None = None,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "AlphaDropout",
            rate=rate,
            noise_shape=_axes.noise_shape("AlphaDropout", noise_shape),
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
