"""In training flips half of the images."""

from typing import Any

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
