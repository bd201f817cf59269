"""Warnings about runs that nothing forbids and whose results are of no use."""

import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from lamina import losses
from lamina.metrics import Metric

_BINARY = (losses.BinaryCrossentropy, losses.BinaryFocalCrossentropy)
_SPARSE = (losses.SparseCategoricalCrossentropy,)
_CATEGORICAL = (losses.CategoricalCrossentropy, losses.CategoricalFocalCrossentropy, *_SPARSE)
_OF_NUMBERS = (losses.MeanSquaredError, losses.MeanAbsoluteError, losses.Huber, losses.LogCosh)
_PROBABILITIES = ("sigmoid", "hard_sigmoid", "softmax")
# Activations whose outputs are no probabilities.
_OTHERS = ("linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "tanh")


class AdviceWarning(UserWarning):
    """A run is allowed, but is likely not to be what was meant. Each is given once for a model.

    ``warnings.filterwarnings("ignore", category=lamina.AdviceWarning)`` switches them off.

    >>> issubclass(AdviceWarning, UserWarning)
    True
    """


def before(model: Any, y: Any) -> None:
    """Looks at a model of one loss, and at its targets, before a run."""
    loss = model.loss
    if isinstance(loss, losses.Loss):
        for message in (*_on_the_last_layer(model, loss), *_on_targets(loss, model, y)):
            _give(model, message)


def after(model: Any, logs: dict[str, Any], x: Any, y: Any) -> None:
    """Looks for the reason of a loss that is no number any more, after a run."""
    loss = logs.get("loss")
    value = loss[-1] if isinstance(loss, list) and loss else loss
    if not isinstance(value, float) or math.isfinite(value):
        return
    for name, data in (("x", x), ("y", y)):
        array = _array(data)
        if array is not None and array.dtype.kind == "f" and not np.isfinite(array).all():
            place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
            _give(
                model,
                f"the loss is {value}: {name} holds {array[place]} at {place}, and perhaps more; "
                "replace or leave out such samples",
            )
            return
    _give(
        model,
        f"the loss is {value}: training diverged; a smaller learning rate, clipnorm=1.0, or inputs "
        "brought to mean 0 and deviation 1 may help",
    )


def _give(model: Any, message: str) -> None:
    given: set[str] = model.__dict__.setdefault("_advice_given", set())
    if message not in given:
        given.add(message)
        warnings.warn(message, AdviceWarning, stacklevel=4)


def _on_the_last_layer(model: Any, loss: Any) -> Iterator[str]:
    binary = isinstance(loss, _BINARY)
    layers = model.layers
    if not (binary or isinstance(loss, _CATEGORICAL)) or not layers:
        return
    last = layers[-1]
    activation = getattr(last, "activation", None)
    name = getattr(activation, "__name__", None)
    if type(last).__name__ in ("Softmax", "ReLU", "LeakyReLU", "ELU"):
        name = type(last).__name__.lower()
    shape = model.output_shape if model.built else None
    if name == "softmax" and isinstance(shape, tuple) and shape and shape[-1] == 1:
        yield (
            f"the last layer '{last.name}' has one unit and the activation softmax, which makes 1 "
            "of it for every sample; use sigmoid with binary_crossentropy"
        )
    elif loss.from_logits and name in _PROBABILITIES:
        yield (
            f"the loss {loss.name} has from_logits=True, but the last layer '{last.name}' gives "
            f"probabilities already, by {name}; leave one of the two out"
        )
    elif not loss.from_logits and name in _OTHERS:
        yield (
            f"the loss {loss.name} takes probabilities, but the last layer '{last.name}' has the "
            f"activation {name}; use {'sigmoid' if binary else 'softmax'} there, or a loss with "
            "from_logits=True"
        )


def _on_targets(loss: Any, model: Any, y: Any) -> Iterator[str]:
    array = _array(y)
    if array is None or array.dtype.kind not in "fiub" or not array.size:
        return
    if isinstance(loss, _BINARY):
        low, high = array.min(), array.max()
        if low < 0 or high > 1:
            yield (
                f"{loss.name} takes targets between 0 and 1, but y goes from {low} to {high}; "
                "classes 0, 1, 2, ... go with sparse_categorical_crossentropy and one unit for each"
            )
    elif isinstance(loss, _SPARSE) and array.dtype.kind == "f":
        if (array != np.floor(array)).any():
            raise ValueError(
                f"{loss.name} takes numbers of classes, but y holds "
                f"{array[array != np.floor(array)][0]}; give whole numbers"
            )
    elif isinstance(loss, _OF_NUMBERS) and array.dtype.kind == "f":
        accuracies = [m.name for m in _metrics(model) if type(m).__name__ == "AutomaticAccuracy"]
        if accuracies and array.ndim <= 2 and (array != np.floor(array)).any():
            yield (
                f"the metric {accuracies[0]} counts predictions that equal their target, but y "
                "holds numbers that are not whole; 'mae' or 'r2_score' tell how near they are"
            )


def _metrics(model: Any) -> list[Metric]:
    return [metric for metric in model._metrics if isinstance(metric, Metric)]


def _array(data: Any) -> np.ndarray | None:
    """Data that is looked at: arrays in memory, no files, tables or iterables."""
    return data if type(data) is np.ndarray and data.dtype.kind in "fiub" else None
