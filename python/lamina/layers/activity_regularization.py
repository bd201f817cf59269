"""Passes inputs on, and adds ``l1 * sum(abs(x)) + l2 * sum(x^2)`` to the loss."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class ActivityRegularization(BuiltinLayer):
    """Passes inputs on, and adds ``l1 * sum(abs(x)) + l2 * sum(x^2)`` to the loss.

    The sums are divided by the number of samples.

    Args:
        l1: at least 0.
        l2: at least 0.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``l1`` or ``l2`` is negative or not finite.

    >>> layer = ActivityRegularization(l2=1.0)
    >>> _ = layer([[1.0, 2.0]], training=True)
    >>> layer.losses[0].item()
    5.0
    """

    def __init__(
        self,
        l1: float = 0.0,
        l2: float = 0.0,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "ActivityRegularization",
            l1=l1,
            l2=l2,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
