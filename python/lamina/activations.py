"""Activation functions, by name or as functions."""

from collections.abc import Callable
from typing import Any

from lamina import _lamina
from lamina._lamina import Tensor


def linear(x: Any) -> Tensor:
    """The input itself."""
    return _lamina.activation("linear", x)


def relu(x: Any) -> Tensor:
    """``max(x, 0)``.

    Reference: Nair and Hinton, 2010, "Rectified linear units improve restricted Boltzmann
    machines".

    >>> relu([-1.0, 2.0]).numpy()
    array([0., 2.], dtype=float32)
    """
    return _lamina.activation("relu", x)


def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent."""
    return _lamina.activation("tanh", x)


def sigmoid(x: Any) -> Tensor:
    """``1 / (1 + exp(-x))``.

    >>> sigmoid([0.0]).numpy()
    array([0.5], dtype=float32)
    """
    return _lamina.activation("sigmoid", x)


def softmax(x: Any) -> Tensor:
    """``exp(x) / sum(exp(x))`` along the last axis.

    >>> softmax([3.0, 1.0, -3.0]).numpy().round(2)
    array([0.88, 0.12, 0.  ], dtype=float32)
    """
    return _lamina.activation("softmax", x)


def log_softmax(x: Any) -> Tensor:
    """The logarithm of ``softmax``, without overflow."""
    return _lamina.activation("log_softmax", x)


_FUNCTIONS = {f.__name__: f for f in (linear, relu, tanh, sigmoid, softmax, log_softmax)}


def serialize(activation: Callable[[Any], Tensor] | str | None) -> str:
    """The name of an activation.

    Raises:
        ValueError: it is not one of lamina's; put a function of your own into a layer.
    """
    if activation is None:
        return "linear"
    if callable(activation):
        name = getattr(activation, "__name__", "")
        if _FUNCTIONS.get(name) is not activation:
            raise ValueError(
                f"activation is {activation!r}, expected a name or a function of "
                "lamina.activations; call a function of your own in a layer of your own"
            )
        return name
    if not isinstance(activation, str):
        raise TypeError(f"activation is {activation!r}, expected a name or None")
    return _lamina.activation_name(activation)


def get(identifier: Callable[[Any], Tensor] | str | None) -> Callable[[Any], Tensor]:
    """The activation function of that name; None is ``linear``."""
    return _FUNCTIONS[serialize(identifier)]
