"""What layers over images share: batches or single images, dictionaries, draws."""

from collections.abc import Sequence
from typing import Any

from lamina import _lamina, _settings, random
from lamina._lamina import Tensor
from lamina.layers._image_dictionary import refuse_boxes
from lamina.layers.layer import Layer

Draws = dict[str, Any]
Range = tuple[float, float]


class ImageLayer(Layer):
    """A layer over images, (batch, height, width, channels) or one without the batch axis.

    It draws in training, and where nobody says whether a call is part of training, as Keras's. A
    dictionary has the images under ``"images"``, and may have ``"labels"`` and
    ``"segmentation_masks"``, which are changed as the images are.

    Subclasses override ``_draw``, which makes the random numbers of a batch, one or more for each
    image, and ``_changed``, which applies them. Both see channels last.
    """

    _options: tuple[str, ...] = ()  # arguments of a class, which its attributes of that name hold
    _trains_only = True  # passes images on outside of training
    _is_random = True
    _changes_masks = False  # whether pixels move, so that masks must move with them

    def __init__(
        self,
        seed: int | None = None,
        data_format: str | None = None,
        bounding_box_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        if data_format not in (None, "channels_last", "channels_first"):
            raise ValueError(
                f"{type(self).__name__} got data_format={data_format!r}, expected 'channels_last' "
                "or 'channels_first'"
            )
        refuse_boxes(type(self).__name__, bounding_box_format)
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
            raise ValueError(
                f"{type(self).__name__} got seed={seed!r}, expected a whole number at least 0"
            )
        super().__init__(**kwargs)
        self.seed = seed
        self.data_format = data_format or _settings.image_data_format

    def build(self, input_shape: Any) -> None:
        """Opens its sequence of random numbers, whose place files keep."""
        if self._is_random and "_stream" not in self.__dict__:
            stream = self._own_core.add_random_stream("augmentation")
            if self.seed is not None:
                stream.restore(self.seed, 0)
            self.__dict__["_stream"] = stream

    def call(self, data: Any, training: bool = True) -> Any:
        """The images changed; as they are outside of training, except for a few layers."""
        is_dictionary = isinstance(data, dict)
        if is_dictionary:
            self._check_dictionary(data)
        if self._trains_only and not _lamina.augments():
            return self._unchanged(data)
        given = data["images"] if is_dictionary else data
        images = self._batch(given)
        draws = self._draw(images) if images.shape[0] else None
        if draws is None:
            return self._unchanged(data)
        changed = self._like(given, self._changed(images, draws))
        if not is_dictionary:
            return changed
        result = {**data, "images": changed}
        if "labels" in data:
            result["labels"] = self._changed_labels(data["labels"], draws)
        if "segmentation_masks" in data and self._changes_masks:
            masks = data["segmentation_masks"]
            moved = self._changed_masks(self._batch(masks), draws)
            result["segmentation_masks"] = self._like(masks, moved)
        return result

    def _check_dictionary(self, data: dict[str, Any]) -> None:
        if "images" not in data:
            raise ValueError(
                f"{self.name} got a dictionary of {', '.join(data)}, expected one with 'images'"
            )
        if "bounding_boxes" in data:
            raise NotImplementedError(
                f"{self.name} got 'bounding_boxes', but lamina moves images only: take them out"
            )

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        config = {**super().get_config(), "data_format": self.data_format}
        if self._is_random:
            config["seed"] = self.seed
        for cls in reversed(type(self).__mro__):
            config.update({name: getattr(self, name) for name in vars(cls).get("_options", ())})
        return config

    # What subclasses override.

    def _draw(self, images: Tensor) -> Draws | None:
        """The random numbers of a batch; None leaves it alone."""
        return {}

    def _unchanged(self, data: Any) -> Any:
        """What the layer gives where it changes nothing."""
        if isinstance(data, dict):
            return {**data, "images": self._checked(data["images"])}
        return self._checked(data)

    def _changed(self, images: Tensor, draws: Draws) -> Any:
        raise NotImplementedError

    def _changed_masks(self, masks: Any, draws: Draws) -> Any:
        return self._changed(masks, draws)

    def _changed_labels(self, labels: Any, draws: Draws) -> Any:
        return labels

    # What they call.

    def _applied(self, images: Tensor, stream: Any) -> Any:
        """A batch with channels last changed by draws from another layer's stream."""
        self.__dict__["_stream"] = stream
        draws = self._draw(images)
        return images if draws is None else self._changed(images, draws)

    def _uniform(self, shape: Sequence[int] | int, low: float, high: float) -> Tensor:
        extents = (shape,) if isinstance(shape, int) else tuple(shape)
        return _lamina.random_uniform(extents, low, high, self.dtype, self._stream)

    def _each(self, images: Tensor, low: float, high: float) -> Tensor:
        """One number an image, in [low, high)."""
        return self._uniform((images.shape[0], 1, 1, 1), low, high)

    def _chosen(self, images: Tensor, probability: Range) -> Tensor:
        """Whether to change an image, by a probability that is itself drawn for each."""
        threshold = self._each(images, 0.0, 1.0)
        return _lamina.less(threshold, self._each(images, *probability))

    def _signs(self, images: Tensor) -> Tensor:
        """1 or -1 for each image."""
        above = _lamina.cast(self._each(images, 0.0, 1.0) > 0.5, self.dtype)
        return 1.0 - 2.0 * above

    def _seed_for_calls(self) -> Any:
        """Its stream as a ``seed`` of ``lamina.random``."""
        generator = random.SeedGenerator(0)
        generator._stream = self._stream
        return generator

    # Forms of images.

    def _checked(self, images: Any) -> Tensor:
        """In the layer's dtype."""
        x = _lamina.convert_to_tensor(images)
        if len(x.shape) not in (3, 4):
            raise ValueError(
                f"{type(self).__name__} '{self.name}' takes a batch of images, four axes, or one "
                f"image of three, got shape {x.shape}"
            )
        return x if x.dtype == self.dtype else _lamina.cast(x, self.dtype)

    def _batch(self, images: Any) -> Tensor:
        """As a batch with channels last."""
        x = self._checked(images)
        if len(x.shape) == 3:
            x = _lamina.expand_dims(x, 0)
        return _lamina.moveaxis(x, 1, 3) if self.data_format == "channels_first" else x

    def _like(self, given: Any, x: Any) -> Any:
        """A batch in the form in which images were given."""
        if self.data_format == "channels_first":
            x = _lamina.moveaxis(x, 3, 1)
        return _lamina.squeeze(x, 0) if len(given.shape) == 3 else x


def range_of(
    owner: Any,
    name: str,
    factor: Any,
    bounds: Range,
    symmetric: bool = True,
    open_below: bool = False,
) -> Range:
    """A factor as a pair: one number ``a`` stands for [-a, a], within the bounds, or [0, a].

    Args:
        owner: the layer.
        name: of the argument.
        factor: a number, or a pair.
        bounds: in which both lie.
        symmetric: what one number stands for.
        open_below: whether the lower bound itself is out.
    """
    low, high = bounds
    numbers = list(factor) if isinstance(factor, (tuple, list)) else [factor]
    valid = (len(numbers) == 2 or not isinstance(factor, (tuple, list))) and all(
        isinstance(each, (int, float)) and low <= each <= high and not (open_below and each == low)
        for each in numbers
    )
    if not valid:
        raise ValueError(
            f"{type(owner).__name__} takes {name} as a number or a pair of them in "
            f"{'(' if open_below else '['}{low}, {high}], got {factor!r}"
        )
    if len(numbers) == 2:
        first, second = sorted(float(each) for each in numbers)
        return first, second
    size = abs(float(numbers[0]))
    return (max(-size, low) if symmetric else 0.0), size


def value_range_of(owner: Any, value_range: Any) -> Range:
    """The least and largest value of pixels."""
    if (
        not isinstance(value_range, (tuple, list))
        or len(value_range) != 2
        or not all(isinstance(each, (int, float)) for each in value_range)
        or value_range[0] == value_range[1]
    ):
        raise ValueError(
            f"{type(owner).__name__} takes value_range as a pair of different numbers, got "
            f"{value_range!r}"
        )
    low, high = sorted(value_range)
    return low, high


def rescaled(images: Any, source: Range, target: Range) -> Any:
    """Values of one range in another."""
    if tuple(source) == tuple(target):
        return images
    scale = (target[1] - target[0]) / (source[1] - source[0])
    return (images - float(source[0])) * scale + float(target[0])
