"""Layers of lamina's own."""

from typing import Any

import numpy as np

from lamina import (
    _lamina,
    _naming,
    _pieces,
    _serialized,
    _settings,
    _symbolic,
    _variables,
)
from lamina import _layer_faces as _faces
from lamina._overrides import refuse_uncalled
from lamina.layers import _derived, _old_arguments
from lamina.layers._hooks import Shape
from lamina.layers._layer_files import listed_shapes
from lamina.layers.layer import Layer, masked

# Weights that an option leaves out: then they are None.
_OPTIONAL_WEIGHTS = {"bias": "use_bias", "beta": "center", "gamma": "scale"}


# Attributes of wrappers that hold layers.
_PARTS = {"layer", "forward_layer", "backward_layer", "cell", "cells"}
_LAST = "channels_last"  # what data_format=None is in the core


class BuiltinLayer(Layer):
    """A layer of lamina's own: a handle on one that the core made.

    An object of a user's class that overrides what the core does has that layer beside its own core
    (``_derived``).
    """

    _core_type: str | None = None  # the class's own name, unless said
    _own: Any  # lamina's layer: its core, but in users' classes that Python runs
    _inner: Any = None  # there, the object of lamina's class
    _regularizes_outputs = True  # whether it has activity_regularizer for what `call` gives
    _is_for_core_alone = False  # whether no class that Python runs can derive from it
    _PARTS = _PARTS

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if cls.__module__.startswith("lamina."):
            _faces.shows(cls._core_type or cls.__name__, cls)
            if "__init__" in cls.__dict__:
                cls.__init__ = _old_arguments.accepting(cls.__init__)  # type: ignore[method-assign]
        else:
            own = cls._own_class()
            refuse_uncalled(cls, _derived.STEPS, "call")
            refuse_uncalled(cls, {"BuiltinLayer": ("add_weight",)}, "build")
            if _derived.is_derived(cls, own):
                _derived.run_by_python(cls, own)
        super().__init_subclass__(**kwargs)

    def __init__(self, type_name: str, **options: Any) -> None:
        if options["dtype"] is not None:
            options["dtype"] = np.dtype(options["dtype"]).name
        if options.get("data_format", "") is None and _settings.image_data_format != _LAST:
            options["data_format"] = _settings.image_data_format
        taken = {key: _form_of(key, value) for key, value in options.items()}
        self._take(_naming.make(_lamina.make_layer, type_name, taken))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The layer with those arguments."""
        if config.get("data_format", "") is None:  # what it was made with
            config = {**config, "data_format": _LAST}
        parts = {key: _serialized.deserialize(config[key]) for key in _PARTS & config.keys()}
        return cls(**{**config, **parts})

    @staticmethod
    def _with_base(
        options: dict[str, Any], name: str | None, trainable: bool, dtype: Any
    ) -> dict[str, Any]:
        """Options of a layer that the core makes from other layers."""
        named = None if dtype is None else np.dtype(dtype).name
        return {**options, "name": name, "trainable": trainable, "dtype": named}

    @classmethod
    def _adopt(cls, core: Any) -> "BuiltinLayer":
        """The Python face of a layer that the core made."""
        layer: BuiltinLayer = cls.__new__(cls)
        layer._take(core)
        return layer

    @classmethod
    def _own_class(cls) -> type["BuiltinLayer"]:
        """Lamina's class behind one that a user derived from it, or itself."""
        return next(
            base
            for base in cls.__mro__
            if base.__module__.startswith("lamina.") and issubclass(base, BuiltinLayer)
        )

    @classmethod
    def _tells_output_shape(cls) -> bool:
        return cls.compute_output_shape is not cls._own_class().compute_output_shape

    def _take(self, core: Any) -> None:
        self._core = self._own = core
        _faces.remember(self)
        self._show_options()

    def _show_options(self) -> None:
        """Makes the core's options readable as attributes."""
        config = self._own.config()
        apart = {"name", "trainable", "dtype"}
        if self._inner is not None and self._regularizes_outputs:
            apart.add("activity_regularizer")
        self.__dict__["_options"] = set(config) - apart
        for key in self._options:
            value = config[key]
            kind = _pieces.kind_of_option(key)
            if kind is not None:
                value = None if value is None else kind.read(value)
            else:
                value = _as_tuple(value)
            self.__dict__[key] = value

    def __setattr__(self, name: str, value: Any) -> None:
        options = self.__dict__.get("_options", ())
        if name not in options and name not in _PARTS:
            if options and any(name == weight.name for weight in self._own.weights):
                raise AttributeError(
                    f"{name} is a weight that {type(self).__name__} '{self.name}' runs with: "
                    f"change its value by layer.{name}.assign(...)"
                )
            super().__setattr__(name, value)
            return
        config = {**self._own.config(), name: _form_of(name, value)}
        if not _PARTS.isdisjoint(config) or not self._own.change_option(name, config):
            raise AttributeError(
                f"{type(self).__name__} '{self.name}' was made with its {name}, which cannot "
                "change any more: make a new layer"
            )
        if self._inner is None:
            self._take(self._core)
        else:
            self._inner._take(self._own)
            self._show_options()

    @property
    def activity_regularizer(self) -> Any:
        """What the outputs add to the loss, where it has that option."""
        return self.__dict__.get("activity_regularizer", self._activity_regularizer)

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer: Any) -> None:
        if self._inner is not None:
            kind = _pieces.kinds["regularizer"]
            self._activity_regularizer = None if regularizer is None else kind.read(regularizer)
            if regularizer is not None and "_options" in self.__dict__:
                self._own_core.set_base(self._own, False)  # Python adds it to the loss
            return
        raise AttributeError(
            f"{self.name} takes no activity_regularizer: add lamina.layers.ActivityRegularization"
        )

    def __getattr__(self, attribute: str) -> Any:
        # A weight by its name: layer.kernel.
        if attribute not in ("_core", "_own") and not attribute.startswith("__"):
            for weight in self._own.weights:
                if weight.name == attribute:
                    return _variables.one(weight)
            option = _OPTIONAL_WEIGHTS.get(attribute, "")
            if self._own.built and self.__dict__.get(option) is False:
                return None
            if attribute in vars(self._inner or self):  # what lamina's class keeps
                return getattr(self._inner, attribute)
        return super().__getattr__(attribute)

    def __call__(
        self, inputs: Any = None, *args: Any, training: bool | None = None, **kwargs: Any
    ) -> Any:
        """Runs the layer on a batch, building it first if need be; on symbolic tensors, tells what
        it would give.

        Args:
            inputs: a tensor, or a list of them where the layer takes several.
            args: ``training``, as Keras's layers take it too.
            training: whether the call is part of training; by default as the call of the layer that
                this one is made in, else False. In a graph it is kept.
            kwargs: further arguments of the layer; ``mask`` says which entries of the inputs count.
        """
        if args:
            if len(args) > 1 or not isinstance(args[0], (bool, type(None))):
                raise TypeError(
                    f"{self.name} takes one tensor, or a list of them, got {1 + len(args)} "
                    "arguments; give several tensors as a list, and others by keyword"
                )
            training = args[0] if training is None else training
        if kwargs or self._core.takes_list or _symbolic.is_symbolic(inputs):
            return self._call_general(inputs, training, kwargs)
        return self._core.call_one(inputs, training)

    def _call_general(self, inputs: Any, training: bool | None, kwargs: dict[str, Any]) -> Any:
        if self._core.takes_list and not isinstance(inputs, (list, tuple)):
            raise ValueError(
                f"{self.name} takes a list of tensors, got {type(inputs).__name__}; call it on a "
                "list: [a, b]"
            )
        given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        keywords, values = _sorted_arguments(kwargs)
        if _symbolic.is_symbolic(given):
            outputs = _symbolic.connect(self, given, training, keywords, values)
            return self._formed(outputs)
        mask = (keywords or {}).pop("mask", None)
        if not self._core.takes_list:
            given = [inputs]
        if mask is not None:
            given = [masked(one, own) for one, own in zip(given, mask, strict=True)]
        return self._formed(self._core.call_all(given, training, keywords or None, values))

    def build(self, input_shape: Shape) -> None:
        """Makes the weights for inputs of that shape, or list of shapes; the batch axis is None."""
        _derived.build(self, (input_shape,))  # of users' classes: else the core builds

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The layer's function, of the arguments of ``__call__``."""
        if self._inner is not None:
            return _derived.run(self, (inputs, *args), kwargs)
        return self(inputs, *args, **kwargs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape for inputs of a shape, or list of shapes."""
        core = self._own if self._tells_output_shape() else self._core
        return _symbolic.bare(core.output_shapes(listed_shapes(input_shape)))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Which entries of the outputs count, from the inputs and their masks."""
        given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        masks = previous_mask if isinstance(previous_mask, (list, tuple)) else [previous_mask]
        if previous_mask is None:
            masks = [None for _ in given]
        given = [_lamina.Tensor(one) if isinstance(one, np.ndarray) else one for one in given]
        tensors = [masked(one, own) for one, own in zip(given, masks, strict=True)]
        return _symbolic.bare(self._own.compute_mask(tensors) or [None])

    @property
    def supports_masking(self) -> bool:
        """Whether it works with masked inputs."""
        if self._inner is None:
            return bool(self._own.supports_masking)
        if self._supports_masking is not None:
            return self._supports_masking
        overrides = type(self).compute_mask is not self._own_class().compute_mask
        return overrides or bool(self._own.supports_masking)

    @supports_masking.setter
    def supports_masking(self, supports: bool) -> None:
        if self._inner is None:
            raise AttributeError(f"{self.name} is a layer of lamina, which knows whether it does")
        self._supports_masking = bool(supports)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        config = self._own.config()
        if self._inner is not None:
            config.update(self._own_core.base_config())
            if "activity_regularizer" in config and self._regularizes_outputs:
                kind = _pieces.kinds["regularizer"]
                penalty = self._activity_regularizer
                config["activity_regularizer"] = None if penalty is None else kind.form(penalty)
        return {key: _as_tuple(value) for key, value in config.items()}


def _as_tuple(value: Any) -> Any:
    """Extents, which JSON holds as a list, as the tuple that they were; other lists stay."""
    if not isinstance(value, list) or any(isinstance(item, (dict, str)) for item in value):
        return value
    return tuple(_as_tuple(item) for item in value)


def _form_of(key: str, value: Any) -> Any:
    """An option as the core takes it."""
    kind = _pieces.kind_of_option(key)
    if kind is None:
        return value
    if kind.name == "initializer" and value is None:
        return "glorot_uniform"
    return kind.form(value, key)


def _sorted_arguments(
    kwargs: dict[str, Any],
) -> tuple[dict[str, list[Any]] | None, dict[str, Any] | None]:
    """Keyword arguments as tensors, and as plain values."""
    keywords: dict[str, list[Any]] = {}
    values: dict[str, Any] = {}
    for name, value in kwargs.items():
        if value is None:
            continue
        if isinstance(value, (bool, int, float, str)):
            values[name] = value
        else:
            keywords[name] = list(value) if isinstance(value, (list, tuple)) else [value]
    return keywords or None, values or None
