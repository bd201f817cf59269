"""In training moves the pixels of images."""

import math
from typing import Any

import numpy as np

from lamina import _lamina
from lamina._lamina import Tensor
from lamina.layers._image_layer import Draws, ImageLayer, range_of, value_range_of
from lamina.ops import image as image_ops
from lamina.ops._image_sampling import moved_by, smooth_distance


class _MovingLayer(ImageLayer):
    """Takes each pixel from another place of its image."""

    _options: tuple[str, ...] = ("fill_mode", "interpolation", "fill_value")
    _changes_masks = True
    _fill_modes: tuple[str, ...] = ("reflect", "wrap", "constant", "nearest")

    def __init__(
        self,
        fill_mode: str,
        interpolation: str,
        seed: int | None,
        fill_value: float,
        data_format: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, **kwargs)
        for name, value, known in (
            ("fill_mode", fill_mode, self._fill_modes),
            ("interpolation", interpolation, ("nearest", "bilinear")),
        ):
            if value not in known:
                raise ValueError(
                    f"{type(self).__name__} takes {name} {', '.join(known)}, got {value!r}"
                )
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.fill_value = fill_value

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        return self._moved(images, draws, self.interpolation)

    def _changed_masks(self, masks: Any, draws: Draws) -> Any:
        return self._moved(masks, draws, "nearest")

    def _moved(self, images: Tensor, draws: Draws, interpolation: str) -> Any:
        return image_ops.affine_transform(
            images, draws["transform"], interpolation, self.fill_mode, self.fill_value
        )


def _transform(*rows: Any) -> Any:
    """Transforms (a0, a1, a2, b0, b1, b2, 0, 0) of a batch, each entry (batch,) or one number."""
    shape = next(row.shape for row in rows if isinstance(row, Tensor))
    dtype = next(row.dtype for row in rows if isinstance(row, Tensor))
    columns = [
        row if isinstance(row, Tensor) else _lamina.full(shape, row, dtype) for row in (*rows, 0, 0)
    ]
    return _lamina.stack(columns, axis=-1)


class RandomRotation(_MovingLayer):
    """In training turns images about their centers.

    Args:
        factor: the range of angles as fractions of a full turn, counterclockwise; one number ``a``
            stands for [-a, a].
        fill_mode: what stands beyond the edge: ``"reflect"``, ``"wrap"``, ``"nearest"``, as in
            ``ops.image.map_coordinates``, or ``"constant"``: ``fill_value``.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        seed: makes the draws repeat.
        fill_value: of ``"constant"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> image = Tensor([[[1.0], [2.0]], [[3.0], [4.0]]])
    >>> RandomRotation((0.25, 0.25))(image).numpy()[..., 0].round(3)
    array([[2., 4.],
           [1., 3.]], dtype=float32)
    """

    _options = ("factor",)

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.factor = range_of(self, "factor", factor, (-1.0, 1.0))

    def _draw(self, images: Tensor) -> Draws:
        count, height, width, _ = images.shape
        angle = 2 * math.pi * self._uniform(count, *self.factor)
        # Applied to places of the output, so that the image turns the other way.
        cos, sin = _lamina.cos(angle), _lamina.sin(angle)
        x, y = (width - 1) / 2, (height - 1) / 2
        transform = _transform(cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos)
        return {"transform": transform}


class RandomTranslation(_MovingLayer):
    """In training shifts images.

    Args:
        height_factor: the range of shifts downward, as fractions of the height; one number ``a``
            stands for [-a, a].
        width_factor: of shifts to the right, as fractions of the width.
        fill_mode: what stands beyond the edge, see ``RandomRotation``.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        seed: makes the draws repeat.
        fill_value: of ``fill_mode="constant"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> image = Tensor([[[1.0], [2.0]], [[3.0], [4.0]]])
    >>> RandomTranslation((0.5, 0.5), 0.0, "constant")(image).numpy()[..., 0]
    array([[0., 0.],
           [1., 2.]], dtype=float32)
    """

    _options = ("height_factor", "width_factor")

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._vertical = range_of(self, "height_factor", height_factor, (-1.0, 1.0))
        self._horizontal = range_of(self, "width_factor", width_factor, (-1.0, 1.0))

    def _draw(self, images: Tensor) -> Draws:
        count, height, width, _ = images.shape
        down = self._uniform(count, *self._vertical) * float(height)
        right = self._uniform(count, *self._horizontal) * float(width)
        return {"transform": _transform(1, 0, -right, 0, 1, -down)}


