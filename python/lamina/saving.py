"""Model files, the names by which they know a user's classes, and objects as dictionaries."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from lamina import _lamina, _naming, _serialized, layers
from lamina._layer_faces import face
from lamina.layers.layer import Layer
from lamina.losses import Loss, LossFunction
from lamina.metrics import MeanMetricWrapper, Metric
from lamina.optimizers import Optimizer
from lamina.optimizers.schedules import LearningRateSchedule

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "register_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]

_T = TypeVar("_T")


class _Loading(threading.local):
    """The load this thread is in, if any."""

    made: list[Any] | None = None  # Python objects the core has yet to hand back


_loading = _Loading()


@contextmanager
def loading(custom_objects: dict[str, Any] | None = None) -> Iterator[None]:
    """Lets the core make a user's Python objects by name, and keeps them alive meanwhile."""
    outer, _loading.made = _loading.made, []
    try:
        with _naming.scope(custom_objects):
            yield
    finally:
        _loading.made = outer


# Names.


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[_T], _T]:
    """Registers a class or function, so that model files which use it load.

    Args:
        package: stands before the name in files: ``"Custom>Scale"``.
        name: by default that of the class or function.

    Raises:
        ValueError: a class has no ``get_config``.

    >>> @register_keras_serializable(package="docs")
    ... class Scale(Layer):
    ...     def call(self, inputs):
    ...         return inputs * 2
    >>> Scale()([1.0]).numpy()
    array([2.], dtype=float32)
    """

    def decorate(target: _T) -> _T:
        if isinstance(target, type) and not hasattr(target, "get_config"):
            raise ValueError(
                f"cannot register {target.__name__}, which has no get_config(): define it to "
                "return the arguments of its __init__"
            )
        if not callable(target):
            raise TypeError(f"cannot register {target!r}, expected a class or function")
        full = f"{package}>{name or getattr(target, '__name__', type(target).__name__)}"
        _naming.register(target, full)
        return target

    return decorate


# The name it had before it had Keras's.
register_serializable = register_keras_serializable


def get_custom_objects() -> dict[str, Any]:
    """What is registered: classes and functions by the names that files hold. To add to it counts.

    >>> get_custom_objects()["docs>twice"] = lambda x: x * 2
    >>> Dense(1, activation="docs>twice", kernel_initializer="ones")([[3.0]]).numpy()
    array([[6.]], dtype=float32)
    """
    return _naming.registered()


def get_registered_name(obj: Any) -> str:
    """The name under which files hold a class or function: the registered one, else its own.

    >>> get_registered_name(Dense)
    'Dense'
    """
    return _naming.registered_name(obj)


def get_registered_object(
    name: str,
    custom_objects: dict[str, Any] | None = None,
    module_objects: dict[str, Any] | None = None,
) -> Any:
    """The class or function of a name, or None.

    Args:
        name: the name.
        custom_objects: where to look after scopes and what is registered.
        module_objects: where to look last.

    >>> get_registered_object("x", {"x": 1})
    1
    """
    for known in (_naming.lookup(name), (custom_objects or {}).get(name)):
        if known is not None:
            return known
    return (module_objects or {}).get(name)


class CustomObjectScope:
    """Makes classes and functions known by name within a ``with`` block, on this thread.

    Args:
        custom_objects: classes and functions by name.

    >>> with CustomObjectScope({"double": lambda x: x * 2}):
    ...     layer = Dense(1, activation="double", kernel_initializer="ones")
    >>> layer([[3.0]]).numpy()
    array([[6.]], dtype=float32)
    """

    def __init__(self, custom_objects: dict[str, Any] | None) -> None:
        self.custom_objects = custom_objects or {}
        self._open: list[Any] = []

    def __enter__(self) -> "CustomObjectScope":
        self._open.append(_naming.scope(self.custom_objects))
        self._open[-1].__enter__()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._open.pop().__exit__(*exception)


custom_object_scope = CustomObjectScope


# Objects as dictionaries.


def serialize_keras_object(obj: Any) -> Any:
    """An object as a dictionary of its class's name and its ``get_config()``; plain values, and
    lists and dictionaries of such, stay as they are.

    Raises:
        TypeError: it has no ``get_config``.
        ValueError: it is a lambda, which has no name.

    >>> form = serialize_keras_object(lamina.regularizers.L2(0.5))
    >>> form["class_name"], form["config"]
    ('L2', {'l2': 0.5})
    """
    return _serialized.serialize(obj)


def deserialize_keras_object(
    config: Any,
    custom_objects: dict[str, Any] | None = None,
    safe_mode: bool = True,
    **kwargs: Any,
) -> Any:
    """The object that ``serialize_keras_object`` gave a dictionary of.

    Args:
        config: the dictionary.
        custom_objects: your classes and functions by name, beside those that are registered.
        safe_mode: has no effect: no code is executed either way.
        kwargs: ``module_objects``, classes and functions to look among last.

    Raises:
        TypeError: a class or function is unknown.

    >>> deserialize_keras_object(serialize_keras_object(lamina.regularizers.L2(0.5)))
    L2(l2=0.5)
    """
    module_objects = kwargs.pop("module_objects", None)
    if kwargs:
        raise TypeError(f"deserialize_keras_object takes no argument {next(iter(kwargs))!r}")
    if isinstance(config, str) and module_objects and config in module_objects:
        return module_objects[config]
    with loading({**(module_objects or {}), **(custom_objects or {})}):
        return _serialized.deserialize(config, safe_mode)


