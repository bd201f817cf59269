"""The mean of all places."""

from lamina.layers._pooling import GlobalPooling


class GlobalAveragePooling1D(GlobalPooling):
    """The mean of each channel over all places of a sequence.

    Args:
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        keepdims: whether the spatial axes stay, with one place each.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``; channels come second with ``"channels_first"``.
    Output shape: ``(batch, channels)``, or with ``keepdims`` the same axes.

    Raises:
        ValueError: (when called) inputs have other axes, or no place.

    >>> GlobalAveragePooling1D()([[[1.0, 4.0], [3.0, 2.0]]]).numpy()
    array([[2., 3.]], dtype=float32)
    """

    _type = "GlobalAveragePooling1D"


class GlobalAveragePooling2D(GlobalPooling):
    """The mean of each channel over all places of an image.

    Args:
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        keepdims: whether the spatial axes stay, with one place each.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: ``(batch, channels)``, or with ``keepdims`` the same
    axes.

    Raises:
        ValueError: (when called) inputs have other axes, or no place.

    >>> GlobalAveragePooling2D()([[[[1.0], [3.0]], [[4.0], [2.0]]]]).numpy()
    array([[2.5]], dtype=float32)
    """

    _type = "GlobalAveragePooling2D"


class GlobalAveragePooling3D(GlobalPooling):
    """The mean of each channel over all places of a volume.

    Args:
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        keepdims: whether the spatial axes stay, with one place each.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: ``(batch, channels)``, or with ``keepdims`` the same
    axes.

    Raises:
        ValueError: (when called) inputs have other axes, or no place.

    >>> import numpy as np
    >>> GlobalAveragePooling3D(keepdims=True)(np.ones((2, 3, 3, 3, 5))).shape
    (2, 1, 1, 1, 5)
    """

    _type = "GlobalAveragePooling3D"
