"""Model files, and the names by which they know a user's classes."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from lamina import _lamina, _naming
from lamina._layer_faces import face
from lamina.layers.layer import Layer
from lamina.losses import Loss, LossFunction
from lamina.metrics import MeanMetric, Metric
from lamina.optimizers import Optimizer
from lamina.optimizers.schedules import LearningRateSchedule

_T = TypeVar("_T")


class _Loading(threading.local):
    """The load this thread is in, if any."""

    custom_objects: dict[str, Any] | None = None
    made: list[Any] | None = None  # Python objects the core has yet to hand back


_loading = _Loading()


@contextmanager
def loading(custom_objects: dict[str, Any] | None = None) -> Iterator[None]:
    """Lets the core make a user's Python objects by name, and keeps them alive meanwhile."""
    for name, target in (custom_objects or {}).items():
        _make_known(name, target)
    outer = _loading.custom_objects, _loading.made
    _loading.custom_objects = {**(outer[0] or {}), **(custom_objects or {})}
    _loading.made = []
    try:
        yield
    finally:
        _loading.custom_objects, _loading.made = outer


def register_serializable(package: str = "Custom", name: str | None = None) -> Callable[[_T], _T]:
    """Registers a class or function, so that model files which use it load.

    Args:
        package: stands before the name in files: ``"Custom>Scale"``.
        name: by default that of the class or function.

    >>> @register_serializable(package="docs")
    ... class Scale(Layer):
    ...     def call(self, inputs):
    ...         return inputs * 2
    >>> Scale()([1.0]).numpy()
    array([2.], dtype=float32)
    """

    def decorate(target: _T) -> _T:
        full = f"{package}>{name or target.__name__}"  # type: ignore[attr-defined]
        _make_known(full, target)
        _naming.register(target, full)
        return target

    return decorate


def load_model(
    source: Any, custom_objects: dict[str, Any] | None = None, compile: bool = True
) -> Any:
    """The model that ``save`` wrote, with its optimizer's state. Never executes code from the file.

    Args:
        source: a path, or the file's bytes.
        custom_objects: your classes and functions by the name the file holds, for those that
            ``register_serializable`` does not know.
        compile: whether to restore optimizer, loss and metrics too; prediction needs none.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is damaged, or names a class that is unknown.

    >>> model = Sequential([Input((3,)), Dense(2)])
    >>> copy = load_model(model.save_to_bytes())
    >>> bool((copy.predict([[1, 2, 3]], verbose=0) == model.predict([[1, 2, 3]], verbose=0)).all())
    True
    """
    in_memory = isinstance(source, (bytes, bytearray, memoryview))
    with loading(custom_objects):
        core = (
            _lamina.load_model_bytes(bytes(source), compile)
            if in_memory
            else _lamina.load_model_file(os.fspath(source), compile)
        )
        model = face(core)
        if hasattr(core, "owner"):
            model._take_training(core)
        return model


def _make_known(name: str, target: Any) -> None:
    """Tells the core that objects of that name come from Python."""
    if not isinstance(target, type):
        if not callable(target):
            raise TypeError(f"'{name}' is {target!r}, expected a class or function")
        _lamina.register_loss(name, lambda config: _make(name, LossFunction, config))
        _lamina.register_metric(name, lambda config: _make(name, MeanMetric, config))
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
    else:
        raise TypeError(
            f"'{name}' is {target!r}, expected a Layer, Loss, Metric, Optimizer or function"
        )


def _make(name: str, wrapper: Any, config: dict[str, Any]) -> Any:
    """The core of a new object of the class of that name."""
    target = (_loading.custom_objects or {}).get(name, _naming.registered().get(name))
    if target is None:
        raise ValueError(f"unknown class '{name}'; pass custom_objects={{'{name}': ...}}")
    made = target.from_config(config) if wrapper is None else wrapper(target, name=config["name"])
    if _loading.made is not None:
        _loading.made.append(made)
    return made._core
