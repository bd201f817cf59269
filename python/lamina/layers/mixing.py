"""In training mixes images with others of the batch, or erases a part of them."""

from typing import Any

import numpy as np

from lamina import _lamina, random
from lamina._lamina import Tensor
from lamina.layers._image_layer import Draws, ImageLayer, range_of, value_range_of


class _MixingLayer(ImageLayer):
    def _order(self, images: Tensor) -> Tensor:
        """The image that each is mixed with."""
        return _lamina.random_permutation(images.shape[0], self._stream)

    def _changed_labels(self, labels: Any, draws: Draws) -> Any:
        labels = _lamina.convert_to_tensor(labels)
        if labels.shape[:1] != draws["weight"].shape[:1]:
            raise ValueError(
                f"{self.name} got labels of shape {labels.shape} for {draws['weight'].shape[0]} "
                "images: mix a batch of images, with a label for each"
            )
        labels = _lamina.cast(labels, self.dtype)
        weight = _lamina.reshape(draws["weight"], (-1,) + (1,) * (len(labels.shape) - 1))
        others = _lamina.take(labels, draws["order"], axis=0)
        return weight * labels + (1.0 - weight) * others


class MixUp(_MixingLayer):
    """In training replaces each image, and its label, by a mixture with another of the batch.

    Args:
        alpha: of the beta distribution of an image's share, above 0: the larger, the more alike the
            two shares.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Called on ``{"images": ..., "labels": ...}``, it mixes both; labels are one-hot, or numbers to
    regress on. Output shape: the same.

    Reference: Zhang et al., 2018, "mixup: beyond empirical risk minimization".

    >>> labels = lamina.ops.one_hot([0, 1, 1, 0], 2)
    >>> batch = {"images": lamina.ops.ones((4, 2, 2, 1)), "labels": labels}
    >>> MixUp()(batch)["labels"].numpy().sum(axis=1).round(5)
    array([1., 1., 1., 1.], dtype=float32)
    """

    _options = ("alpha",)
    _changes_masks = True

    def __init__(
        self,
        alpha: float = 0.2,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        if not alpha > 0:
            raise ValueError(f"MixUp takes alpha above 0, got {alpha!r}")
        self.alpha = alpha

    def _draw(self, images: Tensor) -> Draws:
        seed = self._seed_for_calls()
        weight = random.beta((images.shape[0],), self.alpha, self.alpha, self.dtype, seed)
        return {"order": self._order(images), "weight": weight}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        weight = _lamina.reshape(draws["weight"], (-1, 1, 1, 1))
        return weight * images + (1.0 - weight) * _lamina.take(images, draws["order"], axis=0)


class _BoxLayer(_MixingLayer):
    def _box(self, images: Tensor, ratio_x: Any, ratio_y: Any) -> tuple[Any, Any]:
        """Pixels of a box at a random place of each image, and its share of the image; the ratios,
        of width and height, are (batch,).
        """
        count, height, width, _ = images.shape
        inside, share = None, None
        for extent, ratio, place in (
            (width, ratio_x, (1, 1, -1, 1)),
            (height, ratio_y, (1, -1, 1, 1)),
        ):
            length = ratio * float(extent)
            first = self._uniform(count, 0.0, 1.0) * (float(extent) - length)
            begin, end = (_lamina.reshape(each, (-1, 1, 1, 1)) for each in (first, first + length))
            at = _lamina.reshape(_lamina.Tensor(np.arange(extent), self.dtype), place)
            here = _lamina.logical_and(at >= begin, at < end)
            inside = here if inside is None else _lamina.logical_and(inside, here)
            part = length / float(extent)
            share = part if share is None else share * part
        return inside, share


class CutMix(_BoxLayer):
    """In training replaces a box of each image by that of another of the batch, and mixes labels by
    the box's share.

    Args:
        factor: the range of alpha of the beta distribution of the share that is kept, in [0, 1],
            one a batch; one number ``a`` stands for [0, a].
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Called on ``{"images": ..., "labels": ...}``, it mixes both. Output shape: the same. An image
    without a batch axis stays.

    Reference: Yun et al., 2019, "CutMix: regularization strategy to train strong classifiers with
    localizable features".

    >>> labels = lamina.ops.one_hot([0, 1, 1, 0], 2)
    >>> batch = {"images": lamina.ops.ones((4, 2, 2, 1)), "labels": labels}
    >>> CutMix()(batch)["labels"].numpy().sum(axis=1).round(5)
    array([1., 1., 1., 1.], dtype=float32)
    """

    _options = ("factor",)
    _changes_masks = True

    def __init__(
        self,
        factor: Any = 1.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = range_of(self, "factor", factor, (0.0, 1.0))

    def _draw(self, images: Tensor) -> Draws | None:
        count = images.shape[0]
        if count == 1:
            return None
        alpha = self._uniform((), *self.factor) + 1e-6
        kept = random.beta((count,), alpha, alpha, self.dtype, self._seed_for_calls())
        ratio = _lamina.sqrt(_lamina.clip(1.0 - kept, 0, 1))
        inside, share = self._box(images, ratio, ratio)
        return {"inside": inside, "order": self._order(images), "weight": 1.0 - share}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        others = _lamina.take(images, draws["order"], axis=0)
        return _lamina.where(draws["inside"], others, images)


class RandomErasing(_BoxLayer):
    """In training replaces a box of some images by noise, or by one value.

    Args:
        factor: the range of the probability, in [0, 1], which is drawn for each image; one number
            ``a`` stands for [0, a].
        scale: the range of the squares of the box's share of width and height, in [0, 1].
        fill_value: a number, or one for each of three channels; None for normal noise times the
            largest value.
        value_range: the least and largest value of pixels.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    Reference: Zhong et al., 2020, "Random erasing data augmentation".

    >>> erase = RandomErasing((1.0, 1.0), scale=(1.0, 1.0), fill_value=7.0)
    >>> erase(lamina.ops.ones((1, 2, 1))).numpy()[..., 0]
    array([[7., 7.]], dtype=float32)
    """

    _options = ("factor", "scale", "fill_value", "value_range")

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: Any = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        self.factor = range_of(self, "factor", factor, (0.0, 1.0))
        self.scale = range_of(self, "scale", scale, (0.0, 1.0))
        is_list = isinstance(fill_value, (tuple, list))
        if not (
            fill_value is None
            or isinstance(fill_value, (int, float))
            or (is_list and len(fill_value) == 3)
        ):
            raise ValueError(
                "RandomErasing takes fill_value as a number, three numbers or None, got "
                f"{fill_value!r}"
            )
        self.fill_value = fill_value
        self.value_range = value_range_of(self, value_range)

    def _draw(self, images: Tensor) -> Draws:
        count = images.shape[0]
        ratios = [_lamina.sqrt(self._uniform(count, *self.scale)) for _ in range(2)]
        inside, _ = self._box(images, *ratios)
        inside = _lamina.logical_and(inside, self._chosen(images, self.factor))
        if self.fill_value is None:
            noise = _lamina.random_normal(images.shape, 0.0, 1.0, self.dtype, self._stream)
            fill = noise * float(self.value_range[1])
        else:
            fill = _lamina.Tensor(np.asarray(self.fill_value), self.dtype)
        return {"inside": inside, "fill": _lamina.clip(fill, *self.value_range)}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        return _lamina.where(draws["inside"], draws["fill"], images)

    def _changed_labels(self, labels: Any, draws: Draws) -> Any:
        return labels
