"""Marks steps of sequences that do not count."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Masking(BuiltinLayer):
    """Masks the steps whose features all equal a value: layers after it leave them out.

    Args:
        mask_value: the value.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, features)``. Output shape: the same; masked steps are 0.

    >>> masked = Masking()([[[1.0, 2.0], [0.0, 0.0]]])
    >>> masked.mask.numpy()
    array([[ True, False]])
    """

    def __init__(
        self,
        mask_value: float = 0.0,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Masking", mask_value=mask_value, name=name, trainable=trainable, dtype=dtype
        )
