"""Layers one after the other."""

from collections.abc import Iterable
from typing import Any

from lamina import _lamina, saving
from lamina import layers as _layers
from lamina.layers.layer import Layer
from lamina.models.model import Model


class Sequential(Model):
    """A model of layers one after the other, each taking what the one before gives.

    Args:
        layers: the layers; with ``Input`` as the first the model is built at once.
        trainable: whether training changes the weights.
        name: its name.

    >>> import numpy as np
    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> y = np.array([0, 1, 1, 0])
    >>> lamina.utils.set_random_seed(1)
    >>> model = Sequential([Input((2,)), Dense(8, "tanh"), Dense(1, "sigmoid")])
    >>> model.compile(lamina.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    >>> history = model.fit(x, y, epochs=200, verbose=0)
    >>> model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"]
    1.0
    """

    def __init__(
        self,
        layers: Iterable[Layer] | None = None,
        trainable: bool = True,
        name: str | None = None,
    ) -> None:
        self._core = _lamina.Sequential(name or "")
        self._start()
        self._sublayers: list[Layer] = []
        for layer in layers or []:
            self.add(layer)
        if not trainable:
            self.trainable = False

    @classmethod
    def _adopt(cls, core: Any) -> "Sequential":
        """The Python face of a model that the core made."""
        model = cls.__new__(cls)
        model._core = core
        model._start()
        model._sublayers = [face(layer) for layer in core.layers]
        model._take_training(core)
        return model

    def add(self, layer: Layer) -> None:
        """Appends a layer."""
        if not isinstance(layer, Layer):
            raise TypeError(f"{self.name} got {layer!r} to add, expected a lamina.Layer")
        if layer._has_part(self):
            raise ValueError(f"{layer.name} cannot be added to {self.name}, which is a part of it")
        # The core may build the layer at once, which looks for it here.
        self._sublayers.append(layer)
        try:
            self._core.add(layer._core)
        except BaseException:
            self._sublayers.pop()
            raise

    def pop(self) -> Layer:
        """Removes the last layer and returns it."""
        self._core.pop()
        return self._sublayers.pop()

    @property
    def layers(self) -> list[Layer]:
        """The layers, without ``Input``."""
        return [layer for layer in self._sublayers if not isinstance(layer, _layers.Input)]

    def call(self, inputs: Any, training: bool = False) -> Any:
        """All layers, one after the other."""
        return self._core(inputs, bool(training))

    def get_config(self) -> dict[str, Any]:
        """The architecture, from which ``from_config`` makes an equal model with new weights."""
        return self._core.config()

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Sequential":
        """The model of that architecture."""
        with saving.loading(custom_objects):
            return cls._adopt(_lamina.make_layer("Sequential", config))


def face(core: Any) -> Layer:
    """The Python face of a layer that the core made."""
    if hasattr(core, "owner"):
        return core.owner
    if core.type == "Sequential":
        return Sequential._adopt(core)
    return getattr(_layers, core.type)._adopt(core)
