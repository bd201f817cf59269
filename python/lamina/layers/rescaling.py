"""``scale * x + offset``."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Rescaling(BuiltinLayer):
    """``scale * x + offset``.

    Args:
        scale: finite.
        offset: finite.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``scale`` or ``offset`` is not finite.

    >>> Rescaling(1 / 255)([[255.0, 0.0]]).numpy()
    array([[1., 0.]], dtype=float32)
    """

    def __init__(
        self,
        scale: float,
        offset: float = 0.0,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Rescaling",
            scale=scale,
            offset=offset,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
