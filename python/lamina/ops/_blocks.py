"""Blocks of pixels and windows, of images and signals."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina.ops._scattering import members
from lamina.ops._support import (
    as_given,
    known_extent,
    tensor,
)


def _batch(extents: Sequence[int | None]) -> list[int]:
    """A shape for reshape, in which one extent may be unknown."""
    return [-1 if extent is None else extent for extent in extents]


def _is_first(name: str, data_format: str) -> bool:
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            f"{name} takes data_format channels_first or channels_last, got {data_format!r}"
        )
    return data_format == "channels_first"


def space_to_depth(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """Blocks of an image's pixels as channels.

    >>> space_to_depth(lamina.ops.ones((1, 4, 4, 3)), 2).shape
    (1, 2, 2, 12)
    """
    x = tensor(x)
    first = _is_first("space_to_depth", data_format)
    height, width = x.shape[2:] if first else x.shape[1:3]
    channels = x.shape[1 if first else 3]
    if height % block_size or width % block_size:
        raise ValueError(
            f"space_to_depth takes images of whole blocks of {block_size}, got {height} x {width}"
        )
    rows, columns = height // block_size, width // block_size
    batch, depth = _batch([x.shape[0]]), block_size**2 * channels
    if first:
        x = k.reshape(x, [*batch, channels, rows, block_size, columns, block_size])
        return k.reshape(k.transpose(x, (0, 1, 3, 5, 2, 4)), [*batch, depth, rows, columns])
    x = k.reshape(x, [*batch, rows, block_size, columns, block_size, channels])
    return k.reshape(k.transpose(x, (0, 1, 3, 2, 4, 5)), [*batch, rows, columns, depth])


def depth_to_space(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """Channels as blocks of an image's pixels; undoes ``space_to_depth``.

    >>> depth_to_space(lamina.ops.ones((1, 2, 2, 12)), 2).shape
    (1, 4, 4, 3)
    """
    x = tensor(x)
    first = _is_first("depth_to_space", data_format)
    rows, columns = x.shape[2:] if first else x.shape[1:3]
    channels = x.shape[1 if first else 3]
    if channels % block_size**2:
        raise ValueError(
            f"depth_to_space takes a multiple of {block_size**2} channels, got {channels}"
        )
    batch, depth = _batch([x.shape[0]]), channels // block_size**2
    height, width = rows * block_size, columns * block_size
    if first:
        x = k.reshape(x, [*batch, depth, block_size, block_size, rows, columns])
        return k.reshape(k.transpose(x, (0, 1, 4, 2, 5, 3)), [*batch, depth, height, width])
    x = k.reshape(x, [*batch, rows, columns, block_size, block_size, depth])
    return k.reshape(k.transpose(x, (0, 1, 3, 2, 4, 5)), [*batch, height, width, depth])


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (int(value[0]), int(value[1]))


def _patches(
    size: tuple[int, int], kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> np.ndarray:
    """Where each pixel of each window lies in a padded image: (kernel pixels, windows)."""
    kernel, spread, step = (_pair(each) for each in (kernel_size, dilation, stride))
    border = _pair(padding)
    lines = []
    for axis in range(2):
        whole = size[axis] + 2 * border[axis]
        reach = spread[axis] * (kernel[axis] - 1) + 1
        starts = np.arange(0, whole - reach + 1, step[axis])
        lines.append(np.arange(kernel[axis])[:, None] * spread[axis] + starts)
    width = size[1] + 2 * border[1]
    places = lines[0][:, None, :, None] * width + lines[1][None, :, None, :]
    return places.reshape(kernel[0] * kernel[1], -1)


def unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    """The windows of images (batch, channels, height, width): (batch, channels * pixels, windows).

    >>> unfold(lamina.ops.ones((1, 2, 4, 4)), 2, stride=2).shape
    (1, 8, 4)
    """
    x = tensor(x)
    batch, channels, height, width = x.shape
    border = _pair(padding)
    places = _patches((height, width), kernel_size, dilation, padding, stride)
    x = k.pad(x, [(0, 0), (0, 0), (border[0],) * 2, (border[1],) * 2])
    pixels = (height + 2 * border[0]) * (width + 2 * border[1])
    x = k.reshape(x, [*_batch([batch]), channels, pixels])
    return k.reshape(
        k.take(x, places, -1),
        [*_batch([batch]), channels * len(places), -1]
        if batch is not None
        else [-1, channels * len(places), places.shape[1]],
    )


def fold(
    x: Any,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Any:
    """The sums of windows laid over each other; windows and arguments as in ``unfold``.

    >>> fold(lamina.ops.ones((1, 8, 4)), 4, 2, stride=2).shape
    (1, 2, 4, 4)
    """
    x = tensor(x)
    size, border = _pair(output_size), _pair(padding)
    places = _patches(size, kernel_size, dilation, padding, stride)
    batch, depth, windows = x.shape
    if depth % len(places) or windows != places.shape[1]:
        raise ValueError(
            f"fold takes windows of a multiple of {len(places)} numbers, {places.shape[1]} of "
            f"them, got shape {tuple(x.shape)}"
        )
    channels = depth // len(places)
    height, width = size[0] + 2 * border[0], size[1] + 2 * border[1]
    x = k.reshape(x, [*_batch([batch]), channels, places.size])
    # Each pixel gathers what the windows have for it, of which a zero at the end fills up.
    sources = members(places.reshape(-1), height * width)
    sums = k.sum(k.take(k.pad(x, [(0, 0), (0, 0), (0, 1)]), sources, -1), -1)
    images = k.reshape(sums, [*_batch([batch]), channels, height, width])
    return images[:, :, border[0] : height - border[0], border[1] : width - border[1]]


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Any:
    """Windows of the last axis, as an axis before it.

    >>> extract_sequences([1, 2, 3, 4], 2, 1).numpy().tolist()
    [[1, 2], [2, 3], [3, 4]]
    """
    x = as_given(x)
    extent = known_extent("extract_sequences", x, -1)
    starts = np.arange(0, extent - sequence_length + 1, sequence_stride)
    return k.take(x, starts[:, None] + np.arange(sequence_length), -1)
