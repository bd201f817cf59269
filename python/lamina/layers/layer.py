"""What every layer is: weights made by ``build`` from the inputs' shape, and a ``call``."""

import functools
import inspect
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy as np

from lamina import (
    _lamina,
    _naming,
    _symbolic,
    activations,
    constraints,
    initializers,
    regularizers,
)
from lamina._configured import Configured
from lamina._lamina import Tensor, Variable

Shape = tuple[int | None, ...]

# Those that the core's own layers have, by the identity of the core's handle.
faces: weakref.WeakValueDictionary[int, "Layer"] = weakref.WeakValueDictionary()


class Layer:
    """Subclass it to write a layer of your own, which then works in every model.

    Override ``call(self, inputs)`` or ``call(self, inputs, training)`` with operations of
    ``lamina.ops``, and ``build(self, input_shape)`` when it has weights. Layers kept in attributes
    belong to it. To save models with it, register the class with
    ``lamina.saving.register_serializable`` and let ``get_config`` return its arguments.

    Args:
        name: unique in its model; by default made from the class's name.
        trainable: whether training changes its weights.
        dtype: ``"float32"`` or ``"float64"``; by default ``lamina.config.floatx()``.

    >>> class Linear(Layer):
    ...     def __init__(self, units, **kwargs):
    ...         super().__init__(**kwargs)
    ...         self.units = units
    ...
    ...     def build(self, input_shape):
    ...         self.kernel = self.add_weight(
    ...             shape=(input_shape[-1], self.units), initializer="ones", name="kernel"
    ...         )
    ...
    ...     def call(self, inputs):
    ...         return inputs @ self.kernel
    >>> Linear(2)([[1.0, 2.0, 3.0]]).numpy()
    array([[6., 6.]], dtype=float32)
    """

    _core: _lamina.Layer
    _core_class: Any = _lamina.PythonLayer
    _building = False
    _sublayers: Sequence["Layer"] = ()

    def __init__(
        self, *, name: str | None = None, trainable: bool = True, dtype: Any = None
    ) -> None:
        cls = type(self)
        self._core = self._core_class(
            self,
            _naming.registered_name(cls),
            name or "",
            "training" in inspect.signature(cls.call).parameters,
            cls.compute_output_shape is not Layer.compute_output_shape,
        )
        if name is None:
            self._core.name = _naming.snake_case(self._core.type)
        if dtype is not None:
            dtype = np.dtype(dtype).name
        self._core.apply_base_config({"trainable": trainable, "dtype": dtype})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            built_once = _built_once(cls.__dict__["build"])
            cls.build = built_once  # type: ignore[method-assign, assignment]

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "_core":
            raise RuntimeError(
                f"{type(self).__name__} has no core: let its __init__ call super().__init__() first"
            )
        raise AttributeError(f"{type(self).__name__!r} has no attribute {attribute!r}")

    def __call__(self, inputs: Any, training: bool = False) -> Any:
        """Runs the layer on a batch, building it first if need be; on symbolic tensors, tells what
        it would give.
        """
        if _symbolic.is_symbolic(inputs):
            if training:
                raise ValueError(
                    f"{self.name} got training=True for symbolic inputs, which a model does not "
                    "keep: pass training=True when the model is called on data"
                )
            given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
            return _symbolic.bare(_symbolic.connect(self, given))
        if inputs is None:
            return self._core(None, bool(training))
        several = isinstance(inputs, (list, tuple)) and all(
            isinstance(item, (Tensor, Variable)) for item in inputs
        )
        given = list(inputs) if several and inputs else [inputs]
        return _symbolic.bare(self._core.run(given, bool(training)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    # What a subclass overrides.

    def build(self, input_shape: Shape) -> None:
        """Makes the weights for inputs of that shape, or list of shapes; the batch axis is None."""
        if not self._building:
            self._ensure_built(input_shape)

    def call(self, inputs: Tensor) -> Tensor:
        """The layer's function."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, inputs)")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape for inputs of a shape, or list of shapes; by default found by a call
        on zeros.
        """
        if _is_list_of_shapes(input_shape):
            return _symbolic.bare(self._core.output_shapes([tuple(s) for s in input_shape]))
        return self._core.output_shape(tuple(input_shape))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        own = set(inspect.signature(type(self).__init__).parameters)
        own -= {"self", "args", "kwargs", "name", "trainable", "dtype"}
        if own and type(self).get_config is Layer.get_config:
            raise NotImplementedError(
                f"{type(self).__name__} takes {', '.join(sorted(own))}: define get_config() to "
                "return these with super().get_config(), so that files can hold it"
            )
        return self._own_core.base_config()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Layer":
        """The layer with those arguments."""
        return cls(**config)

    @property
    def _own_core(self) -> _lamina.PythonLayer:
        """The core, of a layer that is written in Python; a model's offers the same."""
        return cast(_lamina.PythonLayer, self._core)

    # What a subclass calls.

    def add_weight(
        self,
        shape: Sequence[int] = (),
        initializer: Any = "glorot_uniform",
        trainable: bool = True,
        name: str | None = None,
        *,
        regularizer: Any = None,
        constraint: Any = None,
    ) -> Variable:
        """Makes a weight; to be called by ``build``."""
        if not self._building:
            raise RuntimeError(
                f"{type(self).__name__} '{self.name}': call add_weight in build(self, input_shape)"
            )
        if name is None:
            name = f"weight_{len(self._core.weights)}" if self._core.weights else "weight"
        if not isinstance(initializer, str):
            initializer = initializers.get(initializer).serialize()
        regularizer, constraint = regularizers.get(regularizer), constraints.get(constraint)
        return self._own_core.add_weight(
            name,
            tuple(shape),
            initializer,
            trainable,
            regularizer and regularizer.serialize(),
            constraint and constraint.serialize(),
        )

    def add_loss(self, loss: Any) -> None:
        """Adds a scalar to the loss of the batch that ``call`` is working on."""
        self._own_core.add_loss(loss)

    # What every layer offers.

    @property
    def name(self) -> str:
        """Its name, unique in its model."""
        return self._core.name

    @name.setter
    def name(self, name: str) -> None:
        self._core.name = name

    @property
    def trainable(self) -> bool:
        """Whether training changes its weights."""
        return self._core.trainable

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        self._core.trainable = trainable

    @property
    def dtype(self) -> str:
        """What it computes in."""
        return self._core.dtype

    @property
    def built(self) -> bool:
        """Whether its weights exist."""
        return self._core.built

    @built.setter
    def built(self, built: bool) -> None:
        # Layers written for Keras end build() with `self.built = True`; the core knows it already.
        if not built:
            raise ValueError(f"{type(self).__name__} '{self.name}' cannot be unbuilt")

    @property
    def losses(self) -> list[Tensor]:
        """What it adds to the loss: what regularizers make of its weights, and what its last call
        in training added, unless ``fit`` took it.
        """
        return self._core.losses

    @property
    def weights(self) -> list[Variable]:
        """All its weights."""
        return self._core.weights

    @property
    def trainable_weights(self) -> list[Variable]:
        """Those that training changes."""
        return self._core.trainable_weights

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """Those that training leaves alone."""
        return [weight for weight in self.weights if not weight.trainable]

    @property
    def variables(self) -> list[Variable]:
        """The same as ``weights``."""
        return self.weights

    @property
    def trainable_variables(self) -> list[Variable]:
        """The same as ``trainable_weights``."""
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The same as ``non_trainable_weights``."""
        return self.non_trainable_weights

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights' values."""
        return [weight.numpy() for weight in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets the weights' values, in the order of ``get_weights``."""
        own = self.weights
        values = [np.asarray(value) for value in weights]
        got, expected = [v.shape for v in values], [w.shape for w in own]
        if got != expected:
            raise ValueError(
                f"{type(self).__name__} '{self.name}' has weights of shapes {expected}, got {got}"
                + ("" if self.built else "; build it first")
            )
        tensors = [_lamina.Tensor(v, w.dtype) for w, v in zip(own, values, strict=True)]
        for weight, tensor in zip(own, tensors, strict=True):
            weight.assign(tensor)

    @property
    def input(self) -> Any:
        """The symbolic tensor, or list of them, that it was called on, if it was called once."""
        return _symbolic.bare(_symbolic.wrapped(_lamina.inputs_of(self._core)))

    @property
    def output(self) -> Any:
        """The symbolic tensor, or list of them, that it gave, if it was called once."""
        return _symbolic.bare(_symbolic.wrapped(_lamina.outputs_of(self._core)))

    def count_params(self) -> int:
        """Number of values in all weights."""
        return self._core.count_params()

    def _ensure_built(self, input_shape: Any) -> None:
        if _is_list_of_shapes(input_shape):
            self._core.ensure_built_all([tuple(shape) for shape in input_shape])
        else:
            self._core.ensure_built(input_shape)

    # What the core calls.

    def _build_hook(self, input_shape: Shape) -> list[tuple[str, Any]]:
        """Builds, and tells which layers it holds by which attributes."""
        self._building = True
        try:
            self.build(input_shape)
        finally:
            self._building = False
        found: dict[int, tuple[str, Layer]] = {}
        for attribute, layer in _layers_in(vars(self)):
            if not _leads_to(layer, self, set()):
                found.setdefault(id(layer), (attribute, layer))
        self._sublayers = tuple(layer for _, layer in found.values())
        return [(attribute, layer._core) for attribute, layer in found.values()]

    def _has_part(self, wanted: "Layer") -> bool:
        """Whether ``wanted`` is this layer or one that it is made of."""
        return wanted is self or any(part._has_part(wanted) for part in self._sublayers)


class BuiltinLayer(Layer):
    """A layer of lamina's own: a handle on one that the core made."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        changed = {"call", "build"} & set(cls.__dict__)
        if changed and not cls.__module__.startswith("lamina."):
            raise TypeError(
                f"{cls.__name__} overrides {' and '.join(sorted(changed))} of a layer of lamina: "
                "subclass lamina.Layer, and keep the other in an attribute"
            )
        super().__init_subclass__(**kwargs)

    def __init__(self, type_name: str, **options: Any) -> None:
        if options["dtype"] is not None:
            options["dtype"] = np.dtype(options["dtype"]).name
        for key, value in options.items():
            # A class stands for an object with its defaults.
            if isinstance(value, type) and issubclass(value, Configured):
                options[key] = value()
        if callable(options.get("activation")):
            options["activation"] = activations.serialize(options["activation"])
        self._core = _naming.make(_lamina.make_layer, type_name, options)
        faces[id(self._core)] = self
        self._show_options()

    @classmethod
    def _adopt(cls, core: Any) -> "BuiltinLayer":
        """The Python face of a layer that the core made."""
        layer = cls.__new__(cls)
        layer._core = core
        faces[id(core)] = layer
        layer._show_options()
        return layer

    def _show_options(self) -> None:
        """Makes the core's options readable as attributes."""
        for key, value in self._core.config().items():
            if key in ("name", "trainable", "dtype"):
                continue
            if key.endswith("initializer"):
                value = initializers.get(value)
            elif key.endswith("regularizer"):
                value = regularizers.get(value)
            elif key.endswith("constraint"):
                value = constraints.get(value)
            elif key == "activation":
                value = activations.get(value)
            elif isinstance(value, list):
                value = tuple(value)
            self.__dict__[key] = value

    def __getattr__(self, attribute: str) -> Any:
        # A weight by its name: layer.kernel.
        if attribute != "_core" and not attribute.startswith("__"):
            for weight in self._core.weights:
                if weight.name == attribute:
                    return weight
        return super().__getattr__(attribute)

    def __call__(self, inputs: Any, training: bool = False) -> Any:
        """Runs the layer on a batch, building it first if need be; on symbolic tensors, tells what
        it would give.
        """
        if _symbolic.is_symbolic(inputs):
            return super().__call__(inputs, training)
        if self._core.takes_list and isinstance(inputs, (list, tuple)):
            return _symbolic.bare(self._core.run(list(inputs), bool(training)))
        return self._core(inputs, bool(training))

    def call(self, inputs: Any, training: bool = False) -> Tensor:
        """The layer's function."""
        outputs: Tensor = self(inputs, training)
        return outputs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        return self._core.config()


def _is_list_of_shapes(shape: Any) -> bool:
    return (
        isinstance(shape, (list, tuple))
        and bool(shape)
        and all(isinstance(item, (list, tuple)) for item in shape)
    )


def _built_once(build: Callable[[Layer, Shape], None]) -> Callable[[Layer, Shape], None]:
    """Lets ``layer.build(shape)`` go through the core, which calls ``build`` itself."""

    @functools.wraps(build)
    def wrapped(self: Layer, input_shape: Shape) -> None:
        if self._building:
            build(self, input_shape)
        else:
            self._ensure_built(input_shape)

    return wrapped


def _layers_in(attributes: dict[str, Any]) -> Iterator[tuple[str, Layer]]:
    """The layers in attributes, and in lists, tuples and dictionaries among them."""
    for attribute, value in attributes.items():
        if isinstance(value, Layer):
            yield attribute, value
        elif isinstance(value, (list, tuple)):
            yield from _layers_in({f"{attribute}_{i}": item for i, item in enumerate(value)})
        elif isinstance(value, dict):
            yield from _layers_in({f"{attribute}_{key}": item for key, item in value.items()})


def _leads_to(layer: Layer, wanted: Layer, seen: set[int]) -> bool:
    """Whether attributes lead from ``layer`` to ``wanted``: it is then a link back, not a part."""
    if layer is wanted:
        return True
    if id(layer) in seen:
        return False
    seen.add(id(layer))
    return any(_leads_to(inner, wanted, seen) for _, inner in _layers_in(vars(layer)))
