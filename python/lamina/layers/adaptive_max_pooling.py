"""Max pooling to a wanted size."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.layer import BuiltinLayer


class AdaptiveMaxPooling1D(BuiltinLayer):
    """The largest value of each of as many windows of a sequence as are wanted.

    Window ``i`` of ``n`` over an axis of ``m`` places covers those from ``floor(i m / n)`` to
    ``ceil((i + 1) m / n)``, so that all are covered, whatever ``m`` is.

    Args:
        output_size: number of windows.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``; channels come second with ``"channels_first"``.
    Output shape: the same axes, with ``output_size`` places.

    Raises:
        ValueError: ``output_size`` is below 1, or (when called) inputs have other axes.

    >>> AdaptiveMaxPooling1D(2)([[[1.0], [3.0], [5.0]]]).numpy().ravel()
    array([3., 5.], dtype=float32)
    """

    def __init__(
        self,
        output_size: int | Sequence[int],
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "AdaptiveMaxPooling1D",
            output_size=output_size,
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class AdaptiveMaxPooling2D(BuiltinLayer):
    """The largest value of each of as many windows of an image as are wanted.

    Window ``i`` of ``n`` over an axis of ``m`` places covers those from ``floor(i m / n)`` to
    ``ceil((i + 1) m / n)``, so that all are covered, whatever ``m`` is.

    Args:
        output_size: number of windows, one or one for each axis.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, with ``output_size`` places.

    Raises:
        ValueError: ``output_size`` is below 1, or (when called) inputs have other axes.

    >>> import numpy as np
    >>> AdaptiveMaxPooling2D(2)(np.ones((1, 5, 5, 4))).shape
    (1, 2, 2, 4)
    """

    def __init__(
        self,
        output_size: int | Sequence[int],
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "AdaptiveMaxPooling2D",
            output_size=output_size,
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class AdaptiveMaxPooling3D(BuiltinLayer):
    """The largest value of each of as many windows of a volume as are wanted.

    Window ``i`` of ``n`` over an axis of ``m`` places covers those from ``floor(i m / n)`` to
    ``ceil((i + 1) m / n)``, so that all are covered, whatever ``m`` is.

    Args:
        output_size: number of windows, one or one for each axis.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: the same axes, with ``output_size`` places.

    Raises:
        ValueError: ``output_size`` is below 1, or (when called) inputs have other axes.

    >>> import numpy as np
    >>> AdaptiveMaxPooling3D((1, 2, 2))(np.ones((1, 5, 5, 5, 4))).shape
    (1, 1, 2, 2, 4)
    """

    def __init__(
        self,
        output_size: int | Sequence[int],
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "AdaptiveMaxPooling3D",
            output_size=output_size,
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
