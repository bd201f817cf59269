"""Losses: what training makes small.

Each is a class, whose object ``compile`` takes, and a function, which gives the samples' losses.
"""

from collections.abc import Callable
from typing import Any

from lamina import _naming
from lamina.losses.embeddings import Circle, circle
from lamina.losses.hinges import (
    CategoricalHinge,
    Hinge,
    SquaredHinge,
    categorical_hinge,
    hinge,
    squared_hinge,
)
from lamina.losses.loss import BuiltinLoss, Loss, LossFunction, name_of
from lamina.losses.loss import family as _family
from lamina.losses.overlap import Dice, Tversky, dice, tversky
from lamina.losses.probabilistic import (
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
    kl_divergence,
    poisson,
    sparse_categorical_crossentropy,
)
from lamina.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    SmoothL1,
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    smooth_l1,
)
from lamina.losses.sequences import CTC, ctc

__all__ = [
    "CTC",
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "BuiltinLoss",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "LossFunction",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SmoothL1",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "as_loss",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "serialize",
    "smooth_l1",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
    "wrap",
]

_FUNCTIONS: dict[type[BuiltinLoss], Callable[..., Any]] = {
    MeanSquaredError: mean_squared_error,
    MeanAbsoluteError: mean_absolute_error,
    MeanAbsolutePercentageError: mean_absolute_percentage_error,
    MeanSquaredLogarithmicError: mean_squared_logarithmic_error,
    CosineSimilarity: cosine_similarity,
    Huber: huber,
    SmoothL1: smooth_l1,
    LogCosh: log_cosh,
    Hinge: hinge,
    SquaredHinge: squared_hinge,
    CategoricalHinge: categorical_hinge,
    KLDivergence: kl_divergence,
    Poisson: poisson,
    BinaryCrossentropy: binary_crossentropy,
    BinaryFocalCrossentropy: binary_focal_crossentropy,
    CategoricalCrossentropy: categorical_crossentropy,
    CategoricalFocalCrossentropy: categorical_focal_crossentropy,
    SparseCategoricalCrossentropy: sparse_categorical_crossentropy,
    CategoricalGeneralizedCrossEntropy: categorical_generalized_cross_entropy,
    Dice: dice,
    Tversky: tversky,
    Circle: circle,
    CTC: ctc,
}
_family.add(*_FUNCTIONS)
wrap = _family.wrap


def get(identifier: Any) -> Any:
    """A loss, or the function that gives the samples' losses.

    Args:
        identifier: a function's name or alias, such as ``"mean_squared_error"`` or ``"mse"``, which
            gives the function; a class's name, a class, or ``{"class_name": ..., "config": ...}``,
            which give a loss; the name of a registered class or function; a loss, a function or
            None, which are given back.

    >>> get("mse")([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
    array([2.5], dtype=float32)
    >>> get({"class_name": "Huber", "config": {"delta": 2.0}})
    <Huber huber_loss>
    """
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str) and identifier in _naming.registered():
        return get(_naming.registered()[identifier])
    if isinstance(identifier, str):
        loss = _family.named(identifier)
        is_function = isinstance(loss, BuiltinLoss) and identifier != type(loss).__name__
        return _FUNCTIONS[type(loss)] if is_function else _unwrapped(loss)
    if isinstance(identifier, type) and issubclass(identifier, Loss):
        return identifier()
    if identifier is None or (callable(identifier) and not isinstance(identifier, type)):
        return identifier
    raise ValueError(
        f"loss is {identifier!r}, expected a name, an object of lamina.losses or a function"
    )


def as_loss(identifier: Any) -> Loss | None:
    """What ``get`` gives, as a loss: what ``compile`` makes of its arguments."""
    if isinstance(identifier, str) and identifier not in _naming.registered():
        named: Loss = _family.named(identifier)
        return named
    if not (identifier is None or callable(identifier) or isinstance(identifier, (str, dict))):
        raise TypeError(
            f"loss is {identifier!r}, expected a name, an object of lamina.losses or a function"
        )
    found = get(identifier)
    if found is None or isinstance(found, Loss):
        return found
    own = [cls.__name__ for cls, function in _FUNCTIONS.items() if function is found]
    return as_loss(own[0]) if own else LossFunction(found)


def serialize(loss: Any) -> Any:
    """A loss or a function as a dictionary, from which ``deserialize`` makes an equal one.

    >>> serialize(Huber(2.0))["config"]["delta"]
    2.0
    >>> serialize(mean_squared_error)
    {'class_name': 'function', 'config': 'mean_squared_error'}
    """
    if loss is None:
        return None
    loss = _unwrapped(loss)
    if isinstance(loss, Loss):
        return {"class_name": _naming.registered_name(type(loss)), "config": loss.get_config()}
    if callable(loss):
        return {"class_name": "function", "config": name_of(loss)}
    raise ValueError(f"loss is {loss!r}, expected an object of lamina.losses or a function")


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The loss or function that ``serialize`` wrote.

    Args:
        name: what ``serialize`` returned, or a name.
        custom_objects: your classes and functions by name, for those that are not registered.

    >>> deserialize({"class_name": "Huber", "config": {"delta": 2.0}}).delta
    2.0
    """
    known = {**_naming.registered(), **(custom_objects or {})}
    if not isinstance(name, dict):
        return get(known.get(name, name))
    if not isinstance(name.get("class_name"), str):
        raise ValueError(f"loss is {name!r}, expected {{'class_name': ..., 'config': ...}}")
    class_name, config = name["class_name"], name.get("config")
    if class_name == "function":
        return deserialize(config, custom_objects)
    own = {cls.__name__: cls for cls in _FUNCTIONS}
    target = known.get(str(name.get("registered_name")), known.get(class_name, own.get(class_name)))
    if isinstance(target, type):
        return target.from_config(config or {})  # type: ignore[attr-defined]
    found = get(class_name if target is None else target)
    if config and not (isinstance(config, dict) and set(config) <= {"name"}):
        raise ValueError(f"'{class_name}' is a function, which takes no config, got {config!r}")
    return found


def _unwrapped(loss: Any) -> Any:
    """The function of a ``LossFunction``."""
    return loss._function if isinstance(loss, LossFunction) else loss
