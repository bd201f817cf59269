"""Dropout."""

from collections.abc import Sequence
from typing import Any

from lamina.layers import _axes
from lamina.layers.builtin_layer import BuiltinLayer


class Dropout(BuiltinLayer):
    """In training sets each input to 0 at random and scales the others, so that sums stay the same.

    Args:
        rate: probability of 0, in [0, 1]; the others are divided by ``1 - rate``.
        noise_shape: extents of what is drawn: 1 repeats it along that axis, None stands for the
            inputs' extent, so ``(None, 1, 64)`` drops a feature in all time steps or in none.
        seed: makes the layer draw the same numbers in every run.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``rate`` is outside [0, 1].

    Reference: Srivastava et al., 2014, "Dropout: a simple way to prevent neural networks from
    overfitting".

    >>> Dropout(0.5)([1.0, 2.0]).numpy()
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
            "Dropout",
            rate=rate,
            noise_shape=_axes.noise_shape("Dropout", noise_shape),
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
