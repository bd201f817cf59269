"""Min pooling."""

from lamina.layers._pooling import WindowPooling


class MinPooling1D(WindowPooling):
    """The smallest value of each window of a sequence.

    The gradient goes to the first of equals, row by row.

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

    >>> MinPooling1D(2)([[[1.0], [3.0], [5.0], [2.0]]]).numpy().ravel()
    array([1., 2.], dtype=float32)
    """

    _type = "MinPooling1D"


class MinPooling2D(WindowPooling):
    """The smallest value of each window of an image.

    The gradient goes to the first of equals, row by row.

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

    >>> MinPooling2D(2)([[[[1.0], [3.0]], [[4.0], [2.0]]]]).numpy().ravel()
    array([1.], dtype=float32)
    """

    _type = "MinPooling2D"


class MinPooling3D(WindowPooling):
    """The smallest value of each window of a volume.

    The gradient goes to the first of equals, row by row.

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
    >>> MinPooling3D(2)(np.arange(8.0).reshape(1, 2, 2, 2, 1)).numpy().ravel()
    array([0.], dtype=float32)
    """

    _type = "MinPooling3D"
