"""What every model is: a layer that can be trained, evaluated, saved and loaded."""

import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from lamina import _html, _lamina, _layer_faces, _symbolic, losses, optimizers, saving
from lamina import metrics as _metrics
from lamina.callbacks import History
from lamina.layers._hooks import Shape
from lamina.layers.layer import Layer
from lamina.models.steps import tracker_of
from lamina.models.training import Training


class Model(Training):
    """A model of symbolic tensors, ``Model(inputs, outputs)``, or a class of your own.

    ``Model(inputs, outputs, name=None)`` gives a ``Functional`` model, which see. In a class of
    your own keep layers in attributes, and say in ``call`` what they compute.

    The loops of ``fit``, ``evaluate`` and ``predict`` run in the core. NumPy arrays are read in
    place, so do not change them meanwhile. Ctrl-C stops a run between two batches and leaves the
    model as it then is. To save it, register the class with
    ``lamina.saving.register_serializable`` and let ``get_config`` return its
    arguments.

    Args:
        name: its name.
        trainable: whether training changes the weights.
        dtype: ``"float32"`` or ``"float64"``; by default ``lamina.config.floatx()``.
        device: where it keeps its weights and computes; by default ``lamina.get_device()``.

    >>> class Residual(Model):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden = Dense(4, activation="tanh")
    ...         self.out = Dense(1)
    ...
    ...     def call(self, inputs):
    ...         return self.out(inputs + self.hidden(inputs))
    >>> model = Residual()
    >>> model.compile("sgd", "mse")
    >>> history = model.fit([[0.0, 1.0, 2.0, 3.0]], [[1.0]], epochs=2, verbose=0)
    >>> model.count_params()
    25
    """

    _core: _lamina.Model
    _core_class = _lamina.PythonModel

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A ``Functional`` model where inputs and outputs are given."""
        if cls is Model and (args or "inputs" in kwargs or "outputs" in kwargs):
            return super().__new__(_graph_class())
        return super().__new__(cls, *args, **kwargs)

    def __init__(
        self,
        *graph: Any,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
        device: str | None = None,
        **named_graph: Any,
    ) -> None:
        if graph or named_graph:
            self.__class__ = _graph_variant(type(self))
            self._init_graph(*graph, name=name, trainable=trainable, **named_graph)
            return
        self._start()
        super().__init__(name=name, trainable=trainable, dtype=dtype)
        if device is not None:
            self._core.device = device

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "Model":
        """The model of that architecture: what ``get_config`` gave, of a graph of layers too."""
        if cls is Model and "outputs" in config:
            return _graph_class().from_config(config, custom_objects)
        with saving.loading(custom_objects):
            return cast(Model, super().from_config(config))

    def _start(self) -> None:
        # The Python objects which the core calls; it does not own them.
        self._optimizer: Any = None
        self._loss: Any = None
        self._metrics: list[Any] = []
        self._loss_tracker: Any = None
        self._compile_arguments: dict[str, Any] | None = None
        self._is_eager: bool = False
        self._jit: bool | str = "auto"
        self.history: History | None = None
        self._data_form: Any = None  # of the samples of a run
        self._ran = False

    def _take_training(self, core: Any) -> None:
        """The Python faces of what a model that the core made was compiled with."""
        if core.compiled:
            self._optimizer = optimizers.wrap(core.optimizer)
            by_output = core.output_losses
            self._loss = (
                {name: losses.wrap(loss) for name, loss in by_output}
                if by_output
                else losses.wrap(core.loss)
            )
            self._metrics = [_metrics.wrap(metric) for metric in core.metrics]
            self._loss_tracker = tracker_of(core)

    # Its layers.

    @property
    def layers(self) -> list[Layer]:
        """The layers that its attributes hold."""
        return list(self._parts())

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of that name, or at that place among ``layers``."""
        if (name is None) == (index is None):
            raise ValueError("get_layer needs a name or an index")
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(
                    f"{self.name} has {len(self.layers)} layers, none at index {index}"
                )
            return self.layers[index]
        # A layer that another model named may be called otherwise here.
        layers = {self._core.name_of(layer._core): layer for layer in self.layers}
        if name not in layers:
            raise ValueError(
                f"{self.name} has no layer {name!r}; its layers are {', '.join(layers)}"
            )
        return layers[name]

    @property
    def input_shape(self) -> Shape | list[Shape]:
        """The inputs' shape, or a list of them, once built; the batch axis is None."""
        self._require_built("input_shape")
        return _symbolic.bare(self._core.build_shapes)

    @property
    def output_shape(self) -> Shape | list[Shape]:
        """The outputs' shape, or a list of them, once built; the batch axis is None."""
        self._require_built("output_shape")
        return _symbolic.bare(self._core.output_shapes(self._core.build_shapes))

    def _require_built(self, what: str) -> None:
        if not self.built:
            raise _NotBuiltError(
                f"{self.name} has no {what} yet: begin it with Input, or call it on data"
            )

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
    ) -> None:
        """Prints the layers, their output shapes and how many parameters they have.

        Args:
            line_length: characters a line; by default as many as the table needs.
            positions: where the columns end, as shares of the line or as characters.
            print_fn: what prints the text; by default ``print``.
            expand_nested: whether to show the layers of models within it too.
            show_trainable: whether to say if training changes each layer.
            layer_range: the first and the last layer to show: their names, or regular expressions
                of which the first match counts for the first and the last for the last.
        """
        first, last = self._range_of(layer_range)
        text = self._core.summary(
            line_length or 0, positions or [], expand_nested, show_trainable, first, last
        )
        (print_fn or print)(text)

    def _repr_html_(self) -> str:
        """The summary as a table, which notebooks show."""
        if not self.layers:
            return _html.escape(repr(self))
        return _html.of_summary(self._core.summary(0, [], False, False, "", ""))

    def _range_of(self, layer_range: Sequence[str] | None) -> tuple[str, str]:
        if layer_range is None:
            return "", ""
        if isinstance(layer_range, str) or len(layer_range) != 2:
            raise ValueError(f"layer_range is {layer_range!r}, expected two names of layers")
        names = [self._core.name_of(layer._core) for layer in self.layers]
        found = []
        for pattern, order in zip(layer_range, (names, names[::-1]), strict=True):
            match = [name for name in order if name == pattern or re.fullmatch(pattern, name)]
            if not match:
                raise ValueError(
                    f"{self.name} has no layer {pattern!r}; its layers are {', '.join(names)}"
                )
            found.append(match[0])
        return found[0], found[1]


class _NotBuiltError(AttributeError, RuntimeError):
    """A model has no shapes yet: ``hasattr`` is False."""


_graph_variants: dict[type[Model], type[Model]] = {}


def _graph_variant(cls: type[Model]) -> type[Model]:
    """The class of a user's own whose models are graphs: his, with ``Functional`` below it."""
    if cls in _graph_variants:
        return _graph_variants[cls]
    if cls.call is not Model.call:
        raise TypeError(
            f"{cls.__name__} defines call(self, inputs) and gives Model.__init__ inputs and "
            "outputs; do one of the two"
        )
    parts = {"__module__": cls.__module__, "__qualname__": cls.__qualname__, "__doc__": cls.__doc__}
    variant = type(cls.__name__, (cls, _graph_class()), parts)
    _graph_variants[cls] = variant
    return variant


def _graph_class() -> type[Model]:
    """The class Functional, a subclass of Model."""
    functional: type[Model] = _layer_faces.class_of("Functional")
    return functional
