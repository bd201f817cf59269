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
