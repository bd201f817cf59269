"""Layers of lamina's own."""

from typing import Any

import numpy as np

from lamina import _lamina, _naming, _pieces, _serialized, _settings, _symbolic, _variables
from lamina import _layer_faces as _faces
from lamina._lamina import Tensor
from lamina.layers import _old_arguments
from lamina.layers.layer import Layer, masked

# What the core does itself, so that an override would not be called.
_RUN_BY_CORE = {"call", "build", "save_own_variables", "load_own_variables", "get_build_config"}
# Weights that an option leaves out: then they are None.
_OPTIONAL_WEIGHTS = {"bias": "use_bias", "beta": "center", "gamma": "scale"}


# Attributes of wrappers that hold layers.
_PARTS = {"layer", "forward_layer", "backward_layer", "cell", "cells"}
_LAST = "channels_last"  # what data_format=None is in the core


class BuiltinLayer(Layer):
    """A layer of lamina's own: a handle on one that the core made."""

    _core_type: str | None = None  # the class's own name, unless said

    def __init_subclass__(cls, **kwargs: Any) -> None:
        changed = _RUN_BY_CORE & set(cls.__dict__)
        own = cls.__module__.startswith("lamina.")
        if changed and not own:
            raise TypeError(
                f"{cls.__name__} overrides {' and '.join(sorted(changed))} of a layer of lamina: "
                "subclass lamina.Layer, and keep the other in an attribute"
            )
        if own:
            _faces.shows(cls._core_type or cls.__name__, cls)
            if "__init__" in cls.__dict__:
                cls.__init__ = _old_arguments.accepting(cls.__init__)  # type: ignore[method-assign]
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

    def _take(self, core: Any) -> None:
        self._core = core
        _faces.remember(self)
        self._show_options()

    def _show_options(self) -> None:
        """Makes the core's options readable as attributes."""
        config = self._core.config()
        self.__dict__["_options"] = set(config) - {"name", "trainable", "dtype"}
        for key in self._options:
            value = config[key]
            kind = _pieces.kind_of_option(key)
            if kind is not None:
                value = None if value is None else kind.read(value)
            else:
                value = _as_tuple(value)
            self.__dict__[key] = value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.__dict__.get("_options", ()) and name not in _PARTS:
            super().__setattr__(name, value)
            return
        config = {**self._core.config(), name: _form_of(name, value)}
        if not _PARTS.isdisjoint(config) or not self._core.change_option(name, config):
            raise AttributeError(
                f"{type(self).__name__} '{self.name}' was made with its {name}, which cannot "
                "change any more: make a new layer"
            )
        self._take(self._core)

    @property
    def activity_regularizer(self) -> Any:
        """What the outputs add to the loss, where it has that option."""
        return self.__dict__.get("activity_regularizer")

    @activity_regularizer.setter
    def activity_regularizer(self, regularizer: Any) -> None:
        raise AttributeError(
            f"{self.name} takes no activity_regularizer: add lamina.layers.ActivityRegularization"
        )

    def __getattr__(self, attribute: str) -> Any:
        # A weight by its name: layer.kernel.
        if attribute != "_core" and not attribute.startswith("__"):
            for weight in self._core.weights:
                if weight.name == attribute:
                    return _variables.one(weight)
            option = _OPTIONAL_WEIGHTS.get(attribute, "")
            if self._core.built and self.__dict__.get(option) is False:
                return None
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

    def call(self, inputs: Any, training: bool | None = None) -> Tensor:
        """The layer's function."""
        outputs: Tensor = self(inputs, training=training)
        return outputs

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Which entries of the outputs count, from the inputs and their masks."""
        given = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        masks = previous_mask if isinstance(previous_mask, (list, tuple)) else [previous_mask]
        given = [_lamina.Tensor(one) if isinstance(one, np.ndarray) else one for one in given]
        tensors = [masked(one, own) for one, own in zip(given, masks, strict=True)]
        return _symbolic.bare(self._core.compute_mask(tensors) or [None])

    @property
    def supports_masking(self) -> bool:
        """Whether it works with masked inputs."""
        return self._core.supports_masking

    @supports_masking.setter
    def supports_masking(self, supports: bool) -> None:
        raise AttributeError(f"{self.name} is a layer of lamina, which knows whether it does")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        return {key: _as_tuple(value) for key, value in self._core.config().items()}


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
