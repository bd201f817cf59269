"""Operations of lamina.ops on images, as ``keras.ops.image`` lists them.

Images are ``(batch, height, width, channels)``, or one without the batch axis; with
``data_format="channels_first"`` the channels stand before the height. All but ``resize`` are made
of other operations: gradients flow through them, and symbolic images of a known size make graphs.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lamina import _lamina
from lamina._lamina import resize
from lamina._symbolic import is_symbolic
from lamina.ops._values import convert_to_numpy, ndim, shape

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]

_FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
_ORDERS = {"nearest": 0, "bilinear": 1}


def _tensor(x: Any, dtype: str | None = None) -> Any:
    return _lamina.convert_to_tensor(x, dtype)


def _is_first(data_format: str | None) -> bool:
    if data_format not in (None, "channels_last", "channels_first"):
        raise ValueError(
            f"unknown data_format {data_format!r}; expected channels_last or channels_first"
        )
    return data_format == "channels_first"


def _checked_images(name: str, images: Any) -> Any:
    images = _tensor(images)
    if ndim(images) not in (3, 4):
        raise ValueError(
            f"{name} takes an image of three axes or a batch of four, got shape {shape(images)}"
        )
    return images


def _over_batches(
    name: str, images: Any, data_format: str | None, function: Callable[[Any], Any]
) -> Any:
    """``function`` of a batch with channels last; the result as the images came."""
    images = _checked_images(name, images)
    is_first = _is_first(data_format)
    single = ndim(images) == 3
    if single:
        images = _lamina.expand_dims(images, 0)
    if is_first:
        images = _lamina.moveaxis(images, 1, 3)
    result = function(images)
    if is_first:
        result = _lamina.moveaxis(result, 3, 1)
    return _lamina.squeeze(result, 0) if single else result


def _is_float(x: Any) -> bool:
    return "float" in str(x.dtype)


def _as_float(x: Any) -> Any:
    return x if _is_float(x) else _lamina.cast(x, "float32")


def _as_before(x: Any, dtype: str) -> Any:
    """In the dtype of the images: whole numbers rounded, halves away from 0, and in their range."""
    if str(x.dtype) == str(dtype):
        return x
    if "float" not in str(dtype):
        x = _rounded(x)
        if str(dtype) == "uint8":
            x = _lamina.clip(x, 0, 255)
    return _lamina.cast(x, dtype)


def _rounded(x: Any) -> Any:
    return _lamina.sign(x) * _lamina.floor(_lamina.absolute(x) + 0.5)


def _places(extent: int, dtype: str) -> Any:
    return _lamina.Tensor(np.arange(extent, dtype=dtype))


# Values between pixels.


def _remainder(x: Any, divisor: float) -> Any:
    return x - divisor * _lamina.floor(x / divisor)


def _mirrored(index: Any, size: int) -> Any:
    """About the centers of the outermost pixels: 2 1 | 0 1 2 | 1 0."""
    last = size - 1
    return _lamina.absolute(_remainder(index + float(last), 2.0 * last) - float(last))


def _brought_inside(index: Any, size: int, fill_mode: str) -> Any:
    """Whole coordinates of pixels beyond the edge as those of the pixels that stand for them."""
    if size > 1 and fill_mode == "wrap":
        index = _remainder(index, float(size))
    elif size > 1 and fill_mode == "mirror":
        index = _mirrored(index, size)
    elif size > 1 and fill_mode == "reflect":  # 1 0 | 0 1 2 | 2 1
        index = _lamina.floor((_mirrored(2.0 * index + 1.0, 2 * size + 1) - 1.0) / 2.0)
    # Also where a coordinate is NaN, or too large for its dtype to tell neighbours apart.
    return _lamina.clip(_lamina.cast(index, "int64"), 0, size - 1)


def _sampled(
    rows: Any,
    first: Any,
    sizes: Sequence[int],
    coordinates: Sequence[Any],
    order: int,
    fill_mode: str,
    fill_value: float,
) -> Any:
    """Interpolated values.

    Args:
        rows: ``(pixels, channels)`` or ``(pixels,)``.
        first: where an image begins in them, broadcast to the coordinates; None for 0.
        sizes: its extents.
        coordinates: one for each of them, all of one shape.
        order: 0 takes the nearest pixel, 1 interpolates linearly.
        fill_mode: see ``map_coordinates``.
        fill_value: likewise.
    """
    has_channels = ndim(rows) == 2
    dtype = str(rows.dtype)
    corners: list[tuple[Any, Any, Any]] = [(first, None, None)]  # place, weight, is inside
    for size, coordinate in zip(sizes, coordinates, strict=True):
        if order == 0:
            nodes: list[tuple[Any, Any]] = [(_rounded(coordinate), None)]
        else:
            lower = _lamina.floor(coordinate)
            share = coordinate - lower
            nodes = [(lower, 1.0 - share), (lower + 1.0, share)]
        longer = []
        for place, weight, inside in corners:
            for index, factor in nodes:
                at = _brought_inside(index, size, fill_mode)
                here = None
                if fill_mode == "constant":
                    here = _lamina.logical_and(index >= 0.0, index < float(size))
                longer.append(
                    (
                        at if place is None else place * size + at,
                        factor if weight is None else weight * factor,
                        here if inside is None else _lamina.logical_and(inside, here),
                    )
                )
        corners = longer

    def over_channels(x: Any) -> Any:
        return _lamina.expand_dims(x, -1) if has_channels else x

    result = None
    for place, weight, inside in corners:
        values = _as_float(_lamina.take(rows, place, axis=0))
        if inside is not None:
            values = _lamina.where(over_channels(inside), values, float(fill_value))
        if weight is not None:
            values = values * _lamina.cast(over_channels(weight), str(values.dtype))
        result = values if result is None else result + values
    return _as_before(result, dtype)


def _check_sampling(name: str, interpolation: str, fill_mode: str) -> int:
    if interpolation not in _ORDERS:
        raise ValueError(
            f"{name} takes interpolation {' or '.join(_ORDERS)}, got {interpolation!r}"
        )
    if fill_mode not in _FILL_MODES:
        raise ValueError(f"{name} takes fill_mode {', '.join(_FILL_MODES)}, got {fill_mode!r}")
    return _ORDERS[interpolation]


def _size_of(name: str, images: Any) -> tuple[int, int, int]:
    height, width, channels = shape(images)[1:]
    if height is None or width is None or channels is None:
        raise ValueError(
            f"{name} of symbolic images needs their size, got shape {shape(images)}: use it in a "
            "layer of your own, or name the size in Input"
        )
    return height, width, channels


def _sample_batch(
    name: str,
    images: Any,
    y: Any,
    x: Any,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
) -> Any:
    """Pixels of images ``(batch, height, width, channels)`` at places ``(batch, ...)``, where a
    batch of 1 stands for all.
    """
    order = _check_sampling(name, interpolation, fill_mode)
    height, width, channels = _size_of(name, images)
    if is_symbolic(images):
        # The numbers 0, 1, ... of the images, of which a graph does not know how many there are.
        one_each = _lamina.ones_like(images[:, 0, 0, 0], "int64")
        number = _lamina.cumsum(one_each, 0) - one_each
    else:
        number = _places(shape(images)[0], "int64")
    first = _lamina.reshape(number, (-1,) + (1,) * (ndim(y) - 1))
    rows = _lamina.reshape(images, (-1, channels))
    return _sampled(rows, first, (height, width), (y, x), order, fill_mode, fill_value)


def _grid(height: int, width: int, dtype: str) -> tuple[Any, Any]:
    return (
        _lamina.reshape(_places(height, dtype), (1, height, 1)),
        _lamina.reshape(_places(width, dtype), (1, 1, width)),
    )


def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Images under affine, or projective, maps.

    Args:
        images: see the module.
        transform: ``(a0, a1, a2, b0, b1, b2, c0, c1)``, or one for each image: the pixel ``(x, y)``
            of the output is that of the input at ``((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) /
            k)``, where ``k = c0 x + c1 y + 1``.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: what stands beyond the edge, see ``map_coordinates``.
        fill_value: likewise.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    >>> image = Tensor([[[1.0], [2.0], [3.0]]])
    >>> moved = lamina.ops.image.affine_transform(image, [1, 0, 1, 0, 1, 0, 0, 0])
    >>> moved.numpy()[0, :, 0]
    array([2., 3., 0.], dtype=float32)
    """
    transform = _as_float(_tensor(transform))
    if ndim(transform) not in (1, 2) or shape(transform)[-1] != 8:
        raise ValueError(
            "affine_transform takes 8 numbers as transform, or as many for each image, got shape "
            f"{shape(transform)}"
        )
    if ndim(transform) == 1:
        transform = _lamina.expand_dims(transform, 0)

    def transformed(x: Any) -> Any:
        height, width, _ = _size_of("affine_transform", x)
        rows, columns = _grid(height, width, str(transform.dtype))
        a0, a1, a2, b0, b1, b2, c0, c1 = (
            _lamina.reshape(transform[:, i], (-1, 1, 1)) for i in range(8)
        )
        scale = c0 * columns + c1 * rows + 1.0
        return _sample_batch(
            "affine_transform",
            x,
            (b0 * columns + b1 * rows + b2) / scale,
            (a0 * columns + a1 * rows + a2) / scale,
            interpolation,
            fill_mode,
            fill_value,
        )

    return _over_batches("affine_transform", images, data_format, transformed)


