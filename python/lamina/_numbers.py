"""Arguments that are numbers, and came as tensors whose gradient a number would lose."""

from typing import Any

from lamina._lamina import Tensor, Variable, grad_enabled


def needs_gradient(value: Any) -> bool:
    """Whether what is computed from a value, or from those in a list, now records a gradient."""
    if isinstance(value, (list, tuple)):
        return any(needs_gradient(item) for item in value)
    return isinstance(value, (Tensor, Variable)) and value.requires_grad and grad_enabled()


def refuse_gradient(name: str, argument: str, value: Any) -> None:
    """Raises where reading a number from a value would lose its gradient.

    Raises:
        TypeError: it would.
    """
    if needs_gradient(value):
        kind = type(value).__name__
        if isinstance(value, (list, tuple)):
            kind += " with a tensor"
        raise TypeError(
            f"{name} takes {argument} as a number, and got a {kind} that requires a gradient, "
            "which would be lost: pass its value, float(x) or x.detach(), or write "
            "the formula with operations"
        )
