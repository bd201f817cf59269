"""``(x - mean) / sqrt(variance)``, with statistics taken from data by ``adapt``."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina, ops
from lamina._lamina import Tensor
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

    @property
    def mean(self) -> Tensor | None:
        """What is taken from the inputs, along all their axes; None before it is built."""
        return self._statistic("mean")

    @property
    def variance(self) -> Tensor | None:
        """By whose root the inputs are divided, along all their axes; None before it is built."""
        return self._statistic("variance")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ("mean", "variance"):
            super().__setattr__(name, value)
        elif not np.array_equal(value, getattr(self, name)):
            raise AttributeError(
                f"{name} of {self.name} is given when it is made, or taken from data by adapt: "
                "make a new layer"
            )

    def _statistic(self, name: str) -> Tensor | None:
        built = self.get_build_config()
        if built is None:
            return None
        inputs = built["input_shape"]
        axes = {axis % len(inputs) for axis in self.axis}
        spread = [extent if axis in axes else 1 for axis, extent in enumerate(inputs)]
        for weight in self._own.weights:
            if weight.name == name:
                return ops.reshape(weight.value, spread)
        given = Tensor(self._own.config()[name], dtype=self.dtype)
        return ops.broadcast_to(ops.reshape(given, spread) if given.size > 1 else given, spread)

    def adapt(self, data: Any) -> None:
        """Takes mean and variance from samples, in one pass over all of them."""
        self._own.adapt(joined(data))


def _flat(values: Any) -> list[float] | None:
    """One for each kept place, however nested."""
    return None if values is None else np.asarray(values, "float64").reshape(-1).tolist()
