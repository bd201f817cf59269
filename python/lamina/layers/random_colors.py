"""In training changes the colors of images."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from lamina import _lamina
from lamina._lamina import Tensor
from lamina.layers._image_layer import Draws, ImageLayer, range_of, rescaled, value_range_of
from lamina.ops import image as image_ops

_BYTES = (0, 255)


class _ColorLayer(ImageLayer):
    """Draws a factor in a range for each image."""

    _options: tuple[str, ...] = ("factor", "value_range")
    _bounds = (-1.0, 1.0)

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = range_of(self, "factor", factor, self._bounds)
        self.value_range = value_range_of(self, value_range)

    def _draw(self, images: Tensor) -> Draws | None:
        return {"factor": self._each(images, *self.factor)}

    def _within(self, images: Any) -> Any:
        return _lamina.clip(images, *self.value_range)


class RandomBrightness(_ColorLayer):
    """In training makes images brighter or darker.

    Args:
        factor: the range of what is added, as fractions of the value range, in [-1, 1]; one number
            ``a`` stands for [-a, a].
        value_range: the least and largest value of pixels.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomBrightness((0.5, 0.5), value_range=(0, 1))([[[0.25], [0.75]]]).numpy()[..., 0]
    array([[0.75, 1.  ]], dtype=float32)
    """

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(factor, value_range, seed=seed, **kwargs)

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        low, high = self.value_range
        return self._within(images + draws["factor"] * float(high - low))


class RandomContrast(_ColorLayer):
    """In training moves pixels away from the mean of their channel, or towards it.

    Args:
        factor: the range of contrasts: a pair ``(a, b)`` stands for [1 - a, 1 + b], both in [0, 1];
            one number ``b``, as in Keras 3, for [1, 1 + b].
        value_range: the least and largest value of pixels.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomContrast((0.2, 0.2))(lamina.ops.ones((2, 2, 3))).shape
    (2, 2, 3)
    """

    _bounds = (0.0, 1.0)

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(factor, value_range, seed=seed, **kwargs)

    def _draw(self, images: Tensor) -> Draws:
        return {"factor": self._each(images, 1.0 - self.factor[0], 1.0 + self.factor[1])}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        mean = _lamina.mean(images, axis=(1, 2), keepdims=True)
        return self._within((images - mean) * draws["factor"] + mean)


class RandomHue(_ColorLayer):
    """In training turns the hue of colors, to either side.

    Args:
        factor: the range of turns as fractions of half a circle, in [0, 1]; one number ``a`` stands
            for [0, a].
        value_range: the least and largest value of pixels.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, 3)`` or without batch. Output shape: the same.

    >>> RandomHue(0.2)(lamina.ops.ones((2, 2, 3))).shape
    (2, 2, 3)
    """

    _bounds = (0.0, 1.0)

    def _draw(self, images: Tensor) -> Draws:
        signs = self._signs(images)
        return {"factor": signs * self._each(images, *self.factor) * 0.5}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        colors = image_ops.rgb_to_hsv(rescaled(images, self.value_range, (0, 1)))
        hue = colors[..., :1] + draws["factor"]
        hue = hue - _lamina.floor(hue)
        turned = image_ops.hsv_to_rgb(_lamina.concatenate([hue, colors[..., 1:]], axis=-1))
        return rescaled(_lamina.clip(turned, 0, 1), (0, 1), self.value_range)


class RandomSaturation(_ColorLayer):
    """In training makes colors purer or paler.

    Args:
        factor: the range of factors ``f``, by which saturation is multiplied with ``f / (1 - f)``:
            0.5 leaves it, 0 makes gray. One number ``a`` stands, as in Keras 3, for [-a, a], where
            what is negative makes gray.
        value_range: in which the saturation is kept.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, 3)`` or without batch. Output shape: the same.

    >>> RandomSaturation((0.0, 0.0))([[[1.0, 0.0, 0.0]]]).numpy()
    array([[[1., 1., 1.]]], dtype=float32)
    """

    def _draw(self, images: Tensor) -> Draws:
        factor = self._each(images, *self.factor)
        return {"factor": factor / (1.0 - factor + 1e-7)}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        hue, saturation, value = _lamina.split(image_ops.rgb_to_hsv(images), 3, axis=-1)
        saturation = self._within(saturation * draws["factor"])
        return image_ops.hsv_to_rgb(_lamina.concatenate([hue, saturation, value], axis=-1))


class RandomGrayscale(ImageLayer):
    """In training takes the color out of some images.

    Args:
        factor: the probability, in [0, 1].
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, 3)`` or without batch. Output shape: the same.

    >>> RandomGrayscale(1.0)([[[1.0, 0.0, 0.0]]]).numpy()
    array([[[0.2989, 0.2989, 0.2989]]], dtype=float32)
    """

    _options = ("factor",)

    def __init__(
        self,
        factor: float = 0.5,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = range_of(self, "factor", factor, (0.0, 1.0))[1]

    def _draw(self, images: Tensor) -> Draws:
        return {"chosen": _lamina.less(self._each(images, 0.0, 1.0), self.factor)}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        return _lamina.where(draws["chosen"], image_ops.rgb_to_grayscale(images), images)


class RandomColorDegeneration(_ColorLayer):
    """In training mixes images with their gray values.

    Args:
        factor: the range of the gray image's share, in [-1, 1]; one number ``a`` stands for
            [-a, a].
        value_range: the least and largest value of pixels.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, 3)`` or without batch. Output shape: the same.

    >>> RandomColorDegeneration((1.0, 1.0))([[[1.0, 0.0, 0.0]]]).numpy().round(4)
    array([[[0.2989, 0.2989, 0.2989]]], dtype=float32)
    """

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        gray = image_ops.rgb_to_grayscale(images)
        return self._within(images + draws["factor"] * (gray - images))


class RandomInvert(_ColorLayer):
    """In training replaces pixels of some images by the largest value less themselves.

    Args:
        factor: the range of the probability, in [0, 1], which is drawn for each image; one number
            ``a`` stands for [0, a].
        value_range: the least and largest value of pixels.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomInvert((1.0, 1.0))([[[255.0, 5.0]]]).numpy()
    array([[[  0., 250.]]], dtype=float32)
    """

    _bounds = (0.0, 1.0)

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, data_format, seed, **kwargs)

    def _draw(self, images: Tensor) -> Draws:
        return {"chosen": self._chosen(images, self.factor)}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        return _lamina.where(draws["chosen"], float(self.value_range[1]) - images, images)


class RandomPosterization(_ColorLayer):
    """In training keeps the first bits of pixels alone.

    Args:
        factor: how many bits of 8; a pair stands for the range [a, b), one number ``b`` for [1, b).
        value_range: the least and largest value of pixels, which stand for 0 and 255.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomPosterization((2, 2))([[[255.0, 70.0]]]).numpy()
    array([[[192.,  64.]]], dtype=float32)
    """

    _bounds = (1.0, 8.0)

    def _draw(self, images: Tensor) -> Draws:
        low, high = self.factor
        bits = _lamina.floor(self._each(images, low, max(low, high)))
        # A draw may round up to the end of its range, which is not in it.
        bits = _lamina.minimum(bits, max(low, high - 1.0))
        return {"step": _lamina.round(_lamina.exp2(8.0 - bits))}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        values = _lamina.floor(rescaled(images, self.value_range, _BYTES))
        kept = _lamina.floor(values / draws["step"]) * draws["step"]
        return rescaled(kept, _BYTES, self.value_range)


class Solarization(ImageLayer):
    """In training adds to pixels and inverts what is then above a threshold.

    Args:
        addition_factor: the range of what is added, in [0, 1]; one number ``a`` stands for [0, a].
        threshold_factor: the range of thresholds, likewise.
        value_range: the least and largest value of pixels.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> Solarization()([[[255.0, 70.0]]]).numpy()
    array([[[  0., 185.]]], dtype=float32)
    """

    _options = ("addition_factor", "threshold_factor", "value_range")

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, **kwargs)
        self.addition_factor, self.threshold_factor = (
            range_of(self, name, factor, (0.0, 1.0), symmetric=False)
            for name, factor in (
                ("addition_factor", addition_factor),
                ("threshold_factor", threshold_factor),
            )
        )
        self.value_range = value_range_of(self, value_range)

    def _draw(self, images: Tensor) -> Draws:
        # The upper ends alone are scaled, as in Keras 3.
        return {
            "additions": self._each(images, self.addition_factor[0], self.addition_factor[1] * 255),
            "thresholds": self._each(
                images, self.threshold_factor[0], self.threshold_factor[1] * 255
            ),
        }

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        values = rescaled(images, self.value_range, _BYTES)
        values = _lamina.clip(values + draws["additions"], 0, 255)
        values = _lamina.where(values < draws["thresholds"], values, 255.0 - values)
        return rescaled(values, _BYTES, self.value_range)


class RandomSharpness(_ColorLayer):
    """In training makes images sharper or smoother.

    Args:
        factor: the range of sharpness, in [0, 1]: 0 smoothes, 0.5 leaves, 1 sharpens; one number
            ``a`` stands for [0, a].
        value_range: the least and largest value of pixels.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomSharpness((0.5, 0.5))([[[255.0], [5.0]]]).numpy()[..., 0]
    array([[255.,   5.]], dtype=float32)
    """

    _bounds = (0.0, 1.0)

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        weights = np.full((3, 3, images.shape[-1], 1), 1 / 13)
        weights[1, 1] = 5 / 13
        kernel = _lamina.Tensor(weights, images.dtype)
        smooth = _lamina.depthwise_conv(images, kernel, padding="same")
        return self._within(images + (1.0 - 2.0 * draws["factor"]) * (smooth - images))


class RandomGaussianBlur(_ColorLayer):
    """In training smoothes some images by a Gaussian filter.

    Args:
        factor: the range of the probability, in [0, 1], which is drawn for each image; one number
            ``a`` stands for [0, a].
        kernel_size: the filter's, odd; a pair for the width and the height.
        sigma: the range of its standard deviations, in [0, 1], drawn for each batch along the width
            and the height; one number ``a`` stands for [0, a].
        value_range: the least and largest value of pixels.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomGaussianBlur()(lamina.ops.ones((4, 4, 3))).shape
    (4, 4, 3)
    """

    _options = ("kernel_size", "sigma")
    _bounds = (0.0, 1.0)

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(factor, value_range, data_format, seed, **kwargs)
        sizes = [kernel_size] * 2 if isinstance(kernel_size, int) else list(kernel_size)
        if len(sizes) != 2 or any(size < 1 or size % 2 == 0 for size in sizes):
            raise ValueError(
                "RandomGaussianBlur takes kernel_size as an odd number or a pair of them, got "
                f"{kernel_size!r}"
            )
        self.kernel_size = (sizes[0], sizes[1])
        self.sigma = range_of(self, "sigma", sigma, (0.0, 1.0))

    def _draw(self, images: Tensor) -> Draws:
        chosen = self._chosen(images, self.factor)
        return {"chosen": chosen, "sigma": self._uniform(2, *self.sigma) + 1e-6}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        blurred = image_ops.gaussian_blur(images, self.kernel_size, draws["sigma"])
        return self._within(_lamina.where(draws["chosen"], blurred, images))


class RandomColorJitter(ImageLayer):
    """In training changes brightness, contrast, saturation and hue, in this order.

    Args:
        value_range: the least and largest value of pixels.
        brightness_factor: ``RandomBrightness``'s factor; None leaves brightness alone.
        contrast_factor: ``RandomContrast``'s.
        saturation_factor: ``RandomSaturation``'s.
        hue_factor: ``RandomHue``'s.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, 3)`` or without batch. Output shape: the same.

    >>> RandomColorJitter(brightness_factor=(0.1, 0.1))([[[5.0, 5.0, 5.0]]]).numpy()
    array([[[30.5, 30.5, 30.5]]], dtype=float32)
    """

    _options = (
        "value_range",
        "brightness_factor",
        "contrast_factor",
        "saturation_factor",
        "hue_factor",
    )

    def __init__(
        self,
        value_range: Any = (0, 255),
        brightness_factor: Any = None,
        contrast_factor: Any = None,
        saturation_factor: Any = None,
        hue_factor: Any = None,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.value_range = value_range_of(self, value_range)
        self.brightness_factor = brightness_factor
        self.contrast_factor = contrast_factor
        self.saturation_factor = saturation_factor
        self.hue_factor = hue_factor
        kinds: list[tuple[Any, Any]] = [
            (RandomBrightness, brightness_factor),
            (RandomContrast, contrast_factor),
            (RandomSaturation, saturation_factor),
            (RandomHue, hue_factor),
        ]
        # No parts of this layer: they draw from its numbers, and files hold nothing of them.
        self._changes = SimpleNamespace(
            steps=[
                kind(factor, value_range=self.value_range, dtype=self.dtype)
                for kind, factor in kinds
                if factor is not None
            ]
        )

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        for step in self._changes.steps:
            images = step._applied(images, self._stream)
        return images
