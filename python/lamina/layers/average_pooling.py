"""Average pooling."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class AveragePooling(BuiltinLayer):
    """What average pooling over any number of axes takes."""

    _type: str

    def __init__(
        self,
        pool_size: int | Sequence[int],
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            self._type,
            pool_size=pool_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class AveragePooling1D(AveragePooling):
    """The mean of each window of a sequence.

    Args:
        pool_size: extent of a window.
        strides: how far windows lie apart; by default ``pool_size``.
        padding: ``"valid"``, windows inside the inputs alone, or ``"same"``, one for each stride
            begun; what of them lies outside does not count.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``; channels come second with ``"channels_first"``.
    Output shape: the same axes, with ``(extent - pool_size) // strides + 1`` windows, or
    ``ceil(extent / strides)`` with ``"same"``.

    Raises:
        ValueError: an extent is below 1, or (when called) inputs are smaller than a window.

    >>> AveragePooling1D(2)([[[1.0], [3.0], [5.0], [2.0]]]).numpy().ravel()
    array([2. , 3.5], dtype=float32)
    """

    _type = "AveragePooling1D"


class AveragePooling2D(AveragePooling):
    """The mean of each window of an image.

    Args:
        pool_size: extent of a window, one or one for each axis.
        strides: how far windows lie apart; by default ``pool_size``.
        padding: ``"valid"``, windows inside the inputs alone, or ``"same"``, one for each stride
            begun; what of them lies outside does not count.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, with ``(extent - pool_size) // strides +
    1`` windows, or ``ceil(extent / strides)`` with ``"same"``.

    Raises:
        ValueError: an extent is below 1, or (when called) inputs are smaller than a window.

    >>> AveragePooling2D(2)([[[[1.0], [3.0]], [[4.0], [2.0]]]]).numpy().ravel()
    array([2.5], dtype=float32)
    """

    _type = "AveragePooling2D"


class AveragePooling3D(AveragePooling):
    """The mean of each window of a volume.

    Args:
        pool_size: extent of a window, one or one for each axis.
        strides: how far windows lie apart; by default ``pool_size``.
        padding: ``"valid"``, windows inside the inputs alone, or ``"same"``, one for each stride
            begun; what of them lies outside does not count.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, with ``(extent - pool_size) // strides +
    1`` windows, or ``ceil(extent / strides)`` with ``"same"``.

    Raises:
        ValueError: an extent is below 1, or (when called) inputs are smaller than a window.

    >>> import numpy as np
    >>> AveragePooling3D(2)(np.arange(8.0).reshape(1, 2, 2, 2, 1)).numpy().ravel()
    array([3.5], dtype=float32)
    """

    _type = "AveragePooling3D"
