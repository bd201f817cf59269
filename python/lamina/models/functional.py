"""Models made of symbolic tensors."""

from typing import Any

from lamina import _lamina, _layer_faces, _symbolic, _tree, saving
from lamina._symbolic import SymbolicTensor
from lamina.layers._hooks import Shape
from lamina.layers.layer import Layer, masked
from lamina.models.model import Model


class Functional(Model):
    """A model from symbolic inputs to symbolic outputs; ``Model(inputs, outputs)`` makes one.

    Layers may branch, merge, be used several times with the same weights, and be models
    themselves. Models made of the same symbolic tensors share their layers.

    Args:
        inputs: what ``Input`` gave, or a list or dictionary of such; or tensors within another
            graph, at which the model then begins.
        outputs: a symbolic tensor, or a list or dictionary of them. ``predict`` gives arrays in
            the same form, and losses and metrics are given so.
        name: its name.
        trainable: whether training changes the weights.

    Raises:
        ValueError: outputs need an input that is missing, or two layers were given one name.

    >>> a, b = Input((2,), name="a"), Input((3,), name="b")
    >>> h = layers.concatenate([a, Dense(4, activation="relu")(b)])
    >>> model = Model([a, b], {"score": Dense(1)(h), "kind": Dense(3, activation="softmax")(h)})
    >>> result = model.predict({"a": [[1.0, 2.0]], "b": [[1.0, 2.0, 3.0]]}, verbose=0)
    >>> {name: array.shape for name, array in result.items()}
    {'score': (1, 1), 'kind': (1, 3)}
    """

    _core: _lamina.Functional

    def __init__(
        self, inputs: Any, outputs: Any, name: str | None = None, trainable: bool = True
    ) -> None:
        self._init_graph(inputs, outputs, name, trainable)

    # Not by the class: a user's class with a graph has its own __init__.
    def _init_graph(
        self, inputs: Any, outputs: Any, name: str | None = None, trainable: bool = True
    ) -> None:
        taken, given = _flat("inputs", inputs), _flat("outputs", outputs)
        self._start()
        self._core = _lamina.Functional(
            [tensor._core for tensor in taken[1]],
            [tensor._core for tensor in given[1]],
            name or "",
            taken[0],
            given[0],
        )
        self._take_layers()
        if not trainable:
            self.trainable = False

    @classmethod
    def _adopt(cls, core: Any) -> "Functional":
        """The Python face of a model that the core made."""
        model: Functional = cls.__new__(cls)
        model._core = core
        model._start()
        model._take_layers()
        model._take_training(core)
        return model

    def _take_layers(self) -> None:
        _layer_faces.remember(self)
        self._sublayers = [_layer_faces.face(layer) for layer in self._core.layers]
        form = self._core.input_arrangement[2]
        self._input_form = _tree.from_text(form) if form else None
        form = self._core.output_arrangement[2]
        self._nested_outputs = _tree.from_text(form) if form else None

    # A layer may take several arguments; such a model takes one, in whatever form.
    def __call__(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:  # type: ignore[override]
        """Runs the model on a batch, or connects it to symbolic tensors.

        Args:
            inputs: the samples, in the form of the model's inputs.
            training: whether the call is part of training; by default as the call of the layer that
                this one is made in, else False. In a graph it is kept.
            mask: which entries of the inputs count, in their form.
        """
        given = self._listed(inputs)
        if mask is not None:
            given = [masked(one, own) for one, own in zip(given, self._listed(mask), strict=True)]
        if _symbolic.is_symbolic(given):
            return self._arranged(_symbolic.connect(self, given, training))
        return self._arranged(self._core.call_all(given, training, None, None))

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The outputs for inputs."""
        return self(inputs, training, mask)

    def _parts(self) -> list[Layer]:
        return self._sublayers

    def _listed(self, inputs: Any) -> list[Any]:
        kind, names, _ = self._core.input_arrangement
        if self._input_form is not None:
            return _tree.pick(self._input_form, inputs, f"inputs of {self.name}")
        if isinstance(inputs, dict):
            if set(inputs) != set(names):
                raise ValueError(
                    f"{self.name} got inputs {sorted(map(str, inputs))}, expected {sorted(names)}"
                )
            return [inputs[name] for name in names]
        several = kind != "single" and isinstance(inputs, (list, tuple))
        return list(inputs) if several else [inputs]

    def _arranged(self, outputs: list[Any]) -> Any:
        if self._nested_outputs is not None:
            return _tree.fill(self._nested_outputs, outputs)
        kind, names, _ = self._core.output_arrangement
        if kind == "dict":
            return dict(zip(names, outputs, strict=True))
        return outputs if kind == "list" else outputs[0]

    _formed = _arranged

    def _sample_leaves(self, x: Any) -> list[Any]:
        return self._listed(x)

    def _sample_form(self, leaves: list[Any]) -> Any:
        kind, names, _ = self._core.input_arrangement
        if self._input_form is not None:
            return _tree.fill(self._input_form, leaves)
        if kind == "dict":
            return dict(zip(names, leaves, strict=True))
        return leaves[0] if len(leaves) == 1 else leaves

    def _output_leaves(self, y_pred: Any) -> list[Any]:
        _, names, _ = self._core.output_arrangement
        if isinstance(y_pred, dict) and self._nested_outputs is None:
            return [y_pred[name] for name in names]
        return super()._output_leaves(y_pred)

    def _samples(self, x: Any) -> Any:
        if self._input_form is None or x is None:
            return x
        return _tree.pick(self._input_form, x, f"x of {self.name}")

    def _targets(self, y: Any) -> Any:
        if self._nested_outputs is None or y is None:
            return y
        return _tree.pick(self._nested_outputs, y, f"y of {self.name}")

    def _predictions(self, outputs: Any) -> Any:
        if self._nested_outputs is None or "predict_step" in self._set_steps:
            return super()._predictions(outputs)
        return self._arranged(outputs)

    @property
    def layers(self) -> list[Layer]:
        """The layers, from the inputs on."""
        return list(self._sublayers)

    @property
    def input_names(self) -> list[str]:
        """What the inputs are called in dictionaries."""
        return self._core.input_arrangement[1]

    @property
    def output_names(self) -> list[str]:
        """What the outputs are called in dictionaries and logs."""
        return self._core.output_arrangement[1]

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The symbolic inputs."""
        return _symbolic.wrapped(_lamina.symbolic_inputs(self._core))

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The symbolic outputs."""
        return _symbolic.wrapped(_lamina.symbolic_outputs(self._core))

    @property
    def input(self) -> Any:
        """The symbolic input, or a list or dictionary of them, as the model takes them."""
        kind, names, _ = self._core.input_arrangement
        tensors = self.inputs
        if kind == "dict":
            return dict(zip(names, tensors, strict=True))
        return tensors if kind == "list" else tensors[0]

    @property
    def output(self) -> Any:
        """The symbolic output, or a list or dictionary of them, as the model gives them."""
        return self._arranged(self.outputs)

    @property
    def input_shape(self) -> Any:
        """The inputs' shape, or a list of them; the batch axis is None."""
        return _symbolic.bare([tensor.shape for tensor in self.inputs])

    @property
    def output_shape(self) -> Any:
        """The outputs' shape, or a list of them; the batch axis is None."""
        return _symbolic.bare([tensor.shape for tensor in self.outputs])

    def compute_output_shape(self, input_shape: Any) -> Shape | list[Shape]:
        """The outputs' shape, or a list of them, for inputs of a shape, or of a list of them."""
        several = len(self.input_names) > 1
        shapes = [tuple(s) for s in input_shape] if several else [tuple(input_shape)]
        return _symbolic.bare(self._core.output_shapes(shapes))

    def get_config(self) -> dict[str, Any]:
        """The architecture, from which ``from_config`` makes an equal model with new weights."""
        return self._core.config()

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Functional":
        """The model of that architecture."""
        with saving.loading(custom_objects):
            return cls._adopt(_lamina.make_layer("Functional", config))


def _flat(what: str, given: Any) -> tuple[tuple[str, list[str], str], list[SymbolicTensor]]:
    """The form of inputs or outputs, as the core keeps it, and the tensors."""
    tensors, form = _tree.flatten(given, _symbolic.is_symbolic_leaf)
    if not tensors and isinstance(form, (list, tuple, dict)) and not form:
        raise ValueError(f"Model needs at least one of its {what}")
    if not tensors or _tree.other_leaf(form) is not _tree.NOTHING:
        wrong = given if not tensors else _tree.other_leaf(form)
        raise TypeError(
            f"Model got {wrong!r} among its {what}, expected symbolic tensors: begin with "
            "Input(shape), and call layers on it"
        )
    flat = all(isinstance(item, _tree.Slot) for item in _tree.items_of(form))
    if isinstance(form, _tree.Slot):
        return ("single", [], ""), tensors
    if isinstance(form, dict) and flat:
        return ("dict", [str(name) for name in form], ""), tensors
    return ("list", [], "" if flat else _tree.to_text(form)), tensors


_layer_faces.shows("Functional", Functional)
