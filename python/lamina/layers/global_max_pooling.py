"""The largest of all places."""

from lamina.layers._pooling import GlobalPooling


class GlobalMaxPooling1D(GlobalPooling):
    """The largest value of each channel over all places of a sequence.

    Equals share the gradient.

    Args:
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        keepdims: whether the spatial axes stay, with one place each.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``; channels come second with ``"channels_first"``.
    Output shape: ``(batch, channels)``, or with ``keepdims`` the same axes.

    Raises:
        ValueError: (when called) inputs have other axes, or no place.

    >>> GlobalMaxPooling1D()([[[1.0, 4.0], [3.0, 2.0]]]).numpy()
    array([[3., 4.]], dtype=float32)
    """

    _type = "GlobalMaxPooling1D"


class GlobalMaxPooling2D(GlobalPooling):
    """The largest value of each channel over all places of an image.

    Equals share the gradient.

    Args:
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        keepdims: whether the spatial axes stay, with one place each.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)``; channels come second with
    ``"channels_first"``. Output shape: ``(batch, channels)``, or with ``keepdims`` the same
    axes.

    Raises:
        ValueError: (when called) inputs have other axes, or no place.

    >>> GlobalMaxPooling2D()([[[[1.0], [3.0]], [[4.0], [2.0]]]]).numpy()
    array([[4.]], dtype=float32)
    """

    _type = "GlobalMaxPooling2D"


class GlobalMaxPooling3D(GlobalPooling):
    """The largest value of each channel over all places of a volume.

    Equals share the gradient.

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
    >>> GlobalMaxPooling3D(keepdims=True)(np.ones((2, 3, 3, 3, 5))).shape
    (2, 1, 1, 1, 5)
    """

    _type = "GlobalMaxPooling3D"