class RandomZoom(_MovingLayer):
    """In training zooms into images, or out of them.

    Args:
        height_factor: the range of zooms along the height: a pixel of the output shows ``1 +
            factor`` of the input's, so that 0.2 zooms out and -0.2 in. One number ``a`` stands for
            [-a, a].
        width_factor: the same along the width; by default the height's draw, which keeps
            proportions.
        fill_mode: what stands beyond the edge, see ``RandomRotation``.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        seed: makes the draws repeat.
        fill_value: of ``fill_mode="constant"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> image = Tensor([[[1.0], [2.0], [3.0]]])
    >>> RandomZoom((-0.5, -0.5))(image).numpy()[0, :, 0]
    array([1.5, 2. , 2.5], dtype=float32)
    """

    _options = ("height_factor", "width_factor")

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._vertical = range_of(
            self, "height_factor", height_factor, (-1.0, 1.0), open_below=True
        )
        self._horizontal = (
            None
            if width_factor is None
            else range_of(self, "width_factor", width_factor, (-1.0, 1.0), open_below=True)
        )

    def _draw(self, images: Tensor) -> Draws:
        count, height, width, _ = images.shape
        vertical = 1.0 + self._uniform(count, *self._vertical)
        horizontal = vertical
        if self._horizontal is not None:
            horizontal = 1.0 + self._uniform(count, *self._horizontal)
        x, y = (width - 1) / 2, (height - 1) / 2
        transform = _transform(
            horizontal, 0, x * (1.0 - horizontal), 0, vertical, y * (1.0 - vertical)
        )
        return {"transform": transform}


class RandomShear(_MovingLayer):
    """In training slants images, to either side.

    Args:
        x_factor: the range of slants along the width: how far a row moves against the one above
            it, in pixels, in [0, 1]; one number ``a`` stands for [-a, a].
        y_factor: the same of columns along the height.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_mode: what stands beyond the edge, see ``RandomRotation``.
        fill_value: of ``fill_mode="constant"``.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        seed: makes the draws repeat.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomShear(0.2, 0.2)(lamina.ops.ones((4, 4, 1))).shape
    (4, 4, 1)
    """

    _options = ("x_factor", "y_factor")

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.x_factor = x_factor
        self.y_factor = y_factor
        self._x, self._y = (
            (-high, high) if isinstance(factor, (int, float)) else (low, high)
            for factor, (low, high) in (
                (x_factor, range_of(self, "x_factor", x_factor, (0.0, 1.0))),
                (y_factor, range_of(self, "y_factor", y_factor, (0.0, 1.0))),
            )
        )

    def _draw(self, images: Tensor) -> Draws:
        count = images.shape[0]
        sign = _lamina.reshape(self._signs(images), (count,))
        y = self._uniform(count, *self._y) * sign
        x = self._uniform(count, *self._x) * sign
        return {"transform": _transform(1, x, 0, y, 1, 0)}


