"""Layers that change the values of pixels by their histograms."""

from typing import Any

import numpy as np

from lamina import _lamina
from lamina._lamina import Tensor
from lamina.layers._image_layer import Draws, ImageLayer, rescaled, value_range_of

_BYTES = (0, 255)


def _histograms(places: Any, count: int, bins: int) -> Any:
    """(count, bins): how often each place occurs, of histograms one after the other."""
    flat = _lamina.reshape(places, (-1, 1))
    ones = _lamina.ones((flat.shape[0],), "float64")
    return _lamina.reshape(_lamina.scatter(flat, ones, (count * bins,)), (count, bins))


class AutoContrast(ImageLayer):
    """Stretches the values of each channel of each image over the whole range, in training or not.

    Args:
        value_range: the least and largest value of pixels.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> AutoContrast()([[[10.0], [20.0], [30.0]]]).numpy()[..., 0]
    array([[  0. , 127.5, 255. ]], dtype=float32)
    """

    _options = ("value_range",)
    _trains_only = False
    _is_random = False

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = value_range_of(self, value_range)

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        values = rescaled(images, self.value_range, _BYTES)
        low = _lamina.min(values, axis=(1, 2), keepdims=True)
        spread = _lamina.max(values, axis=(1, 2), keepdims=True) - low
        varies = spread > 0.0
        scale = 255.0 / _lamina.where(varies, spread, 1.0)
        stretched = _lamina.clip(values * scale - low * scale, 0, 255)
        return _lamina.where(varies, rescaled(stretched, _BYTES, self.value_range), images)


class Equalization(ImageLayer):
    """In training spreads the values of each channel of each image evenly over the range.

    Args:
        value_range: the least and largest value of pixels.
        bins: of the histogram.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> Equalization()([[[10.0], [11.0], [12.0]]]).numpy()[..., 0]
    array([[  0., 128., 255.]], dtype=float32)
    """

    _options = ("value_range", "bins")
    _is_random = False

    def __init__(
        self,
        value_range: Any = (0, 255),
        bins: int = 256,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        if isinstance(bins, bool) or not isinstance(bins, int) or bins < 2:
            raise ValueError(f"Equalization takes bins above 1, got {bins!r}")
        self.value_range = value_range_of(self, value_range)
        self.bins = bins

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        count, height, width, channels = images.shape
        values = rescaled(images, self.value_range, _BYTES)
        bin_ = _lamina.cast(values * ((self.bins - 1) / 255), "int64")
        bin_ = _lamina.clip(bin_, 0, self.bins - 1)
        # A histogram for each channel of each image, one after the other.
        first = np.arange(count * channels).reshape(count, 1, 1, channels) * self.bins
        places = bin_ + _lamina.Tensor(first)
        below = _lamina.cumsum(_histograms(places, count * channels, self.bins), axis=1)
        pixels = float(height * width)
        least = _lamina.min(_lamina.where(below > 0.0, below, pixels), axis=1, keepdims=True)
        rest = _lamina.maximum(pixels - least, 1.0)
        table = _lamina.clip(_lamina.round((below - least) * 255.0 / rest), 0, 255)
        table = _lamina.reshape(table, (-1,))
        spread = _lamina.cast(_lamina.take(table, places, axis=0), images.dtype)
        # A channel of one value stays.
        varies = _lamina.reshape(least < pixels, (count, 1, 1, channels))
        return _lamina.where(varies, rescaled(spread, _BYTES, self.value_range), images)


class ContrastLimitedAdaptiveHistogramEqualization(ImageLayer):
    """Spreads the values of each channel evenly over the range, tile by tile, in training or not.

    A pixel's value is between those that the four tiles around it give.

    Args:
        value_range: the least and largest value of pixels.
        clip_limit: how many times its even share a value may have in a tile's histogram, before
            what is above is spread over all values; 0 for no limit.
        tile_grid_size: how many tiles there are along the height and the width.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    Reference: Zuiderveld, 1994, "Contrast limited adaptive histogram equalization".

    >>> equalize = ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(1, 1), clip_limit=0)
    >>> equalize([[[10.0], [11.0], [12.0]]]).numpy()[..., 0].round()
    array([[ 85., 170., 255.]], dtype=float32)
    """

    _options = ("value_range", "clip_limit", "tile_grid_size")
    _trains_only = False
    _is_random = False

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        grid = tuple(tile_grid_size)
        if len(grid) != 2 or not all(isinstance(each, int) and each > 0 for each in grid):
            raise ValueError(
                f"{type(self).__name__} takes tile_grid_size as two numbers above 0, got "
                f"{tile_grid_size!r}"
            )
        self.value_range = value_range_of(self, value_range)
        self.clip_limit = clip_limit
        self.tile_grid_size = grid

    def _tables(self, tiles: Any, count: int, pixels: float) -> Any:
        """New values for the 256 old ones of each tile."""
        counts = _histograms(tiles, count, 256)
        if self.clip_limit > 0:
            kept = _lamina.minimum(counts, self.clip_limit * pixels / 256)
            excess = _lamina.sum(counts - kept, axis=1, keepdims=True)
            counts = kept + excess / 256.0
        below = _lamina.cumsum(counts, axis=1)
        least = _lamina.min(below, axis=1, keepdims=True)
        rest = pixels - least
        rest = _lamina.where(_lamina.equal(rest, 0.0), 1.0, rest)
        return _lamina.clip((below - least) * 255.0 / rest, 0, 255)

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        count, height, width, channels = images.shape
        rows, columns = self.tile_grid_size
        high, wide = -(-height // rows), -(-width // columns)
        values = rescaled(images, self.value_range, _BYTES)
        border = [(0, 0), (0, high * rows - height), (0, wide * columns - width), (0, 0)]
        padded = _lamina.pad(values, border, mode="symmetric")
        level = _lamina.clip(_lamina.cast(padded, "int64"), 0, 255)

        def tile(y: np.ndarray, x: np.ndarray) -> Any:
            """Where the histogram of a pixel's tile begins."""
            image = np.arange(count).reshape(-1, 1, 1, 1) * rows
            place = (image + y.reshape(1, -1, 1, 1)) * columns + x.reshape(1, 1, -1, 1)
            return _lamina.Tensor((place * channels + np.arange(channels)) * 256)

        y, x = np.arange(high * rows), np.arange(wide * columns)
        tiles = tile(y // high, x // wide) + level
        table = self._tables(tiles, count * rows * columns * channels, float(high * wide))
        table = _lamina.cast(_lamina.reshape(table, (-1,)), images.dtype)

        y, x, level = y[:height], x[:width], level[:, :height, :width]
        result: Any = 0.0
        for near_y, share_y in _neighbours(y, high, rows):
            for near_x, share_x in _neighbours(x, wide, columns):
                found = _lamina.take(table, tile(near_y, near_x) + level, axis=0)
                share = share_y.reshape(1, -1, 1, 1) * share_x.reshape(1, 1, -1, 1)
                result = found * _lamina.Tensor(share, images.dtype) + result
        return rescaled(result, _BYTES, self.value_range)


def _neighbours(places: np.ndarray, size: int, tiles: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The tiles before and after each place along an axis, with their shares of it."""
    place = (places - size / 2) / size
    before = np.floor(place)
    share = place - before
    first, second = (np.clip(each, 0, tiles - 1).astype("int64") for each in (before, before + 1))
    return [(first, 1.0 - share), (second, share)]
