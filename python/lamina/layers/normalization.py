"""``(x - mean) / sqrt(variance)``, with statistics taken from data by ``adapt``."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina
from lamina.data._dataset import joined
from lamina.layers.builtin_layer import BuiltinLayer


class Normalization(BuiltinLayer):
    """``(x - mean) / sqrt(variance)``, with statistics taken from data by ``adapt``.

    Args:
        axis: axes kept: one mean for each of their places; None for one of all.
        mean: given instead of adapted, together with ``variance``: a number, or one for each place.
        variance: at least 0.
        invert: whether to undo the normalization: ``x * sqrt(variance) + mean``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``mean`` comes without ``variance``, or a variance is negative.

    >>> layer = Normalization()
    >>> layer.adapt([[0.0, 10.0], [2.0, 30.0]])
    >>> layer([[2.0, 10.0]]).numpy()
    array([[ 1., -1.]], dtype=float32)
    """

    _own: _lamina.Normalization

    def __init__(
        self,
        axis: int | Sequence[int] | None = -1,
        mean: Any = None,
        variance: Any = None,
        invert: bool = False,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        mean, variance = _flat(mean), _flat(variance)
        super().__init__(
            "Normalization",
            axis=axis,
            mean=mean,
            variance=variance,
            invert=invert,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )

    def adapt(self, data: Any) -> None:
        """Takes mean and variance from samples, in one pass over all of them."""
        self._own.adapt(joined(data))


def _flat(values: Any) -> list[float] | None:
    """One for each kept place, however nested."""
    return None if values is None else np.asarray(values, "float64").reshape(-1).tolist()
