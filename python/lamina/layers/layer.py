"""What every layer is: weights made by ``build`` from the inputs' shape, and a ``call``."""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from lamina import _lamina, _naming, _pieces, _suggestions, _symbolic, _tree
from lamina._lamina import Tensor, Variable
from lamina._symbolic import SymbolicTensor
from lamina.layers import _old_arguments
from lamina.layers._hooks import Shape, calls, parts_in
from lamina.layers._layer_files import LayerFiles, listed_shapes
from lamina.layers._layer_weights import dtype_name
from lamina.layers._signature import ConstructorSignature, of_class
from lamina.metrics import Metric


class Layer(LayerFiles):
    """Subclass it to write a layer of your own, which then works in every model.

    Override ``call(self, inputs)`` with operations of ``lamina.ops``, and ``build(self,
    input_shape)`` when it has weights. ``call`` may take further arguments, by position or by
    keyword, nested in lists and dictionaries, and give tensors in the same way; ``training`` and
    ``mask`` are filled in where it names them. Layers and variables kept in attributes, also in
    lists and dictionaries there, belong to it. To save models with it, register the class with
    ``lamina.saving.register_serializable`` and let ``get_config`` return its arguments.

    Args:
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        trainable: whether training changes its weights.
        dtype: ``"float32"`` or ``"float64"``; by default ``lamina.config.floatx()``.
        autocast: whether floating-point inputs are brought to ``dtype``: always.
        name: unique in its model; by default made from the class's name.

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

    __signature__ = ConstructorSignature()
    _core_class: Any = _lamina.PythonLayer
    _building = False
    _supports_masking: bool | None = None
    _given: dict[str, Any] | None = None  # arguments of __init__, where it defines no get_config
    _activity_regularizer: Any = None
    _input_spec: Any = None
    _given_input_shape: Shape | None = None  # with the batch axis, by an argument of older Keras

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Notes the arguments, of which ``get_config`` tells plain ones."""
        layer = super().__new__(cls)
        if cls.get_config is Layer.get_config and not cls.__module__.startswith("lamina."):
            layer.__dict__["_given"] = _arguments_of(cls, args, kwargs)
        return layer

    def __init__(
        self,
        *,
        activity_regularizer: Any = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        cls = type(self)
        shape = _old_arguments.shape_from(kwargs) if kwargs else None
        if shape is not None:
            self._given_input_shape = shape
        if kwargs:
            raise ValueError(
                f"Unrecognized keyword arguments passed to {cls.__name__}: {', '.join(kwargs)}; a "
                "Layer takes activity_regularizer, trainable, dtype, autocast and name"
            )
        if not autocast:
            raise NotImplementedError(
                f"{cls.__name__} got autocast=False, but every layer brings its inputs to its "
                "dtype: give it the dtype of its inputs"
            )
        self._core = self._core_class(
            self,
            _naming.registered_name(cls),
            name or "",
            cls._tells_output_shape(),
        )
        if name is None:
            self._core.name = _naming.snake_case(self._core.type)
        self._core.apply_base_config({"trainable": trainable, "dtype": dtype_name(dtype)})
        if activity_regularizer is not None:
            self.activity_regularizer = activity_regularizer

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            built_once = _built_once(cls.__dict__["build"])
            cls.build = built_once  # type: ignore[method-assign]

    @classmethod
    def _tells_output_shape(cls) -> bool:
        """Whether its class defines ``compute_output_shape``."""
        return cls.compute_output_shape is not Layer.compute_output_shape

    @classmethod
    def _tells_masks(cls) -> bool:
        """Whether its class defines ``compute_mask``."""
        return cls.compute_mask is not Layer.compute_mask

    def __getattr__(self, attribute: str) -> Any:
        if attribute in ("_core", "_own"):
            raise RuntimeError(
                f"{type(self).__name__} has no core: let its __init__ call super().__init__() first"
            )
        named = getattr(type(self), attribute, None)
        if isinstance(named, property) and named.fget is not None:
            return named.fget(self)  # which says why there is none
        advice = (
            _suggestions.LAYER_ATTRIBUTES.get(attribute, "")
            if not attribute.startswith("__")
            else ""
        )
        raise AttributeError(f"{type(self).__name__!r} has no attribute {attribute!r}{advice}")

    def __call__(self, *args: Any, training: bool | None = None, **kwargs: Any) -> Any:
        """Runs the layer on a batch, building it first if need be; on symbolic tensors, tells what
        it would give.

        Args:
            args: what ``call`` takes.
            training: whether the call is part of training; by default as the call of the layer that
                this one is made in, else False. In a graph it is kept.
            kwargs: what ``call`` takes by keyword; ``mask`` says which entries of the first
                argument count.
        """
        signature = of_class(type(self))
        mask = None if signature.takes_mask else kwargs.pop("mask", None)
        if not args and kwargs:
            args, kwargs = signature.first_by_name(kwargs)
        keywords = None
        if isinstance(mask, SymbolicTensor):
            keywords = {"mask": [mask]}
        elif mask is not None:
            args = (masked(args[0], mask), *args[1:])
        leaves, form = signature.flattened(args, kwargs, type(self).__name__)
        if any(isinstance(leaf, SymbolicTensor) for leaf in leaves):
            text = None if form is None else _tree.to_text(form)
            values = None if text is None else {"form": text}
            return self._formed(_symbolic.connect(self, leaves, training, keywords, values))
        calls.forms.append((self, form))
        try:
            outputs = self._core.call_all(leaves, training, None, None)
        finally:
            calls.forms.pop()
        return self._formed(outputs)

    def _formed(self, outputs: list[Any]) -> Any:
        """Outputs in the form in which ``call`` gave them last."""
        if self._output_form is None:
            return _symbolic.bare(outputs)
        return _tree.fill(self._output_form, outputs)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"

    # What a subclass overrides.

    def build(self, input_shape: Shape) -> None:
        """Makes the weights for inputs of that shape, or list of shapes; the batch axis is None."""
        if not self._building:
            self._ensure_built(input_shape)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The layer's function."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, inputs)")

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Which entries of the outputs count, from the inputs and their mask: by default that."""
        return previous_mask

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape for inputs of a shape, or list of shapes; by default found by a call
        on zeros.
        """
        return _symbolic.bare(self._core.output_shapes(listed_shapes(input_shape)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer.

        By default those that ``__init__`` got, if they are numbers, strings, and lists or
        dictionaries of them.
        """
        config = self._own_core.base_config()
        if type(self).get_config is Layer.get_config:
            own = {key: value for key, value in (self._given or {}).items() if key not in config}
            own.pop("activity_regularizer", None)
            unknown = [key for key, value in own.items() if not _is_plain(value)]
            if unknown:
                raise NotImplementedError(
                    f"{type(self).__name__} takes {', '.join(unknown)}: define get_config() to "
                    "return its arguments with super().get_config(), so that files can hold it"
                )
            config.update(own)
        if self._activity_regularizer is not None:
            form = _pieces.kinds["regularizer"].form(self._activity_regularizer)
            config["activity_regularizer"] = form
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Layer":
        """The layer with those arguments."""
        known = inspect.signature(cls.__init__).parameters
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in known.values()):
            return cls(**config)
        # What every layer has, though this class's __init__ does not take it.
        base = {"name", "trainable", "dtype"} & config.keys() - known.keys()
        layer = cls(**{key: value for key, value in config.items() if key not in base})
        if base:
            layer._core.apply_base_config({key: config[key] for key in base})
        return layer

    # What every layer offers.

    @property
    def activity_regularizer(self) -> Any:
        """What the outputs add to the loss, over the number of samples."""
        return self._activity_regularizer

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer: Any) -> None:
        kind = _pieces.kinds["regularizer"]
        self._activity_regularizer = None if regularizer is None else kind.read(regularizer)

    @property
    def input_spec(self) -> Any:
        """What inputs must be like, an object with ``ndim``, ``shape``, ``min_ndim``, ``max_ndim``
        or ``axes``, or a list of them; None for anything.
        """
        return self._input_spec

    @input_spec.setter
    def input_spec(self, spec: Any) -> None:
        self._input_spec = spec

    @property
    def supports_masking(self) -> bool:
        """Whether it works with masked inputs; by default where it defines ``compute_mask``."""
        if self._supports_masking is not None:
            return self._supports_masking
        return self._tells_masks()

    @supports_masking.setter
    def supports_masking(self, supports: bool) -> None:
        self._supports_masking = bool(supports)

    @property
    def metrics(self) -> list[Any]:
        """The metrics that its attributes, and those of its layers, hold."""
        own = [part for _, part in parts_in(vars(self), Metric)]
        for layer in self._parts():
            own += [metric for metric in layer.metrics if metric not in own]
        return own

    @property
    def metrics_variables(self) -> list[Variable]:
        """The variables of its metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    @property
    def input(self) -> Any:
        """The symbolic tensor, or list of them, that it was called on, if it was called once."""
        return _symbolic.bare(_symbolic.wrapped(_lamina.inputs_of(self._core)))

    @property
    def output(self) -> Any:
        """The symbolic tensor, or list of them, that it gave, if it was called once."""
        return self._formed(_symbolic.wrapped(_lamina.outputs_of(self._core)))

    # Other ways to call it.

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """What it would give for symbolic tensors."""
        return self(*args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """What it would give for symbolic tensors."""
        return self(*args, **kwargs)

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """A call with other values of the weights, which stay as they are.

        Args:
            trainable_variables: values of ``trainable_variables``.
            non_trainable_variables: values of ``non_trainable_variables``.
            args: what ``call`` takes.
            return_losses: whether to return ``losses`` too.
            kwargs: what ``call`` takes.

        Returns:
            The outputs, the values of the non-trainable variables after, and perhaps the losses.

        >>> layer = Dense(1, use_bias=False)
        >>> layer.build((None, 2))
        >>> layer.stateless_call([[[2.0], [3.0]]], [], [[1.0, 1.0]])[0].numpy()
        array([[5.]], dtype=float32)
        """
        if not self.built:
            raise ValueError(f"{self.name} is not built: call it, or build it, before")
        variables = [*self.trainable_variables, *self.non_trainable_variables]
        values = [*trainable_variables, *non_trainable_variables]
        if len(trainable_variables) != len(self.trainable_variables) or len(values) != len(
            variables
        ):
            raise ValueError(
                f"stateless_call of {self.name} got {len(trainable_variables)} trainable and "
                f"{len(non_trainable_variables)} other values, expected "
                f"{len(self.trainable_variables)} and {len(self.non_trainable_variables)}"
            )
        before = [variable.numpy() for variable in variables]
        try:
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value.value if isinstance(value, Variable) else value)
            outputs = self(*args, **kwargs)
            losses = self.losses if return_losses else []
            after = [_lamina.Tensor(variable.numpy()) for variable in self.non_trainable_variables]
        finally:
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)
        return (outputs, after, losses) if return_losses else (outputs, after)

    def rematerialized_call(self, layer_call: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuses: activations are kept from the forward to the backward pass."""
        raise _refused(self, "rematerialized_call", "activations are kept for the backward pass")

    def quantize(self, mode: Any = None, type_check: bool = True, config: Any = None) -> None:
        """Refuses: layers compute in float32 or float64."""
        raise _refused(self, "quantize", "layers compute in float32 or float64")

    def quantized_build(self, input_shape: Any, mode: Any) -> None:
        """Refuses: layers compute in float32 or float64."""
        raise _refused(self, "quantized_build", "layers compute in float32 or float64")

    def quantized_call(self, *args: Any, **kwargs: Any) -> Any:
        """Refuses: layers compute in float32 or float64."""
        raise _refused(self, "quantized_call", "layers compute in float32 or float64")


def _arguments_of(
    cls: type[Layer], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Arguments of ``__init__`` by their names; nothing where they do not fit, which it refuses."""
    signature = inspect.signature(cls.__init__)
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError:
        return {}
    bound.apply_defaults()
    named = dict(list(bound.arguments.items())[1:])
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            named.update(named.pop(name, {}))
        elif parameter.kind is parameter.VAR_POSITIONAL and not named.get(name):
            named.pop(name, None)
    return named


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(item) for item in value.values())
    return value is None or isinstance(value, (bool, int, float, str))


def _refused(layer: Layer, what: str, why: str) -> NotImplementedError:
    return NotImplementedError(f"{layer.name} has no {what}: {why}")


def masked(value: Any, mask: Any) -> Any:
    """A tensor, or each of a list, with a mask."""
    if isinstance(value, (list, tuple)) and isinstance(mask, (list, tuple)):
        return [masked(item, own) for item, own in zip(value, mask, strict=True)]
    if mask is None:
        return value
    if isinstance(value, SymbolicTensor):
        raise TypeError(
            "a mask beside symbolic tensors is for layers whose call takes it; begin the graph "
            "with a layer that makes masks"
        )
    tensor = value if isinstance(value, Tensor) else _lamina.Tensor(value)
    return tensor.with_mask(_lamina.Tensor(mask).astype("bool"))


def _built_once(build: Callable[..., None]) -> Callable[..., None]:
    """Lets ``layer.build(shape)`` go through the core, which calls ``build`` itself."""

    @functools.wraps(build)
    def wrapped(self: Layer, *shapes: Any, **named: Any) -> None:
        if self._building:
            build(self, *shapes, **named)
        else:
            self._ensure_built([*shapes, *named.values()] if len(shapes) != 1 else shapes[0])

    return wrapped
