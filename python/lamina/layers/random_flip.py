"""In training flips half of the images."""

from collections.abc import Callable
from typing import Any

from lamina import _lamina
from lamina.layers._image_dictionary import ImageDictionaryLayer, base_options


class RandomFlip(ImageDictionaryLayer):
    """In training, and where nobody says whether a call is part of it, flips half of the images.

    Args:
        mode: ``"horizontal"``, ``"vertical"``, or ``"horizontal_and_vertical"``, which does both to
            an image, or nothing.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    Raises:
        ValueError: the mode is unknown.

    >>> flip = RandomFlip("horizontal", seed=3)
    >>> flip([[[1.0], [2.0]]], training=False).numpy()[..., 0]
    array([[1., 2.]], dtype=float32)
    """

    data_format: str

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            "RandomFlip",
            mode=mode,
            seed=seed,
            data_format=data_format,
            **base_options("RandomFlip", kwargs),
        )

    def _run_both(self, run: Callable[[Any], Any], images: Any, masks: Any) -> tuple[Any, Any]:
        # As channels of one image, which is flipped as a whole.
        both = [_lamina.cast(_lamina.convert_to_tensor(x), self.dtype) for x in (images, masks)]
        axis = len(both[0].shape) - (3 if self.data_format == "channels_first" else 1)
        joined = run(_lamina.concatenate(both, axis=axis))
        flipped, moved = _lamina.split(joined, [both[0].shape[axis]], axis=axis)
        return flipped, moved
