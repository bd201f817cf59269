"""The switches that record gradients, and gradients of some tensors by others."""

from collections.abc import Callable, Sequence
from contextlib import ContextDecorator
from typing import Any, ClassVar

from lamina import _lamina
from lamina._lamina import Tensor

__all__ = ["enable_grad", "grad", "inference_mode", "no_grad"]


class _Mode(ContextDecorator):
    """Records gradients inside, or not."""

    _records: ClassVar[bool]

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """Itself, or for a function one that runs inside of it: ``@no_grad`` without brackets."""
        return super().__new__(cls) if function is None else cls()(function)

    def __init__(self) -> None:
        self._scope = _lamina.GradScope(self._records)

    def __enter__(self) -> Any:
        self._scope.enter()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._scope.exit()

    def _recreate_cm(self) -> Any:
        # One for each call of what is decorated: calls may come from several threads.
        return type(self)()


class no_grad(_Mode):
    """Records no gradients inside; a context manager and a decorator.

    Inside, ``w -= learning_rate * w.grad`` updates a Variable, or a leaf Tensor that requires a
    gradient, in place.

    >>> x = Tensor([2.0], requires_grad=True)
    >>> with no_grad():
    ...     y = x * x
    >>> y.requires_grad
    False
    """

    _records = False


class inference_mode(no_grad):
    """PyTorch's other name of ``no_grad``.

    >>> with inference_mode():
    ...     lamina.grad_enabled()
    False
    """


class enable_grad(_Mode):
    """Records gradients inside, also within a ``no_grad``; a context manager and a decorator.

    >>> x = Tensor([2.0], requires_grad=True)
    >>> with no_grad(), enable_grad():
    ...     y = x * x
    >>> y.requires_grad
    True
    """

    _records = True


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Tensor, ...]:
    """The gradients of the sum of ``outputs`` by ``inputs``; no ``.grad`` changes.

    Args:
        outputs: a tensor, or several, computed from the inputs.
        inputs: tensors or variables that require a gradient, or results on the way.
        grad_outputs: the gradient of each output; None for 1 on a scalar.
        retain_graph: keeps the graph for another call.
        create_graph: must be False: lamina differentiates once.
        allow_unused: gives None for an input that no output depends on, instead of an error.

    Returns:
        One for each input, as a tuple.

    Raises:
        RuntimeError: an input requires no gradient, or no output depends on it.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> (dx,) = grad((x ** 2).sum(), x)
    >>> dx
    Tensor([2., 4.], shape=(2,), dtype=float32)
    """
    outputs, inputs = _several(outputs), _several(inputs)
    given = [None] * len(outputs) if grad_outputs is None else _several(grad_outputs)
    if len(given) != len(outputs):
        raise ValueError(f"grad got {len(given)} grad_outputs for {len(outputs)} outputs")
    found = _lamina.gradients(outputs, inputs, given, bool(retain_graph), create_graph)
    for i, gradient in enumerate(found):
        if gradient is None and not allow_unused:
            raise RuntimeError(
                f"grad: no output depends on input {i}, of shape {inputs[i].shape}; compute the "
                "outputs from it, or pass allow_unused=True for None"
            )
    return tuple(found)


def _several(values: Any) -> list[Any]:
    return list(values) if isinstance(values, Sequence) else [values]
