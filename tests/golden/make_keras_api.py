"""Makes keras_api.json: the names of Keras's public modules and classes, and their parameters.

    KERAS_BACKEND=jax python make_keras_api.py

``tests/python/test_keras_api.py`` compares lamina with it, so that CI needs no Keras.
"""

import inspect
import json
import os
import pathlib
import types

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
import keras

MODULES = [
    "losses",
    "metrics",
    "optimizers",
    "optimizers.schedules",
    "callbacks",
    "regularizers",
    "constraints",
    "initializers",
    "activations",
    "models",
    "saving",
    "random",
    "ops",
    "ops.numpy",
    "ops.nn",
    "ops.linalg",
    "config",
    "backend",
    "tree",
    "mixed_precision",
    "wrappers",
    "utils",
    "preprocessing",
    "preprocessing.image",
    "preprocessing.sequence",
    "datasets.boston_housing",
    "datasets.california_housing",
    "datasets.cifar10",
    "datasets.cifar100",
    "datasets.fashion_mnist",
    "datasets.imdb",
    "datasets.mnist",
    "datasets.reuters",
]
CLASSES = {
    "Model": "Model",
    "Sequential": "Sequential",
    "Layer": "Layer",
    "Variable": "Variable",
    "Optimizer": "optimizers.Optimizer",
    "Loss": "losses.Loss",
    "Metric": "metrics.Metric",
    "Callback": "callbacks.Callback",
    "History": "callbacks.History",
}


def at(path):
    place = keras
    for part in path.split("."):
        place = getattr(place, part)
    return place


def parameters(thing):
    """[[name, kind, default]] without self; "property" for properties; None where not known."""
    if isinstance(thing, property):
        return "property"
    if inspect.isclass(thing):
        thing = thing.__init__
        if thing is object.__init__:
            return []
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return None
    result = []
    for name, parameter in signature.parameters.items():
        default = parameter.default
        if default is inspect.Parameter.empty:
            default = "(none)"
        elif not isinstance(default, (bool, int, float, str, type(None))):
            default = list(default) if isinstance(default, tuple) else f"({type(default).__name__})"
        result.append([name, parameter.kind.name, default])
    return result[1:] if result and result[0][0] in ("self", "cls") else result


def members(cls):
    for name in sorted(dir(cls)):
        if name.startswith("_"):
            continue
        value = inspect.getattr_static(cls, name)
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        if inspect.isclass(value) or not (callable(value) or isinstance(value, property)):
            continue
        yield name, parameters(value)


def main():
    api = {}
    for module in MODULES:
        place = at(module)
        api[module] = {
            name: parameters(getattr(place, name))
            for name in sorted(dir(place))
            if not name.startswith("_")
            and not isinstance(getattr(place, name), types.ModuleType)
            and callable(getattr(place, name))
        }
    for label, path in CLASSES.items():
        api[f"class {label}"] = dict(members(at(path)))
    target = pathlib.Path(__file__).with_name("keras_api.json")
    target.write_text(
        json.dumps({"keras": keras.__version__, "api": api}, indent=None, sort_keys=True) + "\n"
    )


if __name__ == "__main__":
    main()
