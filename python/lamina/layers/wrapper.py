"""Layers that hold another layer."""

from typing import Any

from lamina import _serialized
from lamina.layers.layer import Layer


class Wrapper(Layer):
    """Holds a layer and, in a subclass, does something with it: override ``call``.

    Args:
        layer: the layer, in the attribute ``layer``.
        kwargs: as for every ``Layer``.

    Input shape: what ``call`` takes. Output shape: what it gives.

    Raises:
        ValueError: it is no layer.

    >>> class Doubled(Wrapper):
    ...     def call(self, inputs):
    ...         return 2 * self.layer(inputs)
    >>> Doubled(Dense(1, kernel_initializer="ones"))([[3.0]]).numpy()
    array([[6.]], dtype=float32)
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(f"{type(self).__name__} got {layer!r}, expected a layer")
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Builds the layer."""
        if not self.layer.built:
            self.layer.build(input_shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        return {**super().get_config(), "layer": _serialized.serialize(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "Wrapper":
        """The layer with those arguments."""
        from lamina import saving  # which knows this class

        rest = dict(config)
        layer = saving.deserialize_keras_object(rest.pop("layer"), custom_objects)
        return cls(layer, **rest)
