"""What operations on images share: forms of images, dtypes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lamina import _lamina
from lamina.ops._values import ndim, shape


def tensor(x: Any, dtype: str | None = None) -> Any:
    return _lamina.convert_to_tensor(x, dtype)


def is_channels_first(data_format: str | None) -> bool:
    if data_format not in (None, "channels_last", "channels_first"):
        raise ValueError(
            f"unknown data_format {data_format!r}; expected channels_last or channels_first"
        )
    return data_format == "channels_first"


def checked_images(name: str, images: Any) -> Any:
    images = tensor(images)
    if ndim(images) not in (3, 4):
        raise ValueError(
            f"{name} takes an image of three axes or a batch of four, got shape {shape(images)}"
        )
    return images


def over_batches(
    name: str, images: Any, data_format: str | None, function: Callable[[Any], Any]
) -> Any:
    """``function`` of a batch with channels last; the result as the images came."""
    images = checked_images(name, images)
    is_first = is_channels_first(data_format)
    single = ndim(images) == 3
    if single:
        images = _lamina.expand_dims(images, 0)
    if is_first:
        images = _lamina.moveaxis(images, 1, 3)
    result = function(images)
    if is_first:
        result = _lamina.moveaxis(result, 3, 1)
    return _lamina.squeeze(result, 0) if single else result


def is_float(x: Any) -> bool:
    return "float" in str(x.dtype)


def as_float(x: Any) -> Any:
    return x if is_float(x) else _lamina.cast(x, "float32")


def as_before(x: Any, dtype: str) -> Any:
    """In the dtype of the images: whole numbers rounded, halves away from 0, and in their range."""
    if str(x.dtype) == str(dtype):
        return x
    if "float" not in str(dtype):
        x = rounded(x)
        if str(dtype) == "uint8":
            x = _lamina.clip(x, 0, 255)
    return _lamina.cast(x, dtype)


def rounded(x: Any) -> Any:
    return _lamina.sign(x) * _lamina.floor(_lamina.absolute(x) + 0.5)


def counting(extent: int, dtype: str) -> Any:
    return _lamina.Tensor(np.arange(extent, dtype=dtype))


def remainder(x: Any, divisor: float) -> Any:
    return x - divisor * _lamina.floor(x / divisor)


def known_extents(name: str, images: Any, *axes: int) -> list[int]:
    """Extents of axes, which symbolic images may lack."""
    extents = [shape(images)[axis] for axis in axes]
    if any(extent is None for extent in extents):
        raise ValueError(
            f"{name} of symbolic images needs their size, got shape {shape(images)}: use it in a "
            "layer of your own, or name the size in Input"
        )
    return [extent for extent in extents if extent is not None]
