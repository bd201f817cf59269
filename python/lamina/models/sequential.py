"""Layers one after the other."""

from collections.abc import Iterable
from typing import Any

from lamina import _lamina, _layer_faces, _symbolic, saving
from lamina._overrides import refuse_own_call, refuse_uncalled
from lamina._symbolic import SymbolicTensor
from lamina.layers.input import InputLayer
from lamina.layers.layer import Layer, masked
from lamina.models.model import Model


class Sequential(Model):
    """A model of layers one after the other, each taking what the one before gives.

    Args:
        layers: the layers; with ``Input`` as the first the model is built at once.
        trainable: whether training changes the weights.
        name: its name.
        device: where it keeps its weights and computes; by default ``lamina.get_device()``.

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

    _core: _lamina.Sequential

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_uncalled(cls, {"Sequential": ("call", "compute_mask")}, "those of a lamina.Model")

    def __init__(
        self,
        layers: Iterable[Layer] | None = None,
        trainable: bool = True,
        name: str | None = None,
        *,
        device: str | None = None,
    ) -> None:
        self._core = _lamina.Sequential(name or "")
        if device is not None:
            self._core.device = device
        _layer_faces.remember(self)
        self._start()
        self._sublayers: list[Layer] = []
        if isinstance(layers, (Layer, SymbolicTensor)):
            raise TypeError(f"Sequential takes a list of layers, [{layers.name}, ...], got one")
        for layer in layers or []:
            self.add(layer)
        if not trainable:
            self.trainable = False

    @classmethod
    def _adopt(cls, core: Any) -> "Sequential":
        """The Python face of a model that the core made."""
        model: Sequential = cls.__new__(cls)
        model._core = core
        _layer_faces.remember(model)
        model._start()
        model._sublayers = [_layer_faces.face(layer) for layer in core.layers]
        model._take_training(core)
        return model

    def add(self, layer: Layer | SymbolicTensor, rebuild: bool = True) -> None:
        """Appends a layer; first, what ``Input`` gave will do.

        Args:
            layer: the layer.
            rebuild: has no effect: only the new layer is built.
        """
        if isinstance(layer, SymbolicTensor):
            begins = _layer_faces.face(layer._core.layer)
            if not isinstance(begins, InputLayer):
                raise ValueError(
                    f"{self.name} got {layer!r} to add, expected a layer, or what Input gave"
                )
            layer = begins
        if isinstance(layer, type) and issubclass(layer, Layer):
            raise ValueError(
                f"{self.name} got the class {layer.__name__} to add, expected a layer: call it, "
                f"{layer.__name__}(...)"
            )
        if not isinstance(layer, Layer):
            raise ValueError(f"{self.name} got {layer!r} to add, expected a lamina.Layer")
        refuse_own_call(self.name, layer)
        if layer.built and layer._has_part(self):
            raise ValueError(f"{layer.name} cannot be added to {self.name}, which is a part of it")
        if layer._given_input_shape is not None and not self._sublayers:
            batch, *shape = layer._given_input_shape
            self.add(InputLayer(tuple(shape), batch_size=batch))
        # The core may build the layer at once, which looks for it here.
        self._sublayers.append(layer)
        try:
            self._core.add(layer._core)
        except BaseException:
            self._sublayers.pop()
            raise

    def pop(self, rebuild: bool = True) -> Layer:
        """Removes the last layer and returns it; ``rebuild`` has no effect."""
        self._core.pop()
        return self._sublayers.pop()

    def build(self, input_shape: Any = None) -> None:
        """Makes the weights for inputs of that shape, the batch axis None; without one, the model
        must begin with ``Input``.
        """
        super().build(input_shape)

    def _ensure_built(self, input_shape: Any) -> None:
        if input_shape:
            super()._ensure_built(input_shape)
        elif not self.built:
            raise ValueError(
                f"{self.name} cannot be built without an input shape: give one, "
                "build((None, features)), or Input as the first layer"
            )

    @property
    def layers(self) -> list[Layer]:
        """The layers, without ``Input``."""
        return [layer for layer in self._sublayers if not isinstance(layer, InputLayer)]

    # A layer may take several arguments; such a model takes one, in whatever form.
    def __call__(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:  # type: ignore[override]
        """Runs the model on a batch, building it first if need be; on symbolic tensors, tells what
        it would give.

        Args:
            inputs: the samples.
            training: whether the call is part of training; by default as the call of the layer that
                this one is made in, else False. In a graph it is kept.
            mask: which entries of the inputs count.
        """
        if not self._sublayers:
            raise ValueError(f"{self.name} has no layers, so it cannot be called: add some before")
        if mask is not None:
            inputs = masked(inputs, mask)
        if _symbolic.is_symbolic(inputs):
            return _symbolic.bare(_symbolic.connect(self, [inputs], training))
        return _symbolic.bare(self._core.call_all([inputs], training, None, None))

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """All layers, one after the other."""
        return self(inputs, training, mask)

    def _parts(self) -> list[Layer]:
        return self._sublayers

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic input, once built, in a list."""
        return _symbolic.wrapped(_lamina.symbolic_inputs(self._core))

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic output, once built, in a list."""
        return _symbolic.wrapped(_lamina.symbolic_outputs(self._core))

    @property
    def input(self) -> SymbolicTensor:
        """The symbolic input, once built."""
        return self.inputs[0]

    @property
    def output(self) -> SymbolicTensor:
        """The symbolic output, once built."""
        return self.outputs[0]

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


_layer_faces.shows("Sequential", Sequential)
