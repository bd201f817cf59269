"""Images in another size."""

from typing import Any

from lamina.layers._image_dictionary import ImageDictionaryLayer, base_options


class Resizing(ImageDictionaryLayer):
    """Images in another size. Whole numbers stay whole.

    Args:
        height: of the output.
        width: of the output.
        interpolation: ``"bilinear"``, ``"nearest"``, ``"bicubic"``, ``"lanczos3"`` or
            ``"lanczos5"``.
        crop_to_aspect_ratio: whether to leave out what is too wide or too high instead of
            distorting the image.
        pad_to_aspect_ratio: whether to add a border instead.
        fill_mode: of the border: ``"constant"``.
        fill_value: of the border.
        antialias: whether the interpolation is wider where images shrink.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same with
    the height and the width that are asked for.

    Raises:
        ValueError: an option is none of these.

    >>> Resizing(1, 2)([[[1.0], [2.0], [3.0], [4.0]]]).numpy()[..., 0]
    array([[1.5, 3.5]], dtype=float32)
    """

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            "Resizing",
            height=height,
            width=width,
            interpolation=interpolation,
            crop_to_aspect_ratio=crop_to_aspect_ratio,
            pad_to_aspect_ratio=pad_to_aspect_ratio,
            fill_mode=fill_mode,
            fill_value=fill_value,
            antialias=antialias,
            data_format=data_format,
            **base_options("Resizing", kwargs),
        )
