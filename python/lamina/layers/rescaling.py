"""``scale * x + offset``."""

from typing import Any

import numpy as np

from lamina.layers.builtin_layer import BuiltinLayer


class Rescaling(BuiltinLayer):
    """``scale * x + offset``.

    Args:
        scale: finite; a number, or one for each place of the last axis.
        offset: the same.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``scale`` or ``offset`` is not finite, or has another length than the last axis.

    >>> Rescaling(1 / 255)([[255.0, 0.0]]).numpy()
    array([[1., 0.]], dtype=float32)
    >>> Rescaling([1.0, 10.0], offset=[0.0, 1.0])([[2.0, 3.0]]).numpy()
    array([[ 2., 31.]], dtype=float32)
    """

    def __init__(
        self,
        scale: Any,
        offset: Any = 0.0,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Rescaling",
            scale=_numbers("scale", scale),
            offset=_numbers("offset", offset),
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


def _numbers(option: str, given: Any) -> Any:
    """A number, or a list of them."""
    if isinstance(given, (bool, int, float)):
        return given
    values = np.asarray(given, "float64")
    if values.ndim > 1:
        raise ValueError(
            f"Rescaling takes {option} as a number, or one for each place of the last axis, got "
            f"shape {values.shape}"
        )
    return values.tolist()
