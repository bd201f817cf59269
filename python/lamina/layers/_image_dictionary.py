"""Layers of the core over images, called on dictionaries."""

from collections.abc import Callable
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class ImageDictionaryLayer(BuiltinLayer):
    """Takes a dictionary too, whose ``"images"`` and ``"segmentation_masks"`` it changes alike."""

    def __call__(
        self, inputs: Any = None, *args: Any, training: bool | None = None, **kwargs: Any
    ) -> Any:
        """Runs the layer on images, or on those of a dictionary."""

        def run(images: Any) -> Any:
            return super(ImageDictionaryLayer, self).__call__(
                images, *args, training=training, **kwargs
            )

        if not isinstance(inputs, dict):
            return run(inputs)
        if "images" not in inputs:
            raise ValueError(
                f"{self.name} got a dictionary of {', '.join(inputs)}, expected one with 'images'"
            )
        if "bounding_boxes" in inputs:
            raise NotImplementedError(
                f"{self.name} got 'bounding_boxes', but lamina moves images only: take them out"
            )
        if "segmentation_masks" not in inputs:
            return {**inputs, "images": run(inputs["images"])}
        images, masks = self._run_both(run, inputs["images"], inputs["segmentation_masks"])
        return {**inputs, "images": images, "segmentation_masks": masks}

    def _run_both(self, run: Callable[[Any], Any], images: Any, masks: Any) -> tuple[Any, Any]:
        return run(images), run(masks)


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
