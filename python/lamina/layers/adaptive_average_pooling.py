"""Average pooling to a wanted size."""

from lamina.layers._pooling import AdaptivePooling


class AdaptiveAveragePooling1D(AdaptivePooling):
    """The mean of each of as many windows of a sequence as are wanted.

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

    >>> AdaptiveAveragePooling1D(2)([[[1.0], [3.0], [5.0]]]).numpy().ravel()
    array([2., 4.], dtype=float32)
    """

    _type = "AdaptiveAveragePooling1D"


class AdaptiveAveragePooling2D(AdaptivePooling):
    """The mean of each of as many windows of an image as are wanted.

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
    >>> AdaptiveAveragePooling2D(2)(np.ones((1, 5, 5, 4))).shape
    (1, 2, 2, 4)
    """

    _type = "AdaptiveAveragePooling2D"


class AdaptiveAveragePooling3D(AdaptivePooling):
    """The mean of each of as many windows of a volume as are wanted.

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
    >>> AdaptiveAveragePooling3D((1, 2, 2))(np.ones((1, 5, 5, 5, 4))).shape
    (1, 1, 2, 2, 4)
    """

    _type = "AdaptiveAveragePooling3D"
