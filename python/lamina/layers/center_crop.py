"""The part in the middle of images."""

from typing import Any

from lamina.layers._image_dictionary import ImageDictionaryLayer, base_options


class CenterCrop(ImageDictionaryLayer):
    """The part in the middle of images. Smaller ones are cut to its proportions and resized.

    Args:
        height: of the part.
        width: of the part.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same with
    the height and the width that are asked for.

    Raises:
        ValueError: ``height`` or ``width`` is not above 0.

    >>> CenterCrop(1, 2)([[[1.0], [2.0], [3.0], [4.0]]]).numpy()[..., 0]
    array([[2., 3.]], dtype=float32)
    """

    def __init__(
        self,
        height: int,
        width: int,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            "CenterCrop",
            height=height,
            width=width,
            data_format=data_format,
            **base_options("CenterCrop", kwargs),
        )
