"""Images in other sizes, and windows over them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lamina import _lamina
from lamina._numbers import refuse_gradient
from lamina._symbolic import is_symbolic
from lamina.ops._image_support import (
    as_before,
    as_float,
    checked_images,
    is_channels_first,
    on_its_device,
    tensor,
)
from lamina.ops._values import convert_to_numpy, ndim, shape


def _kernel(method: str) -> Callable[[np.ndarray], np.ndarray]:
    if method in ("linear", "bilinear", "trilinear"):
        return lambda x: np.maximum(0.0, 1.0 - x)
    if method in ("cubic", "bicubic", "tricubic"):  # Keys, 1981
        return lambda x: np.select(
            [x < 1, x < 2],
            [(1.5 * x - 2.5) * x * x + 1, ((-0.5 * x + 2.5) * x - 4) * x + 2],
            0.0,
        )
    if method in ("lanczos3", "lanczos5"):
        radius = int(method[-1])
        return lambda x: np.where(x <= radius, np.sinc(x) * np.sinc(x / radius), 0.0)
    raise ValueError(
        "scale_and_translate takes method linear, bilinear, trilinear, cubic, bicubic, tricubic, "
        f"lanczos3 or lanczos5, got {method!r}"
    )


def _resampling_matrix(
    inputs: int, outputs: int, scale: float, translation: float, method: str, antialias: bool
) -> np.ndarray:
    """(outputs, inputs); outputs whose center lies beyond the inputs are 0."""
    kernel = _kernel(method)
    stretch = max(1.0 / scale, 1.0) if antialias else 1.0
    center = (np.arange(outputs) + 0.5 - translation) / scale - 0.5
    weights = kernel(np.abs(center[:, None] - np.arange(inputs)) / stretch)
    total = weights.sum(axis=1, keepdims=True)
    # Weights that cancel leave nothing to divide by: JAX's bound, in float32.
    usable = np.abs(total) > 1000 * np.finfo(np.float32).eps
    weights = np.where(usable, weights / np.where(usable, total, 1.0), 0.0)
    inside = (center >= -0.5) & (center <= inputs - 0.5)
    return weights * inside[:, None]


@on_its_device
def scale_and_translate(
    images: Any,
    output_shape: Sequence[int],
    scale: Any,
    translation: Any,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Any:
    """Images scaled and moved along some axes: what is at ``x`` comes to ``scale x + translation``,
    where pixels have their centers at halves.

    Args:
        images: of any rank.
        output_shape: the result's.
        scale: a number for each of ``spatial_dims``, which has no gradient.
        translation: likewise.
        spatial_dims: axes.
        method: ``"linear"``, ``"cubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        antialias: whether the interpolation is wider where images shrink.

    >>> lamina.ops.image.scale_and_translate(
    ...     [1.0, 2.0, 3.0], (3,), [1.0], [1.0], (0,), "linear"
    ... ).numpy()
    array([0., 1., 2.], dtype=float32)
    """
    images = as_float(tensor(images))
    for name, given in (("scale", scale), ("translation", translation)):
        refuse_gradient("scale_and_translate", name, given)
        if is_symbolic(given):
            raise TypeError("scale_and_translate takes scale and translation as numbers")
    factors = np.asarray(convert_to_numpy(scale), "float64")
    shifts = np.asarray(convert_to_numpy(translation), "float64")
    rank = ndim(images)
    if len(output_shape) != rank or not len(factors) == len(shifts) == len(spatial_dims):
        raise ValueError(
            "scale_and_translate takes an extent for each axis of the images, and scale and "
            f"translation for each of spatial_dims; got output_shape={output_shape!r}, "
            f"scale={scale!r}, translation={translation!r}, spatial_dims={spatial_dims!r} for "
            f"images of shape {shape(images)}"
        )
    for factor, shift, axis in zip(factors, shifts, spatial_dims, strict=True):
        extent = shape(images)[axis]
        if extent is None:
            raise ValueError(f"scale_and_translate needs extents, got shape {shape(images)}")
        matrix = _resampling_matrix(
            extent, output_shape[axis], float(factor), float(shift), method, antialias
        )
        moved = _lamina.moveaxis(images, axis, -1)
        moved = _lamina.matmul(moved, _lamina.Tensor(matrix.T, str(images.dtype)))
        images = _lamina.moveaxis(moved, -1, axis)
    return images


_Numbers = tuple[int | None, int | None, int | None]  # before, after, target


def _border(
    name: str, extent: int, before: int | None, after: int | None, target: int | None, sign: int
) -> tuple[int, int]:
    """What is added before and after, or with ``sign`` -1 cut, from two of three numbers."""
    given = {"before": before, "after": after, "target": target}
    if sum(value is None for value in given.values()) != 1 or any(
        value is not None and value < 0 for value in given.values()
    ):
        raise ValueError(
            f"{name} takes two of the numbers before, after and target for each of height and "
            f"width, at least 0, got {before}, {after} and {target}"
        )
    if before is None:
        before = sign * ((target or 0) - extent) - (after or 0)
    if after is None:
        after = sign * ((target or 0) - extent) - before
    if before < 0 or after < 0 or (sign < 0 and before + after > extent):
        raise ValueError(f"{name} would change an extent of {extent} by {before} and {after}")
    return before, after


def _borders(
    name: str, images: Any, data_format: str | None, numbers: Sequence[_Numbers], sign: int
) -> dict[int, tuple[int, int]]:
    """By axis what ``_border`` makes of the numbers for the height and for the width."""
    first = ndim(images) - (2 if is_channels_first(data_format) else 3)
    return {
        axis: _border(name, shape(images)[axis] or 0, *given, sign)
        for axis, given in enumerate(numbers, first)
    }


def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images with zeros around them: two of three numbers say how many, along either axis.

    >>> lamina.ops.image.pad_images(
    ...     lamina.ops.ones((2, 2, 1)), 1, 0, target_height=4, target_width=2
    ... ).numpy()[..., 0]
    array([[0., 0.],
           [1., 1.],
           [1., 1.],
           [0., 0.]], dtype=float32)
    """
    images = checked_images("pad_images", images)
    numbers = (
        (top_padding, bottom_padding, target_height),
        (left_padding, right_padding, target_width),
    )
    borders = _borders("pad_images", images, data_format, numbers, 1)
    return _lamina.pad(images, [borders.get(axis, (0, 0)) for axis in range(ndim(images))])


