"""In training applies some of many changes to images."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from lamina import _lamina, random
from lamina._lamina import Tensor
from lamina._numbers import refuse_gradient
from lamina.layers._image_layer import Draws, ImageLayer, range_of, value_range_of
from lamina.layers.histograms import AutoContrast, Equalization
from lamina.layers.random_colors import (
    RandomBrightness,
    RandomColorDegeneration,
    RandomContrast,
    RandomPosterization,
    RandomSharpness,
    Solarization,
)
from lamina.layers.random_geometry import RandomRotation, RandomShear, RandomTranslation
from lamina.ops._values import convert_to_numpy


class _ChoosingLayer(ImageLayer):
    """Holds the changes among which it chooses, for a batch at a time."""

    _options: tuple[str, ...] = ("value_range", "factor", "interpolation")

    def __init__(
        self,
        value_range: Any,
        factor: Any,
        interpolation: str,
        seed: int | None,
        data_format: str | None,
        only_some: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.value_range = value_range_of(self, value_range)
        self.factor = range_of(self, "factor", factor, (0.0, 1.0))
        self.interpolation = interpolation
        pair, bits = self.factor, max(1, int(8 * self.factor[1]))
        within: dict[str, Any] = {"value_range": self.value_range}
        moving: dict[str, Any] = {"interpolation": interpolation}
        kinds: list[tuple[type[ImageLayer], dict[str, Any]]] = [
            (RandomShear, {"x_factor": pair, "y_factor": pair, **moving}),
            (RandomTranslation, {"height_factor": pair, "width_factor": pair, **moving}),
            (RandomRotation, {"factor": pair, **moving}),
            (Solarization, {"addition_factor": pair, "threshold_factor": pair, **within}),
            (RandomPosterization, {"factor": bits, **within}),
            (AutoContrast, within),
            (Equalization, within),
        ]
        if not only_some:
            kinds += [
                (RandomBrightness, {"factor": pair, **within}),
                (RandomColorDegeneration, {"factor": pair, **within}),
                (RandomContrast, {"factor": pair, **within}),
                (RandomSharpness, {"factor": pair, **within}),
            ]
        # No parts of this layer: they draw from its numbers, and files hold nothing of them.
        changes = [kind(dtype=self.dtype, **options) for kind, options in kinds]
        self._changes = SimpleNamespace(each=changes)

    def _chosen_places(self, count: int, choices: int) -> list[int]:
        drawn = convert_to_numpy(self._uniform(count, 0.0, float(choices)))
        return [min(int(place), choices - 1) for place in drawn]


class RandAugment(_ChoosingLayer):
    """In training applies a few changes, chosen for each batch among eleven.

    These are the layers ``RandomShear``, ``RandomTranslation``, ``RandomRotation``,
    ``RandomBrightness``, ``RandomColorDegeneration``, ``RandomContrast``, ``RandomSharpness``,
    ``RandomPosterization``, ``Solarization``, ``AutoContrast`` and ``Equalization``.

    Args:
        value_range: the least and largest value of pixels.
        num_ops: how many, one after the other.
        factor: the range of their strengths, in [0, 1]; one number ``a`` stands for [0, a].
        interpolation: ``"bilinear"`` or ``"nearest"``.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, 3)`` or without batch. Output shape: the same.

    Reference: Cubuk et al., 2020, "RandAugment: practical automated data augmentation with a
    reduced search space".

    >>> RandAugment()(lamina.ops.ones((8, 8, 3))).shape
    (8, 8, 3)
    """

    _options = ("num_ops",)

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_ops: int = 2,
        factor: Any = 0.5,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(value_range, factor, interpolation, seed, data_format, **kwargs)
        self.num_ops = num_ops

    def _draw(self, images: Tensor) -> Draws:
        return {"places": self._chosen_places(self.num_ops, len(self._changes.each))}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        for place in draws["places"]:
            images = self._changes.each[place]._applied(images, self._stream)
        return images


class AugMix(_ChoosingLayer):
    """In training mixes images with mixtures of what chains of changes make of them.

    Args:
        value_range: the least and largest value of pixels.
        num_chains: how many chains are mixed.
        chain_depth: the most changes in one.
        factor: the range of their strengths, in [0, 1]; one number ``a`` stands for [0, a].
        alpha: of the distributions of the shares, above 0.
        all_ops: whether brightness, color, contrast and sharpness are among the changes.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, 3)`` or without batch. Output shape: the same.

    Reference: Hendrycks et al., 2020, "AugMix: a simple data processing method to improve
    robustness and uncertainty".

    >>> AugMix()(lamina.ops.ones((8, 8, 3))).shape
    (8, 8, 3)
    """

    _options = ("num_chains", "chain_depth", "alpha", "all_ops")

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            value_range, factor, interpolation, seed, data_format, not all_ops, **kwargs
        )
        if not alpha > 0:
            raise ValueError(f"AugMix takes alpha above 0, got {alpha!r}")
        self.num_chains = num_chains
        self.chain_depth = chain_depth
        refuse_gradient("AugMix", "alpha", alpha)
        self.alpha = alpha
        self.all_ops = all_ops

    def _draw(self, images: Tensor) -> Draws:
        seed = self._seed_for_calls()
        shares = convert_to_numpy(random.gamma((self.num_chains,), self.alpha, "float64", seed))
        kept = float(random.beta((), self.alpha, self.alpha, "float64", seed))
        # The last choice is to change nothing.
        places = self._chosen_places(
            self.num_chains * self.chain_depth, len(self._changes.each) + 1
        )
        chains = np.reshape(places, (self.num_chains, self.chain_depth))
        return {"shares": shares / shares.sum(), "kept": kept, "chains": chains.tolist()}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        mixed = images * draws["kept"]
        for share, chain in zip(draws["shares"], draws["chains"], strict=True):
            changed = images
            for place in chain:
                if place < len(self._changes.each):
                    changed = self._changes.each[place]._applied(changed, self._stream)
            mixed = mixed + changed * float(share * (1.0 - draws["kept"]))
        return _lamina.clip(mixed, *self.value_range)
