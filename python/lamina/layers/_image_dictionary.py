"""Layers of the core over images, called on dictionaries."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class ImageDictionaryLayer(BuiltinLayer):
    """Takes a dictionary too, whose ``"images"`` it changes."""

    def __call__(
        self, inputs: Any = None, *args: Any, training: bool | None = None, **kwargs: Any
    ) -> Any:
        """Runs the layer on images, or on those of a dictionary."""
        if not isinstance(inputs, dict):
            return super().__call__(inputs, *args, training=training, **kwargs)
        moved = {"bounding_boxes", "segmentation_masks"} & inputs.keys()
        if moved or "images" not in inputs:
            raise NotImplementedError(
                f"{self.name} takes dictionaries with 'images', and without 'bounding_boxes' and "
                f"'segmentation_masks', got {', '.join(inputs)}: call it on these too"
            )
        images = super().__call__(inputs["images"], *args, training=training, **kwargs)
        return {**inputs, "images": images}


def base_options(layer: str, options: dict[str, Any]) -> dict[str, Any]:
    """What every layer takes, of the further arguments of one over images."""
    refuse_boxes(layer, options.pop("bounding_box_format", None))
    unknown = options.keys() - {"name", "trainable", "dtype"}
    if unknown:
        raise ValueError(
            f"Unrecognized keyword arguments passed to {layer}: {', '.join(sorted(unknown))}"
        )
    return {"name": None, "trainable": True, "dtype": None, **options}


def refuse_boxes(layer: str, bounding_box_format: Any) -> None:
    """Refuses what Keras's layers take: boxes that move with the images."""
    if bounding_box_format is not None:
        raise NotImplementedError(
            f"{layer} got bounding_box_format={bounding_box_format!r}, but lamina moves images "
            "only, no boxes: leave it out"
        )