def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images without their borders: two of three numbers say how wide, along either axis.

    >>> image = Tensor([[[1.0], [2.0]], [[3.0], [4.0]]])
    >>> lamina.ops.image.crop_images(image, 1, 0, target_height=1, target_width=2).numpy()[..., 0]
    array([[3., 4.]], dtype=float32)
    """
    images = checked_images("crop_images", images)
    numbers = (
        (top_cropping, bottom_cropping, target_height),
        (left_cropping, right_cropping, target_width),
    )
    borders = _borders("crop_images", images, data_format, numbers, -1)
    key = [slice(None)] * ndim(images)
    for axis, (before, after) in borders.items():
        key[axis] = slice(before, (shape(images)[axis] or 0) - after)
    return images[tuple(key)]


@on_its_device
def extract_patches(
    images: Any,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    dilation_rate: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """Windows over images, each as the channels of one pixel.

    Args:
        images: see the module; with three sizes volumes, of one axis more.
        size: the window's height and width, or one number for both.
        strides: from window to window; by default as large as they are.
        dilation_rate: from pixel to pixel of a window.
        padding: ``"valid"`` or ``"same"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    >>> lamina.ops.image.extract_patches(lamina.ops.ones((4, 6, 3)), 2).shape
    (2, 3, 12)
    """
    if not isinstance(size, int) and len(size) not in (2, 3):
        raise ValueError(f"extract_patches takes one size, two or three, got {size!r}")
    sizes = (size, size) if isinstance(size, int) else tuple(size)
    return _patches("extract_patches", images, sizes, strides, dilation_rate, padding, data_format)


@on_its_device
def extract_patches_3d(
    volumes: Any,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    dilation_rate: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The same as ``extract_patches`` over volumes.

    >>> lamina.ops.image.extract_patches_3d(lamina.ops.ones((1, 4, 4, 4, 1)), 2).shape
    (1, 2, 2, 2, 8)
    """
    sizes = (size,) * 3 if isinstance(size, int) else tuple(size)
    if len(sizes) != 3:
        raise ValueError(f"extract_patches_3d takes one size or three, got {size!r}")
    name = "extract_patches_3d"
    return _patches(name, volumes, sizes, strides, dilation_rate, padding, data_format)


def _patches(
    name: str,
    images: Any,
    size: tuple[int, ...],
    strides: int | Sequence[int] | None,
    dilation_rate: int | Sequence[int],
    padding: str,
    data_format: str | None,
) -> Any:
    images = tensor(images)
    rank = len(size)
    if ndim(images) not in (rank + 1, rank + 2):
        raise ValueError(
            f"{name} over {rank} axes takes images of {rank + 1} axes or a batch of {rank + 2}, "
            f"got shape {shape(images)}"
        )
    single = ndim(images) == rank + 1
    x = _lamina.expand_dims(images, 0) if single else images
    channels = shape(x)[1 if is_channels_first(data_format) else -1]
    if channels is None:
        raise ValueError(f"{name} needs the number of channels, got shape {shape(images)}")
    # A convolution whose filters each pick one value of the window.
    count = int(np.prod(size)) * channels
    values = as_float(x)
    picks = _lamina.Tensor(np.eye(count).reshape(*size, channels, count), str(values.dtype))
    patches = _lamina.conv(
        values,
        picks,
        strides=strides or list(size),
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
    )
    patches = as_before(patches, str(images.dtype))
    return _lamina.squeeze(patches, 0) if single else patches
