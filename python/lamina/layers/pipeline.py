"""Layers one after the other, over anything."""

from collections.abc import Sequence
from typing import Any

from lamina import _serialized
from lamina.layers.layer import Layer


class Pipeline(Layer):
    """Layers one after the other: for data that is prepared outside of a model.

    Unlike a ``Sequential`` it is no model, and its layers may take and give dictionaries.

    Args:
        layers: the layers, in their order.
        name: as for every ``Layer``.

    Input shape: what the first layer takes. Output shape: what the last one gives.

    >>> steps = Pipeline([layers.Resizing(2, 2), layers.Rescaling(1 / 255)])
    >>> steps(lamina.ops.ones((5, 4, 4, 3))).shape
    (5, 2, 2, 3)
    """

    def __init__(self, layers: Sequence[Layer], name: str | None = None) -> None:
        super().__init__(name=name)
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"Pipeline takes layers, got {layer!r}")
        self._steps = list(layers)

    @property
    def layers(self) -> list[Layer]:
        """The layers, in their order."""
        return list(self._steps)

    def call(self, inputs: Any) -> Any:
        """What the last layer gives."""
        for layer in self._steps:
            inputs = layer(inputs)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """What the layers make of the inputs' shape."""
        for layer in self._steps:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        layers = [_serialized.serialize(layer) for layer in self._steps]
        return {**super().get_config(), "layers": layers}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Pipeline":
        """The layer with those arguments."""
        layers = [_serialized.deserialize(layer) for layer in config["layers"]]
        made = cls(layers, name=config.get("name"))
        base: dict[str, Any] = {key: config[key] for key in ("trainable", "dtype") if key in config}
        made._core.apply_base_config(base)
        return made
