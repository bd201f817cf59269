"""Each sample n times."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class RepeatVector(BuiltinLayer):
    """Each sample n times.

    Args:
        n: above 0.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, features)``. Output shape: ``(batch, n, features)``.

    Raises:
        ValueError: ``n`` is not above 0, or inputs have other axes.

    >>> RepeatVector(3)([[1.0, 2.0]]).shape
    (1, 3, 2)
    """

    def __init__(
        self,
        n: int,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "RepeatVector",
            n=n,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
