"""Zeros around spatial axes."""

from collections.abc import Sequence
from typing import Any

from lamina.layers._axes import each_axis
from lamina.layers.builtin_layer import BuiltinLayer


class ZeroPadding1D(BuiltinLayer):
    """Zeros around the places of a sequence.

    Args:
        padding: how many places are added at both ends, or a pair of numbers.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``; channels come second with ``"channels_first"``.
    Output shape: the same axes, longer.

    Raises:
        ValueError: ``padding`` is negative or not of that form.

    >>> ZeroPadding1D((1, 2))([[[5.0], [7.0]]]).numpy().ravel()
    array([0., 5., 7., 0., 0.], dtype=float32)
    """

    def __init__(
        self,
        padding: int | Sequence[int] = 1,
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "ZeroPadding1D",
            padding=padding,
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class ZeroPadding2D(BuiltinLayer):
    """Zeros around the places of an image.

    Args:
        padding: how many places are added at all ends: one number, one for each axis, or a
            pair of numbers for each.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, longer.

    Raises:
        ValueError: ``padding`` is negative or not of that form.

    >>> ZeroPadding2D(((0, 1), (1, 0)))([[[[5.0]]]]).numpy()[0, :, :, 0]
    array([[0., 5.],
           [0., 0.]], dtype=float32)
    """

    def __init__(
        self,
        padding: int | Sequence[int] | Sequence[Sequence[int]] = 1,
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "ZeroPadding2D",
            padding=each_axis("ZeroPadding2D", "padding", padding, 2),
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class ZeroPadding3D(BuiltinLayer):
    """Zeros around the places of a volume.

    Args:
        padding: how many places are added at all ends: one number, one for each axis, or a
            pair of numbers for each.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, longer.

    Raises:
        ValueError: ``padding`` is negative or not of that form.

    >>> ZeroPadding3D()([[[[[5.0]]]]]).shape
    (1, 3, 3, 3, 1)
    """

    def __init__(
        self,
        padding: int | Sequence[int] | Sequence[Sequence[int]] = 1,
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "ZeroPadding3D",
            padding=each_axis("ZeroPadding3D", "padding", padding, 3),
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