# Files.


def save_model(
    model: Any,
    filepath: str | os.PathLike[str],
    overwrite: bool = True,
    zipped: bool | None = None,
) -> None:
    """Writes a model to a file: ``model.save(filepath)``.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "small.lamina")
    >>> save_model(Sequential([Input((3,)), Dense(2)]), path)
    >>> load_model(path).count_params()
    8
    """
    model.save(filepath, overwrite=overwrite, zipped=zipped)


def load_model(
    filepath: Any,
    custom_objects: dict[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model that ``save`` wrote, with its optimizer's state. Never executes code from the file.

    Args:
        filepath: a path, or the file's bytes.
        custom_objects: your classes and functions by the name the file holds, for those that
            ``register_keras_serializable`` does not know.
        compile: whether to restore optimizer, loss and metrics too; prediction needs none.
        safe_mode: has no effect: files hold no code.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is damaged, or names a class that is unknown.

    >>> model = Sequential([Input((3,)), Dense(2)])
    >>> copy = load_model(model.save_to_bytes())
    >>> bool((copy.predict([[1, 2, 3]], verbose=0) == model.predict([[1, 2, 3]], verbose=0)).all())
    True
    """
    in_memory = isinstance(filepath, (bytes, bytearray, memoryview))
    with loading(custom_objects):
        core = (
            _lamina.load_model_bytes(bytes(filepath), compile)
            if in_memory
            else _lamina.load_model_file(os.fspath(filepath), compile)
        )
        model = face(core)
        if hasattr(core, "owner"):
            model._take_training(core)
        return model


def save_weights(
    model: Any,
    filepath: str | os.PathLike[str],
    overwrite: bool = True,
    max_shard_size: float | None = None,
) -> None:
    """Writes a model's weights to a file: ``model.save_weights(filepath)``.

    >>> import tempfile
    >>> model = Sequential([Input((2,)), Dense(1)])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(model, folder + "/weights.lamina")
    ...     load_weights(model, folder + "/weights.lamina")
    """
    model.save_weights(filepath, overwrite=overwrite, max_shard_size=max_shard_size)


def load_weights(model: Any, filepath: str | os.PathLike[str], skip_mismatch: bool = False) -> None:
    """Reads a model's weights from a file: ``model.load_weights(filepath)``.

    Args:
        model: a model that is built.
        filepath: what ``save_weights`` wrote.
        skip_mismatch: whether layers whose weights do not fit keep theirs.

    >>> import tempfile
    >>> model, twin = (Sequential([Input((2,)), Dense(1)]) for _ in range(2))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(model, folder + "/weights.lamina")
    ...     load_weights(twin, folder + "/weights.lamina")
    >>> bool((twin.get_weights()[0] == model.get_weights()[0]).all())
    True
    """
    model.load_weights(filepath, skip_mismatch=skip_mismatch)


def _make_known(name: str, target: Any) -> None:
    """Tells the core that objects of that name come from Python."""
    if not isinstance(target, type):
        if not callable(target):
            raise TypeError(f"'{name}' is {target!r}, expected a class or function")
        _lamina.register_loss(name, lambda config: _make(name, LossFunction, config))
        _lamina.register_metric(
            name, lambda config: _make(name, partial(MeanMetricWrapper, **_rest(config)), config)
        )
    elif issubclass(target, Layer):
        _lamina.register_layer(name, lambda config: _make(name, None, config))
    elif issubclass(target, Loss):
        _lamina.register_loss(name, lambda config: _make(name, None, config))
    elif issubclass(target, Metric):
        _lamina.register_metric(name, lambda config: _make(name, None, config))
    elif issubclass(target, LearningRateSchedule):
        _lamina.register_schedule(name, lambda config: _make(name, None, config))
    elif issubclass(target, Optimizer):
        _lamina.register_optimizer(name, lambda config: _make(name, None, config))


def _rest(config: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a function beside its metric's name."""
    return {key: value for key, value in config.items() if key != "name"}


def _make(name: str, wrapper: Any, config: dict[str, Any]) -> Any:
    """The core of a new object of the class of that name."""
    target = _naming.lookup(name) or (getattr(layers, name) if name in _OWN else None)
    if target is None:
        raise ValueError(f"unknown class '{name}'; pass custom_objects={{'{name}': ...}}")
    if wrapper is not None:
        made = wrapper(target, name=config["name"])
    else:
        build_config = config.pop("build_config", None)
        made = _serialized.from_config(target, config)
        if build_config and not made.built:
            made.build_from_config(build_config)
    if _loading.made is not None:
        _loading.made.append(made)
    return made._core


_naming.on_new_name(_make_known)

# Layers of lamina's own that are written in Python. Most are imported when a file names them.
_OWN = {"Lambda", "lamina>Bidirectional", *layers._LATER}
for _name in _OWN:
    _lamina.register_layer(_name, partial(_make, _name, None))
