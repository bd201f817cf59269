"""Spatial axes without their ends."""

from collections.abc import Sequence
from typing import Any

from lamina.layers._axes import each_axis
from lamina.layers.builtin_layer import BuiltinLayer


class Cropping1D(BuiltinLayer):
    """The places of a sequence without those at the ends.

    Args:
        cropping: how many places are cut at both ends, or a pair of numbers.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: the same axes, shorter.

    Raises:
        ValueError: ``cropping`` is negative, not of that form, or (when called) leaves nothing.

    >>> Cropping1D((1, 0))([[[5.0], [7.0], [9.0]]]).numpy().ravel()
    array([7., 9.], dtype=float32)
    """

    def __init__(
        self,
        cropping: int | Sequence[int] = 1,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Cropping1D",
            cropping=cropping,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class Cropping2D(BuiltinLayer):
    """The places of an image without those at the ends.

    Args:
        cropping: how many places are cut at all ends: one number, one for each axis, or a
            pair of numbers for each.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, shorter.

    Raises:
        ValueError: ``cropping`` is negative, not of that form, or (when called) leaves nothing.

    >>> Cropping2D(((0, 1), (1, 0)))([[[[1.0], [2.0]], [[3.0], [4.0]]]]).numpy().ravel()
    array([2.], dtype=float32)
    """

    def __init__(
        self,
        cropping: int | Sequence[int] | Sequence[Sequence[int]] = 0,
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Cropping2D",
            cropping=each_axis("Cropping2D", "cropping", cropping, 2),
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class Cropping3D(BuiltinLayer):
    """The places of a volume without those at the ends.

    Args:
        cropping: how many places are cut at all ends: one number, one for each axis, or a
            pair of numbers for each.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, shorter.

    Raises:
        ValueError: ``cropping`` is negative, not of that form, or (when called) leaves nothing.

    >>> import numpy as np
    >>> Cropping3D()(np.ones((1, 3, 4, 5, 2))).shape
    (1, 1, 2, 3, 2)
    """

    def __init__(
        self,
        cropping: int | Sequence[int] | Sequence[Sequence[int]] = 1,
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Cropping3D",
            cropping=each_axis("Cropping3D", "cropping", cropping, 3),
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
