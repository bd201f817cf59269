"""Color spaces."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina
from lamina.ops._image_support import (
    as_float,
    checked_images,
    is_channels_first,
    is_float,
    remainder,
)
from lamina.ops._values import ndim, shape


def _channel_axis(name: str, images: Any, data_format: str | None, counts: Sequence[int]) -> int:
    axis = ndim(images) - 3 if is_channels_first(data_format) else ndim(images) - 1
    if shape(images)[axis] not in counts:
        wanted = " or ".join(str(count) for count in counts)
        raise ValueError(
            f"{name} takes images of {wanted} channels, got {shape(images)[axis]} on axis {axis} "
            f"of shape {shape(images)}"
        )
    return axis


def rgb_to_grayscale(images: Any, data_format: str | None = None) -> Any:
    """The brightness of colors: 0.2989 red + 0.587 green + 0.114 blue.

    >>> lamina.ops.image.rgb_to_grayscale([[[1.0, 0.0, 0.0]]]).numpy()
    array([[[0.2989]]], dtype=float32)
    """
    images = checked_images("rgb_to_grayscale", images)
    axis = _channel_axis("rgb_to_grayscale", images, data_format, (1, 3))
    if shape(images)[axis] == 1:
        return images
    red, green, blue = _lamina.split(as_float(images), 3, axis=axis)
    return _lamina.cast(red * 0.2989 + green * 0.587 + blue * 0.114, str(images.dtype))


def _planes(name: str, images: Any, data_format: str | None) -> tuple[int, Any]:
    images = checked_images(name, images)
    axis = _channel_axis(name, images, data_format, (3,))
    if not is_float(images):
        raise ValueError(f"{name} takes floating-point images, got {images.dtype}: cast them")
    return axis, images


def rgb_to_hsv(images: Any, data_format: str | None = None) -> Any:
    """Hue, saturation and value, in [0, 1], of red, green and blue in [0, 1].

    >>> lamina.ops.image.rgb_to_hsv([[[0.0, 0.0, 1.0]]]).numpy().round(4)
    array([[[0.6667, 1.    , 1.    ]]], dtype=float32)
    """
    axis, images = _planes("rgb_to_hsv", images, data_format)
    tiny = float(np.finfo(str(images.dtype)).eps)
    images = _lamina.where(_lamina.absolute(images) < tiny, 0.0, images)
    r, g, b = _lamina.split(images, 3, axis=axis)
    value = _lamina.max(images, axis=axis, keepdims=True)
    spread = value - _lamina.min(images, axis=axis, keepdims=True)
    saturation = _lamina.where(value > 0.0, spread / _lamina.where(value > 0.0, value, 1.0), 0.0)
    sixth = 1.0 / (6.0 * _lamina.where(spread > 0.0, spread, 1.0))
    hue = _lamina.where(
        _lamina.equal(value, g), sixth * (b - r) + 2.0 / 6.0, sixth * (r - g) + 4.0 / 6.0
    )
    hue = _lamina.where(_lamina.equal(value, r), sixth * (g - b), hue)
    hue = _lamina.where(spread > 0.0, hue, 0.0)
    hue = _lamina.where(hue < 0.0, hue + 1.0, hue)
    return _lamina.concatenate([hue, saturation, value], axis=axis)


def hsv_to_rgb(images: Any, data_format: str | None = None) -> Any:
    """Red, green and blue, in [0, 1], of hue, saturation and value in [0, 1].

    >>> lamina.ops.image.hsv_to_rgb([[[0.5, 1.0, 1.0]]]).numpy()
    array([[[0., 1., 1.]]], dtype=float32)
    """
    axis, images = _planes("hsv_to_rgb", images, data_format)
    hue, saturation, value = _lamina.split(images, 3, axis=axis)
    angle = remainder(hue, 1.0) * 6.0
    shares = (
        _lamina.clip(_lamina.absolute(angle - 3.0) - 1.0, 0.0, 1.0),
        _lamina.clip(2.0 - _lamina.absolute(angle - 2.0), 0.0, 1.0),
        _lamina.clip(2.0 - _lamina.absolute(angle - 4.0), 0.0, 1.0),
    )
    planes = [value * (1.0 - saturation + saturation * share) for share in shares]
    return _lamina.concatenate(planes, axis=axis)
