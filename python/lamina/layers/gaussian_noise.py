"""In training adds normal noise of mean 0."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class GaussianNoise(BuiltinLayer):
    """In training adds normal noise of mean 0.

    Args:
        stddev: its standard deviation, at least 0.
        seed: makes the noise repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``stddev`` is negative or not finite.

    >>> GaussianNoise(0.1)([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """

    def __init__(
        self,
        stddev: float,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "GaussianNoise",
            stddev=stddev,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
