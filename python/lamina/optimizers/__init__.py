"""Optimizers: how gradients change weights."""

from typing import Any

from lamina import _naming
from lamina.optimizers import schedules
from lamina.optimizers.adam import Adam, Adamax, AdamW, Lamb, Nadam, ScheduleFreeAdamW
from lamina.optimizers.adaptive import Adadelta, Adagrad, Ftrl, RMSprop
from lamina.optimizers.loss_scale_optimizer import LossScaleOptimizer
from lamina.optimizers.matrices import Adafactor, Muon
from lamina.optimizers.multi_optimizer import MultiOptimizer, OptimizerMap
from lamina.optimizers.optimizer import BuiltinOptimizer, Optimizer, _family
from lamina.optimizers.range_finder import LearningRateRange, find_learning_rate
from lamina.optimizers.sgd import SGD, Lion

__all__ = [
    "SGD",
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "LearningRateRange",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "ScheduleFreeAdamW",
    "deserialize",
    "find_learning_rate",
    "get",
    "schedules",
    "serialize",
    "wrap",
]

_BUILTIN: tuple[type[BuiltinOptimizer], ...] = (
    SGD,
    Adam,
    AdamW,
    Nadam,
    RMSprop,
    Adamax,
    Adagrad,
    Adadelta,
    Ftrl,
    Lion,
    Adafactor,
    Lamb,
    Muon,
    ScheduleFreeAdamW,
    LossScaleOptimizer,
    MultiOptimizer,
)
_family.add(*_BUILTIN)
wrap = _family.wrap
_by_name: dict[str, Any] = {cls.__name__.lower(): cls for cls in _BUILTIN}


def serialize(optimizer: Optimizer) -> dict[str, Any]:
    """The class name and arguments of an optimizer.

    >>> serialize(SGD(0.5))["class_name"]
    'SGD'
    """
    cls = type(optimizer)
    builtin = cls in _BUILTIN
    name = _naming.registered_name(cls)
    return {
        "module": "lamina.optimizers" if builtin else None,
        "class_name": name,
        "config": optimizer.get_config(),
        "registered_name": None if builtin else name,
    }


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The optimizer that ``serialize`` describes.

    >>> deserialize({"class_name": "adam", "config": {"learning_rate": 0.5}}).get_config()["beta_1"]
    0.9
    """
    name = config.get("registered_name") or config["class_name"]
    with _naming.scope(custom_objects):
        cls = _naming.lookup(name) or _naming.lookup(config["class_name"])
    cls = cls or _by_name.get(name.lower())
    if cls is None:
        raise ValueError(
            f"unknown optimizer '{name}'{_naming.did_you_mean(name, _by_name)}; expected one of "
            f"{', '.join(each.__name__ for each in _BUILTIN)}, or pass "
            f"custom_objects={{'{name}': ...}}"
        )
    return cls.from_config(config.get("config") or {}, custom_objects=custom_objects)


def get(identifier: Any) -> Any:
    """An optimizer from its name, or from what ``serialize`` returns; or itself, or None.

    >>> get("adam"), get(None)
    (<Adam adam>, None)
    """
    if identifier is None or isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier, "config": {}})
    if isinstance(identifier, dict):
        return deserialize(identifier)
    raise ValueError(
        f"optimizer is {identifier!r}, expected a name, a configuration, or an object of "
        "lamina.optimizers"
    )
