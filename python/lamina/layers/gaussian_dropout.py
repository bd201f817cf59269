"""In training multiplies by normal noise of mean 1."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class GaussianDropout(BuiltinLayer):
    """In training multiplies by normal noise of mean 1.

    Args:
        rate: in [0, 1); the noise's deviation is ``sqrt(rate / (1 - rate))``.
        seed: makes the noise repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``rate`` is outside [0, 1).

    Reference: Srivastava et al., 2014, "Dropout: a simple way to prevent neural networks from
    overfitting".

    >>> GaussianDropout(0.5)([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """

    def __init__(
        self,
        rate: float,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "GaussianDropout",
            rate=rate,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
