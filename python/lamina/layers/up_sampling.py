"""More places along spatial axes."""

from collections.abc import Sequence
from typing import Any

from lamina.layers import _axes
from lamina.layers.builtin_layer import BuiltinLayer


class UpSampling1D(BuiltinLayer):
    """``size`` times as many places of a sequence, each repeated.

    Args:
        size: how many times.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: the same axes, ``size`` times as long.

    Raises:
        ValueError: ``size`` is below 1.

    >>> UpSampling1D(2)([[[5.0], [7.0]]]).numpy().ravel()
    array([5., 5., 7., 7.], dtype=float32)
    """

    def __init__(
        self,
        size: int = 2,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "UpSampling1D",
            size=size,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class UpSampling2D(BuiltinLayer):
    """``size`` times as many places of an image, each repeated or interpolated.

    Bilinear values are those of a line between the centers of neighbouring places; beyond the
    outermost centers they stay.

    Args:
        size: how many times, one or one for each axis.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        interpolation: ``"nearest"`` repeats each place, ``"bilinear"`` interpolates.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, ``size`` times as long.

    Raises:
        ValueError: ``size`` is below 1, or ``interpolation`` is none of both.

    >>> UpSampling2D((1, 2), interpolation="bilinear")([[[[0.0], [4.0]]]]).numpy().ravel()
    array([0., 1., 3., 4.], dtype=float32)
    """

    def __init__(
        self,
        size: int | Sequence[int] = 2,
        data_format: str | None = None,
        interpolation: str = "nearest",
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "UpSampling2D",
            size=_axes.each_axis("UpSampling2D", "size", size, 2),
            data_format=data_format,
            interpolation=interpolation,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class UpSampling3D(BuiltinLayer):
    """``size`` times as many places of a volume, each repeated.

    Args:
        size: how many times, one or one for each axis.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, ``size`` times as long.

    Raises:
        ValueError: ``size`` is below 1.

    >>> UpSampling3D((1, 2, 3))([[[[[5.0]]]]]).shape
    (1, 1, 2, 3, 1)
    """

    def __init__(
        self,
        size: int | Sequence[int] = 2,
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "UpSampling3D",
            size=_axes.each_axis("UpSampling3D", "size", size, 3),
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
