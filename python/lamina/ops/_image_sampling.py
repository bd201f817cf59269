"""Pixels between pixels: images under maps of the plane."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina
from lamina._numbers import needs_gradient
from lamina._symbolic import is_symbolic
from lamina.ops._image_filters import filtered, gaussian
from lamina.ops._image_support import (
    as_before,
    as_float,
    counting,
    is_float,
    known_extents,
    on_its_device,
    over_batches,
    remainder,
    rounded,
    tensor,
)
from lamina.ops._values import ndim, shape

_FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
_ORDERS = {"nearest": 0, "bilinear": 1}


def _mirrored(index: Any, size: int) -> Any:
    """About the centers of the outermost pixels: 2 1 | 0 1 2 | 1 0."""
    last = size - 1
    return _lamina.absolute(remainder(index + float(last), 2.0 * last) - float(last))


def _brought_inside(index: Any, size: int, fill_mode: str) -> Any:
    """Whole coordinates of pixels beyond the edge as those of the pixels that stand for them."""
    if size > 1 and fill_mode == "wrap":
        index = remainder(index, float(size))
    elif size > 1 and fill_mode == "mirror":
        index = _mirrored(index, size)
    elif size > 1 and fill_mode == "reflect":  # 1 0 | 0 1 2 | 2 1
        index = _lamina.floor((_mirrored(2.0 * index + 1.0, 2 * size + 1) - 1.0) / 2.0)
    # Whole numbers hold no infinity, and what a NaN becomes is brought inside too.
    index = _lamina.cast(_lamina.clip(index, -1, size), "int64")
    return _lamina.clip(index, 0, size - 1)


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
            nodes: list[tuple[Any, Any]] = [(rounded(coordinate), None)]
        else:
            lower = _lamina.floor(coordinate)
            share = coordinate - lower
            nodes = [(lower, 1.0 - share), (lower + 1.0, share)]
        longer = []
        for place, weight, inside in corners:
            for index, factor in nodes:
                at = _brought_inside(index, size, fill_mode)
                here = inside
                if fill_mode == "constant":
                    here = _lamina.logical_and(index >= 0.0, index < float(size))
                    here = here if inside is None else _lamina.logical_and(inside, here)
                longer.append(
                    (
                        at if place is None else place * size + at,
                        factor if weight is None else weight * factor,
                        here,
                    )
                )
        corners = longer

    def over_channels(x: Any) -> Any:
        return _lamina.expand_dims(x, -1) if has_channels else x

    result = None
    for place, weight, inside in corners:
        values = as_float(_lamina.take(rows, place, axis=0))
        if inside is not None:
            beyond = fill_value if needs_gradient(fill_value) else float(fill_value)
            values = _lamina.where(over_channels(inside), values, beyond)
        if weight is not None:
            values = values * _lamina.cast(over_channels(weight), str(values.dtype))
        result = values if result is None else result + values
    return as_before(result, dtype)


def _check_sampling(name: str, interpolation: str, fill_mode: str) -> int:
    if interpolation not in _ORDERS:
        raise ValueError(
            f"{name} takes interpolation {' or '.join(_ORDERS)}, got {interpolation!r}"
        )
    if fill_mode not in _FILL_MODES:
        raise ValueError(f"{name} takes fill_mode {', '.join(_FILL_MODES)}, got {fill_mode!r}")
    return _ORDERS[interpolation]


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
    height, width, channels = known_extents(name, images, 1, 2, 3)
    if is_symbolic(images):
        # The numbers 0, 1, ... of the images, of which a graph does not know how many there are.
        one_each = _lamina.ones_like(images[:, 0, 0, 0], "int64")
        number = _lamina.cumsum(one_each, 0) - one_each
    else:
        number = counting(known_extents(name, images, 0)[0], "int64")
    first = _lamina.reshape(number, (-1,) + (1,) * (ndim(y) - 1))
    rows = _lamina.reshape(images, (-1, channels))
    return _sampled(rows, first, (height, width), (y, x), order, fill_mode, fill_value)


def _grid(height: int, width: int, dtype: str) -> tuple[Any, Any]:
    return (
        _lamina.reshape(counting(height, dtype), (1, height, 1)),
        _lamina.reshape(counting(width, dtype), (1, 1, width)),
    )


@on_its_device
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
    transform = as_float(tensor(transform))
    if ndim(transform) not in (1, 2) or shape(transform)[-1] != 8:
        raise ValueError(
            "affine_transform takes 8 numbers as transform, or as many for each image, got shape "
            f"{shape(transform)}"
        )
    if ndim(transform) == 1:
        transform = _lamina.expand_dims(transform, 0)

    def transformed(x: Any) -> Any:
        height, width = known_extents("affine_transform", x, 1, 2)
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

    return over_batches("affine_transform", images, data_format, transformed)


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


@on_its_device
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
    points = [tensor(given) for given in (start_points, end_points)]
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


@on_its_device
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
    inputs = tensor(inputs)
    if isinstance(coordinates, (list, tuple)) and coordinates:
        coordinates = _lamina.stack([tensor(each) for each in coordinates])
    coordinates = as_float(tensor(coordinates))
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


@on_its_device
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
        dtype = str(x.dtype) if is_float(x) else "float32"
        noise = random.normal((*x.shape[:3], 2), 0.0, sigma, dtype, seed)
        distance = smooth_distance(noise, alpha, sigma)
        return moved_by(x, distance, interpolation, fill_mode, fill_value)

    return over_batches("elastic_transform", images, data_format, moved)


def smooth_distance(noise: Any, alpha: Any, sigma: float) -> Any:
    """Noise ``(batch, height, width, 2)`` under a Gaussian filter, times ``alpha``."""
    window = gaussian(int(6 * sigma) | 1, sigma, str(noise.dtype))
    return alpha * filtered(noise, window, window, "same")


def moved_by(
    images: Any, distance: Any, interpolation: str, fill_mode: str, fill_value: float
) -> Any:
    """A batch, channels last, whose pixels come from ``distance``, (x, y), away."""
    height, width = images.shape[1:3]
    rows, columns = _grid(height, width, str(distance.dtype))
    y, x = rows + distance[..., 1], columns + distance[..., 0]
    name = "elastic_transform"
    return _sample_batch(name, images, y, x, interpolation, fill_mode, fill_value)