def _square_to(points: Any) -> list[list[Any]]:
    """The projective map, a matrix for each image, of (0, 0), (1, 0), (0, 1), (1, 1) to points.

    Heckbert, 1989, "Fundamentals of texture mapping and image warping", section 2.2.3.
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((points[:, i, 0], points[:, i, 1]) for i in range(4))
    dx1, dy1, dx2, dy2 = x1 - x3, y1 - y3, x2 - x3, y2 - y3
    sx, sy = x0 - x1 - x2 + x3, y0 - y1 - y2 + y3
    area = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / area, (dx1 * sy - sx * dy1) / area
    return [
        [x1 - x0 + g * x1, x2 - x0 + h * x2, x0],
        [y1 - y0 + g * y1, y2 - y0 + h * y2, y0],
        [g, h, _lamina.ones_like(g)],
    ]


def _adjugate(m: list[list[Any]]) -> list[list[Any]]:
    def minor(i: int, j: int) -> Any:
        (a, b), (c, d) = ([m[p][q] for q in range(3) if q != j] for p in range(3) if p != i)
        return a * d - b * c if (i + j) % 2 == 0 else b * c - a * d

    return [[minor(j, i) for j in range(3)] for i in range(3)]


def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Any:
    """Images under the projective maps that bring four points to four others.

    Args:
        images: see the module.
        start_points: ``(4, 2)``, or one for each image: points ``(x, y)`` of the input, no three on
            a line.
        end_points: where they are in the output.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_value: what stands beyond the edge.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    >>> corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    >>> swapped = [corners[1], corners[0], corners[3], corners[2]]
    >>> image = Tensor([[[1.0], [2.0]], [[3.0], [4.0]]])
    >>> lamina.ops.image.perspective_transform(image, corners, swapped).numpy()[..., 0]
    array([[2., 1.],
           [4., 3.]], dtype=float32)
    """
    points = [_tensor(given) for given in (start_points, end_points)]
    for name, given in zip(("start_points", "end_points"), points, strict=True):
        if ndim(given) not in (2, 3) or tuple(shape(given)[-2:]) != (4, 2):
            raise ValueError(
                f"perspective_transform takes {name} of shape (4, 2), or one for each image, got "
                f"{shape(given)}"
            )
    if shape(points[0]) != shape(points[1]):
        raise ValueError(
            "perspective_transform takes as many start_points as end_points, got shapes "
            f"{shape(points[0])} and {shape(points[1])}"
        )
    # The map of outputs to inputs: from the end points to the unit square to the start points.
    start, end = (
        _square_to(
            _lamina.cast(given if ndim(given) == 3 else _lamina.expand_dims(given, 0), "float64")
        )
        for given in points
    )
    back = _adjugate(end)
    m = [[sum(start[i][k] * back[k][j] for k in range(3)) for j in range(3)] for i in range(3)]
    entries = [m[i][j] / m[2][2] for i, j in np.ndindex(3, 3) if (i, j) != (2, 2)]
    transform = _lamina.cast(_lamina.stack(entries, axis=-1), "float32")
    return affine_transform(images, transform, interpolation, "constant", fill_value, data_format)


def map_coordinates(
    inputs: Any,
    coordinates: Any,
    order: int,
    fill_mode: str = "constant",
    fill_value: float = 0,
) -> Any:
    """Values of an array of any rank between its elements.

    Args:
        inputs: the array.
        coordinates: for each axis of it one array of places, all of one shape, that of the result.
        order: 0 takes the nearest element, 1 interpolates linearly.
        fill_mode: what stands beyond the edge: ``"constant"``: ``fill_value``; ``"nearest"``: the
            outermost element; ``"wrap"``: the other end; ``"mirror"`` and ``"reflect"``: the
            elements backwards, without and with the outermost one.
        fill_value: of ``"constant"``.

    >>> lamina.ops.image.map_coordinates([1.0, 2.0, 4.0], [[0.5, 1.5, 9.0]], 1, "nearest").numpy()
    array([1.5, 3. , 4. ], dtype=float32)
    """
    inputs = _tensor(inputs)
    if isinstance(coordinates, (list, tuple)) and coordinates:
        coordinates = _lamina.stack([_tensor(each) for each in coordinates])
    coordinates = _as_float(_tensor(coordinates))
    if ndim(coordinates) < 2 or shape(coordinates)[0] != ndim(inputs):
        raise ValueError(
            "map_coordinates takes coordinates of shape (rank of inputs, ...), at least two axes, "
            f"got {shape(coordinates)} for inputs of shape {shape(inputs)}"
        )
    if order not in (0, 1):
        raise ValueError(f"map_coordinates takes order 0 or 1, got {order!r}")
    _check_sampling("map_coordinates", "nearest", fill_mode)
    known = [extent for extent in shape(inputs) if extent is not None]
    if len(known) != ndim(inputs):
        raise ValueError(f"map_coordinates needs inputs of a known shape, got {shape(inputs)}")
    places = [coordinates[i] for i in range(len(known))]
    flat = _lamina.reshape(inputs, (-1,))
    return _sampled(flat, None, known, places, order, fill_mode, fill_value)


# Filters.


def _gaussian(size: int, sigma: Any, dtype: str) -> Any:
    offsets = _lamina.Tensor(np.arange(size) - (size - 1) / 2, dtype)
    weights = _lamina.exp(-0.5 * _lamina.square(offsets / sigma))
    return weights / _lamina.sum(weights)


def _filtered(images: Any, vertical: Any, horizontal: Any, padding: str) -> Any:
    """Each channel of a batch by one filter along the height and one along the width."""
    channels = shape(images)[-1]
    for weights, place in ((vertical, (-1, 1, 1, 1)), (horizontal, (1, -1, 1, 1))):
        kernel = _lamina.reshape(weights, place)
        kernel = _lamina.broadcast_to(kernel, (*shape(kernel)[:2], channels, 1))
        images = _lamina.depthwise_conv(images, kernel, padding=padding)
    return images


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

    def blurred(x: Any) -> Any:
        values = _as_float(x)
        dtype = str(values.dtype)
        horizontal, vertical = (_gaussian(size[i], sigma[i], dtype) for i in range(2))
        return _as_before(_filtered(values, vertical, horizontal, "same"), str(x.dtype))

    return _over_batches("gaussian_blur", images, data_format, blurred)


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
    images = _tensor(images)
    if ndim(images) != 4:
        raise ValueError(f"sobel_edges takes a batch of images, got shape {shape(images)}")
    is_first = _is_first(data_format)
    x = _as_float(_lamina.moveaxis(images, 1, 3) if is_first else images)
    across = np.outer([1, 2, 1], [-1, 0, 1])
    channels = shape(x)[-1]
    kernel = np.broadcast_to(np.stack([across.T, across], -1)[:, :, None], (3, 3, channels, 2))
    edges = _lamina.depthwise_conv(x, _lamina.Tensor(kernel, str(x.dtype)), padding="same")
    height, width = shape(x)[1:3]
    edges = _lamina.reshape(edges, (-1, height, width, channels, 2))
    return _lamina.moveaxis(edges, 3, 1) if is_first else edges


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
    pair = [_checked_images("ssim", image) for image in (image1, image2)]
    if ndim(pair[0]) != ndim(pair[1]):
        raise ValueError(
            f"ssim compares images of one shape, got {shape(pair[0])} and {shape(pair[1])}"
        )
    dtype = str(pair[0].dtype)
    single = ndim(pair[0]) == 3
    if single:
        pair = [_lamina.expand_dims(x, 0) for x in pair]
    if _is_first(data_format):
        pair = [_lamina.moveaxis(x, 1, 3) for x in pair]
    x, y = (_as_float(image) for image in pair)
    window = _gaussian(filter_size, filter_sigma, str(x.dtype))

    def mean(values: Any) -> Any:
        return _filtered(values, window, window, "valid")

    mean_x, mean_y = mean(x), mean(y)
    variances = mean(x * x) - mean_x * mean_x + mean(y * y) - mean_y * mean_y
    covariance = mean(x * y) - mean_x * mean_y
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    similarity = ((2.0 * mean_x * mean_y + c1) * (2.0 * covariance + c2)) / (
        (mean_x * mean_x + mean_y * mean_y + c1) * (variances + c2)
    )
    result = _lamina.mean(similarity, axis=(1, 2, 3))
    return _lamina.cast(_lamina.squeeze(result, 0) if single else result, dtype)


def elastic_transform(
    images: Any,
    alpha: Any = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Any:
    """Images whose pixels are moved by smooth random distances.

    Args:
        images: see the module; not symbolic: each call draws.
        alpha: how far.
        sigma: how smooth: the standard deviation of the Gaussian filter over the distances.
        interpolation: ``"nearest"`` or ``"bilinear"``.
        fill_mode: what stands beyond the edge, see ``map_coordinates``.
        fill_value: likewise.
        seed: see ``lamina.random``.
        data_format: ``"channels_last"`` or ``"channels_first"``.

    Reference: Simard et al., 2003, "Best practices for convolutional neural networks applied to
    visual document analysis".

    >>> lamina.ops.image.elastic_transform(lamina.ops.ones((8, 8, 1)), seed=1).shape
    (8, 8, 1)
    """
    from lamina import random

    if is_symbolic(images):
        raise TypeError(
            "elastic_transform draws at each call, which a graph does not: use "
            "layers.RandomElasticTransform"
        )

    def moved(x: Any) -> Any:
        dtype = str(x.dtype) if _is_float(x) else "float32"
        noise = random.normal((*x.shape[:3], 2), 0.0, sigma, dtype, seed)
        distance = smooth_distance(noise, alpha, sigma)
        return moved_by(x, distance, interpolation, fill_mode, fill_value)

    return _over_batches("elastic_transform", images, data_format, moved)


def smooth_distance(noise: Any, alpha: Any, sigma: float) -> Any:
    """Noise ``(batch, height, width, 2)`` under a Gaussian filter, times ``alpha``."""
    window = _gaussian(int(6 * sigma) | 1, sigma, str(noise.dtype))
    return alpha * _filtered(noise, window, window, "same")


def moved_by(
    images: Any, distance: Any, interpolation: str, fill_mode: str, fill_value: float
) -> Any:
    """A batch, channels last, whose pixels come from ``distance``, (x, y), away."""
    rows, columns = _grid(*images.shape[1:3], str(distance.dtype))
    y, x = rows + distance[..., 1], columns + distance[..., 0]
    name = "elastic_transform"
    return _sample_batch(name, images, y, x, interpolation, fill_mode, fill_value)


# Sizes.


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
        scale: a number for each of ``spatial_dims``; no gradient is recorded by it.
        translation: likewise.
        spatial_dims: axes.
        method: ``"linear"``, ``"cubic"``, ``"lanczos3"`` or ``"lanczos5"``.
        antialias: whether the interpolation is wider where images shrink.

    >>> lamina.ops.image.scale_and_translate(
    ...     [1.0, 2.0, 3.0], (3,), [1.0], [1.0], (0,), "linear"
    ... ).numpy()
    array([0., 1., 2.], dtype=float32)
    """
    images = _as_float(_tensor(images))
    for given in (scale, translation):
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


