"""Filters over images, and their similarity by such."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina
from lamina.ops._image_support import (
    as_before,
    as_float,
    checked_images,
    is_channels_first,
    known_extents,
    on_its_device,
    over_batches,
    tensor,
)
from lamina.ops._values import ndim, shape


def gaussian(size: int, sigma: Any, dtype: str) -> Any:
    offsets = _lamina.Tensor(np.arange(size) - (size - 1) / 2, dtype)
    weights = _lamina.exp(-0.5 * _lamina.square(offsets / sigma))
    return weights / _lamina.sum(weights)


def filtered(images: Any, vertical: Any, horizontal: Any, padding: str) -> Any:
    """Each channel of a batch by one filter along the height and one along the width."""
    channels = known_extents("a filter", images, -1)[0]
    for weights, place in ((vertical, (-1, 1, 1, 1)), (horizontal, (1, -1, 1, 1))):
        kernel = _lamina.reshape(weights, place)
        kernel = _lamina.repeat(kernel, channels, axis=2)
        images = _lamina.depthwise_conv(images, kernel, padding=padding)
    return images


@on_its_device
def gaussian_blur(
    images: Any,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Any = (1.0, 1.0),
    data_format: str | None = None,
) -> Any:
    """Images under a Gaussian filter; beyond the edge stand zeros.

    Args:
        images: see the module.
        kernel_size: along the width and the height.
        sigma: the filter's standard deviations, likewise, in pixels.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    >>> lamina.ops.image.gaussian_blur(lamina.ops.ones((3, 3, 1))).numpy()[1, 1]
    array([1.], dtype=float32)
    """
    size = tuple(kernel_size)
    if len(size) != 2 or min(size) < 1:
        raise ValueError(f"gaussian_blur takes two sizes of at least 1, got {kernel_size!r}")
    if isinstance(sigma, (int, float)) or (isinstance(sigma, (list, tuple)) and 0 in sigma):
        raise ValueError(f"gaussian_blur takes two sigmas above 0, got {sigma!r}")

    def blurred(x: Any) -> Any:
        values = as_float(x)
        dtype = str(values.dtype)
        horizontal, vertical = (gaussian(size[i], sigma[i], dtype) for i in range(2))
        return as_before(filtered(values, vertical, horizontal, "same"), str(x.dtype))

    return over_batches("gaussian_blur", images, data_format, blurred)


@on_its_device
def sobel_edges(images: Any, data_format: str | None = None) -> Any:
    """Sobel's differences of neighbouring pixels along the height and the width.

    Args:
        images: a batch of them; beyond the edge stand zeros.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Returns:
        The images' shape and one axis more: ``[..., 0]`` along the height, ``[..., 1]`` the width.

    >>> edges = lamina.ops.image.sobel_edges(lamina.ops.ones((1, 3, 3, 1)))
    >>> edges.shape, edges.numpy()[0, 1, 1, 0]
    ((1, 3, 3, 1, 2), array([0., 0.], dtype=float32))
    """
    images = tensor(images)
    if ndim(images) != 4:
        raise ValueError(f"sobel_edges takes a batch of images, got shape {shape(images)}")
    is_first = is_channels_first(data_format)
    x = as_float(_lamina.moveaxis(images, 1, 3) if is_first else images)
    across = np.outer([1, 2, 1], [-1, 0, 1])
    height, width, channels = known_extents("sobel_edges", x, 1, 2, 3)
    kernel = np.broadcast_to(np.stack([across.T, across], -1)[:, :, None], (3, 3, channels, 2))
    edges = _lamina.depthwise_conv(x, _lamina.Tensor(kernel, str(x.dtype)), padding="same")
    edges = _lamina.reshape(edges, (-1, height, width, channels, 2))
    return _lamina.moveaxis(edges, 3, 1) if is_first else edges


@on_its_device
def ssim(
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Any:
    """The structural similarity of images, 1 for equal ones; of each of a batch.

    Args:
        image1: see the module.
        image2: of the same shape.
        max_val: the largest value that pixels may have.
        filter_size: of the Gaussian window, at most the image's.
        filter_sigma: its standard deviation.
        k1: keeps the quotients of means away from 0 / 0.
        k2: the same for variances.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Reference: Wang et al., 2004, "Image quality assessment: from error visibility to structural
    similarity".

    >>> image = lamina.random.uniform((16, 16, 3))
    >>> round(float(lamina.ops.image.ssim(image, image)), 5)
    1.0
    """
    pair = [checked_images("ssim", image) for image in (image1, image2)]
    if ndim(pair[0]) != ndim(pair[1]):
        raise ValueError(
            f"ssim compares images of one shape, got {shape(pair[0])} and {shape(pair[1])}"
        )
    dtype = str(pair[0].dtype)
    single = ndim(pair[0]) == 3
    if single:
        pair = [_lamina.expand_dims(x, 0) for x in pair]
    if is_channels_first(data_format):
        pair = [_lamina.moveaxis(x, 1, 3) for x in pair]
    x, y = (as_float(image) for image in pair)
    window = gaussian(filter_size, filter_sigma, str(x.dtype))

    def mean(values: Any) -> Any:
        return filtered(values, window, window, "valid")

    mean_x, mean_y = mean(x), mean(y)
    variances = mean(x * x) - mean_x * mean_x + mean(y * y) - mean_y * mean_y
    covariance = mean(x * y) - mean_x * mean_y
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    similarity = ((2.0 * mean_x * mean_y + c1) * (2.0 * covariance + c2)) / (
        (mean_x * mean_x + mean_y * mean_y + c1) * (variances + c2)
    )
    result = _lamina.mean(similarity, axis=(1, 2, 3))
    return _lamina.cast(_lamina.squeeze(result, 0) if single else result, dtype)
