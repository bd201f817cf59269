"""Images as Pillow has them and as arrays."""

import io
import os
import warnings
from typing import Any

import numpy as np

from lamina import _lamina, config, ops

_MODES = {"grayscale": 1, "rgb": 3, "rgba": 4}


def pillow(who: str) -> Any:
    """The module ``PIL.Image``, which only images need."""
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(
            f"{who} needs Pillow, which is not installed: pip install pillow"
        ) from None
    return Image


def format_of(data_format: str | None) -> str:
    """``"channels_last"`` or ``"channels_first"``."""
    name = config.image_data_format() if data_format is None else str(data_format).lower()
    if name not in ("channels_last", "channels_first"):
        raise ValueError(
            f"data_format is {data_format!r}, expected 'channels_last' or 'channels_first'"
        )
    return name


def channels_of(color_mode: str) -> int:
    """How many channels a color mode has."""
    if color_mode not in _MODES:
        raise ValueError(f"color_mode is {color_mode!r}, expected one of {', '.join(_MODES)}")
    return _MODES[color_mode]


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Any:
    """An array as an image of Pillow.

    Args:
        x: ``(height, width, channels)``, or as ``data_format`` says; 1, 3 or 4 channels.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            ``lamina.config.image_data_format()``.
        scale: whether the smallest value becomes 0 and the largest 255.
        dtype: what to compute in; by default ``lamina.config.floatx()``.

    Raises:
        ImportError: Pillow is not installed.
        ValueError: it is no single image.

    >>> array_to_img(np.zeros((4, 6, 3))).size  # doctest: +SKIP
    (6, 4)
    """
    image = pillow("array_to_img")
    data_format = format_of(data_format)
    x = np.asarray(x, dtype=dtype or config.floatx())
    if x.ndim != 3:
        raise ValueError(
            f"array_to_img got an array of shape {x.shape}, expected (height, width, channels)"
        )
    if data_format == "channels_first":
        x = x.transpose(1, 2, 0)
    if scale:
        x = x - np.min(x)
        x = x * (255 / (np.max(x) or 1))
    channels = x.shape[2]
    if channels in (3, 4):
        return image.fromarray(x.astype("uint8"))
    if channels == 1:
        # Pillow knows gray images of 32 bits too.
        return image.fromarray(x[:, :, 0].astype("int32" if np.max(x) > 255 else "uint8"))
    raise ValueError(f"array_to_img got {channels} channels, expected 1, 3 or 4")


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """An image of Pillow as an array ``(height, width, channels)``.

    Args:
        img: the image.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            ``lamina.config.image_data_format()``.
        dtype: of the array; by default ``lamina.config.floatx()``.

    >>> img_to_array(np.zeros((2, 3))).shape
    (2, 3, 1)
    """
    data_format = format_of(data_format)
    x = np.asarray(img, dtype=dtype or config.floatx())
    if x.ndim not in (2, 3):
        raise ValueError(f"img_to_array got an image of shape {x.shape}, expected 2 or 3 axes")
    if x.ndim == 2:
        x = x[:, :, None]
    return x.transpose(2, 0, 1) if data_format == "channels_first" else x


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Writes an array to a file, as an image in the format of the file's ending.

    Args:
        path: the file's name, or a file that is open.
        x: the array, as for ``array_to_img``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        file_format: the format, where the name does not say it.
        scale: whether the smallest value becomes 0 and the largest 255.
        **kwargs: what Pillow's ``save`` takes.

    >>> save_img("black.png", np.zeros((4, 6, 3)))  # doctest: +SKIP
    """
    if file_format is None and isinstance(path, (str, os.PathLike)):
        file_format = os.path.splitext(path)[1][1:]
    if file_format and file_format.lower() == "jpg":
        file_format = "jpeg"
    img = array_to_img(x, format_of(data_format), scale)
    if img.mode == "RGBA" and (file_format or "").lower() == "jpeg":
        warnings.warn("JPEG has no transparency; the image is saved as RGB", stacklevel=2)
        img = img.convert("RGB")
    img.save(path, format=file_format or None, **kwargs)


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """Reads an image, for ``img_to_array``.

    Args:
        path: the file's name, or an ``io.BytesIO``.
        color_mode: ``"grayscale"``, ``"rgb"`` or ``"rgba"``.
        target_size: ``(height, width)`` to resize it to.
        interpolation: of Pillow: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos"``,
            ``"box"`` or ``"hamming"``.
        keep_aspect_ratio: whether to cut off what does not fit instead of stretching it.

    Raises:
        ImportError: Pillow is not installed.

    >>> img_to_array(load_img("black.png", target_size=(2, 3))).shape  # doctest: +SKIP
    (2, 3, 3)
    """
    image = pillow("load_img")
    if not isinstance(path, (io.BytesIO, str, bytes, os.PathLike)):
        raise TypeError(f"path is a {type(path).__name__}, expected a file's name or an io.BytesIO")
    channels = channels_of(color_mode)
    with image.open(path) as file:
        img = in_channels(file, channels)
    if target_size is None or img.size == (target_size[1], target_size[0]):
        return img
    methods = {name.lower(): method for name, method in image.Resampling.__members__.items()}
    if interpolation not in methods:
        raise ValueError(
            f"interpolation is {interpolation!r}, expected one of {', '.join(sorted(methods))}"
        )
    height, width = target_size
    box = None
    if keep_aspect_ratio:
        cut_width = min(img.width, img.height * width // height)
        cut_height = min(img.height, img.width * height // width)
        left, top = (img.width - cut_width) // 2, (img.height - cut_height) // 2
        box = (left, top, left + cut_width, top + cut_height)
    return img.resize((width, height), methods[interpolation], box=box)


def in_channels(img: Any, channels: int) -> Any:
    """An image of Pillow in that many channels; gray ones of more bits stay as they are."""
    modes = {1: ("L", "I;16", "I"), 3: ("RGB",), 4: ("RGBA",)}[channels]
    if img.mode not in modes:
        return img.convert(modes[0])
    img.load()
    return img.copy()


def smart_resize(
    x: Any,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    **kwargs: Any,
) -> Any:
    """Images resized without distortion: what does not fit the target's shape is cut off.

    Args:
        x: an image ``(height, width, channels)``, or a batch of them.
        size: ``(height, width)``.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"lanczos3"`` or
            ``"lanczos5"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        **kwargs: ``backend_module``, which has no effect; Keras's argument.

    >>> smart_resize(np.zeros((8, 16, 3)), (4, 4)).shape
    (4, 4, 3)
    """
    unknown = sorted(set(kwargs) - {"backend_module"})
    if unknown:
        raise TypeError(f"smart_resize has no argument {unknown[0]!r}")
    if len(size) != 2:
        raise ValueError(f"size is {size!r}, expected (height, width)")
    first = -3 if format_of(data_format) == "channels_last" else -2
    shape = np.shape(x)
    if len(shape) not in (3, 4):
        raise ValueError(f"smart_resize got an array of shape {shape}, expected 3 or 4 axes")
    cut: list[Any] = [slice(None)] * len(shape)
    height, width = shape[first], shape[first + 1]
    extents = (
        min(height, max(int(width * size[0] / size[1]), 1)),
        min(width, max(int(height * size[1] / size[0]), 1)),
    )
    for axis, extent in enumerate(extents):
        begin = (shape[first + axis] - extent) // 2
        cut[first + axis] = slice(begin, begin + extent)
    is_tensor = isinstance(x, (_lamina.Tensor, _lamina.Variable))
    x = x[tuple(cut)] if is_tensor else np.asarray(x, config.floatx())[tuple(cut)]
    resized = ops.image.resize(
        ops.convert_to_tensor(x), tuple(size), interpolation=interpolation, data_format=data_format
    )
    return resized if is_tensor else np.array(resized)