class RandomCrop(ImageLayer):
    """In training cuts out a part at a random place of each image; else the part in the middle.

    Images that are not larger in both directions are cut to the part's proportions in their
    middle and resized.

    Args:
        height: of the part.
        width: of the part.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same with
    the height and the width that are asked for.

    >>> RandomCrop(2, 3)(lamina.ops.ones((5, 5, 1))).shape
    (2, 3, 1)
    """

    _options = ("height", "width")
    _changes_masks = True

    def __init__(
        self,
        height: int,
        width: int,
        seed: int | None = None,
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(seed=seed, data_format=data_format, name=name, **kwargs)
        for key, value in (("height", height), ("width", width)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"RandomCrop takes {key} above 0, got {value!r}")
        self.height = height
        self.width = width

    def _unchanged(self, data: Any) -> Any:
        if not isinstance(data, dict):
            return self._like(data, self._middle(self._batch(data)))
        result = {**data, "images": self._unchanged(data["images"])}
        if "segmentation_masks" in data:
            masks = data["segmentation_masks"]
            middle = self._middle(self._batch(masks), "nearest")
            result["segmentation_masks"] = self._like(masks, middle)
        return result

    def _middle(self, images: Tensor, interpolation: str = "bilinear") -> Any:
        height, width = images.shape[1:3]
        if height < self.height or width < self.width:
            return image_ops.resize(
                images, (self.height, self.width), interpolation, crop_to_aspect_ratio=True
            )
        top, left = (height - self.height) // 2, (width - self.width) // 2
        return images[:, top : top + self.height, left : left + self.width]

    def _draw(self, images: Tensor) -> Draws:
        count, height, width, _ = images.shape
        if height <= self.height or width <= self.width:
            return {}

        def first(extent: int, part: int) -> Any:
            places = float(extent - part + 1)
            drawn = _lamina.floor(self._uniform(count, 0.0, places))
            # A draw may round up to the number of places.
            return _lamina.cast(_lamina.minimum(drawn, places - 1), "int64")

        return {"top": first(height, self.height), "left": first(width, self.width)}

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        if not draws:
            return self._middle(images)
        for axis, key, part in ((1, "top", self.height), (2, "left", self.width)):
            first = _lamina.reshape(draws[key], (-1, 1, 1, 1))
            places = first + _lamina.reshape(_lamina.Tensor(np.arange(part)), (1, -1, 1, 1))
            if axis == 2:
                places = _lamina.moveaxis(places, 1, 2)
            shape = list(images.shape)
            shape[axis] = part
            images = _lamina.take_along_axis(images, _lamina.broadcast_to(places, shape), axis=axis)
        return images

    def _changed_masks(self, masks: Any, draws: Draws) -> Any:
        return self._changed(masks, draws) if draws else self._middle(masks, "nearest")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape with another height and width."""
        if isinstance(input_shape, dict):
            return {
                key: self.compute_output_shape(shape)
                if key in ("images", "segmentation_masks")
                else shape
                for key, shape in input_shape.items()
            }
        shape = list(input_shape)
        height = len(shape) - (2 if self.data_format == "channels_first" else 3)
        shape[height : height + 2] = [self.height, self.width]
        return tuple(shape)


class RandomPerspective(_MovingLayer):
    """In training looks at images from another side: each corner moves.

    Args:
        factor: the range of the probability by which an image is changed, in [0, 1].
        scale: how far corners move, in [0, 1].
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_value: what stands beyond the edge.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomPerspective(scale=0.5)(lamina.ops.ones((4, 4, 1))).shape
    (4, 4, 1)
    """

    _options = ("factor", "scale")

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__("constant", interpolation, seed, fill_value, data_format, **kwargs)
        self.factor = range_of(self, "factor", factor, (0.0, 1.0))
        self.scale = range_of(self, "scale", scale, (0.0, 1.0))[1]

    def _draw(self, images: Tensor) -> Draws:
        count, height, width, _ = images.shape
        chosen = self._chosen(images, self.factor)
        share = self._uniform((count, 4, 2), -0.5 * self.scale, 0.5 * self.scale)
        right, bottom = width - 1.0, height - 1.0
        corners = [[[0.0, 0.0], [right, 0.0], [0.0, bottom], [right, bottom]]]
        start = _lamina.broadcast_to(_lamina.Tensor(corners, self.dtype), (count, 4, 2))
        return {"chosen": chosen, "start": start, "end": start + start * share}

    def _moved(self, images: Tensor, draws: Draws, interpolation: str) -> Any:
        moved = image_ops.perspective_transform(
            images, draws["start"], draws["end"], interpolation, self.fill_value
        )
        return _lamina.where(draws["chosen"], moved, images)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        config = super().get_config()
        del config["fill_mode"]
        return config


class RandomElasticTransform(_MovingLayer):
    """In training moves the pixels of images by smooth distances.

    Args:
        factor: the range of the probability by which an image is changed, in [0, 1].
        scale: the range of strengths, in [0, 1], of which one is drawn a batch.
        interpolation: ``"bilinear"`` or ``"nearest"``.
        fill_mode: what stands beyond the edge, see ``ops.image.map_coordinates``.
        fill_value: of ``fill_mode="constant"``.
        value_range: the least and largest value of pixels.
        seed: makes the draws repeat.
        data_format: ``"channels_last"`` or ``"channels_first"``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)`` or without batch. Output shape: the same.

    >>> RandomElasticTransform()(lamina.ops.ones((8, 8, 1))).shape
    (8, 8, 1)
    """

    _options = ("factor", "scale", "value_range")
    _fill_modes = ("constant", "nearest", "wrap", "mirror", "reflect")

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = 1.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **kwargs)
        self.factor = range_of(self, "factor", factor, (0.0, 1.0))
        self.scale = range_of(self, "scale", scale, (0.0, 1.0))
        self.value_range = value_range_of(self, value_range)

    def _draw(self, images: Tensor) -> Draws | None:
        if self.scale[1] == 0 or self.factor[1] == 0:
            return None
        height, width = images.shape[1:3]
        chosen = self._chosen(images, self.factor)
        strength = float(self._uniform(1, *self.scale))
        shape = (images.shape[0], height, width, 2)
        sigma = min(height, width) * 0.05 * strength
        noise = _lamina.random_normal(shape, 0.0, sigma, self.dtype, self._stream)
        alpha = max(height, width) * 0.1 * strength
        return {"chosen": chosen, "distance": smooth_distance(noise, alpha, sigma)}

    def _moved(self, images: Tensor, draws: Draws, interpolation: str) -> Any:
        moved = moved_by(images, draws["distance"], interpolation, self.fill_mode, self.fill_value)
        moved = _lamina.where(draws["chosen"], moved, images)
        return _lamina.clip(moved, *self.value_range)
