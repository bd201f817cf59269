"""The inputs themselves."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Identity(BuiltinLayer):
    """The inputs themselves.

    Args:
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    >>> Identity()([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Identity",
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