def _size_axes(images: Any, data_format: str | None) -> tuple[int, int]:
    axis = ndim(images) - (2 if _is_first(data_format) else 3)
    return axis, axis + 1


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
    images = _checked_images("pad_images", images)
    vertical, horizontal = _size_axes(images, data_format)
    widths = [(0, 0)] * ndim(images)
    for axis, *numbers in (
        (vertical, top_padding, bottom_padding, target_height),
        (horizontal, left_padding, right_padding, target_width),
    ):
        widths[axis] = _border("pad_images", shape(images)[axis] or 0, *numbers, sign=1)
    return _lamina.pad(images, widths)


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
    images = _checked_images("crop_images", images)
    vertical, horizontal = _size_axes(images, data_format)
    key = [slice(None)] * ndim(images)
    for axis, *numbers in (
        (vertical, top_cropping, bottom_cropping, target_height),
        (horizontal, left_cropping, right_cropping, target_width),
    ):
        extent = shape(images)[axis] or 0
        before, after = _border("crop_images", extent, *numbers, sign=-1)
        key[axis] = slice(before, extent - after)
    return images[tuple(key)]


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
    images = _tensor(images)
    rank = len(size)
    if ndim(images) not in (rank + 1, rank + 2):
        raise ValueError(
            f"{name} over {rank} axes takes images of {rank + 1} axes or a batch of {rank + 2}, "
            f"got shape {shape(images)}"
        )
    single = ndim(images) == rank + 1
    x = _lamina.expand_dims(images, 0) if single else images
    channels = shape(x)[1 if _is_first(data_format) else -1]
    if channels is None:
        raise ValueError(f"{name} needs the number of channels, got shape {shape(images)}")
    # A convolution whose filters each pick one value of the window.
    count = int(np.prod(size)) * channels
    values = _as_float(x)
    picks = _lamina.Tensor(np.eye(count).reshape(*size, channels, count), str(values.dtype))
    patches = _lamina.conv(
        values,
        picks,
        strides=strides or list(size),
        padding=padding,
        data_format=data_format,
        dilation_rate=dilation_rate,
    )
    patches = _as_before(patches, str(images.dtype))
    return _lamina.squeeze(patches, 0) if single else patches


# Colors.


def _channel_axis(name: str, images: Any, data_format: str | None, counts: Sequence[int]) -> int:
    axis = ndim(images) - 3 if _is_first(data_format) else ndim(images) - 1
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
    images = _checked_images("rgb_to_grayscale", images)
    axis = _channel_axis("rgb_to_grayscale", images, data_format, (1, 3))
    if shape(images)[axis] == 1:
        return images
    red, green, blue = _lamina.split(_as_float(images), 3, axis=axis)
    return _lamina.cast(red * 0.2989 + green * 0.587 + blue * 0.114, str(images.dtype))


def _planes(name: str, images: Any, data_format: str | None) -> tuple[int, Any]:
    images = _checked_images(name, images)
    axis = _channel_axis(name, images, data_format, (3,))
    if not _is_float(images):
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
    angle = _remainder(hue, 1.0) * 6.0
    shares = (
        _lamina.clip(_lamina.absolute(angle - 3.0) - 1.0, 0.0, 1.0),
        _lamina.clip(2.0 - _lamina.absolute(angle - 2.0), 0.0, 1.0),
        _lamina.clip(2.0 - _lamina.absolute(angle - 4.0), 0.0, 1.0),
    )
    planes = [value * (1.0 - saturation + saturation * share) for share in shares]
    return _lamina.concatenate(planes, axis=axis)
