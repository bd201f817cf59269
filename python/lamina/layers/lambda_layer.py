"""A function as a layer."""

from collections.abc import Callable
from typing import Any

from lamina._lamina import Tensor
from lamina.layers.layer import Layer


class Lambda(Layer):
    """Calls a function of yours: for a quick try, not for models to keep.

    A file never holds code, so a model with it cannot be saved: write a ``Layer`` instead.

    Args:
        function: takes a tensor, or a list of them, and gives one, by operations of ``lamina.ops``.
        output_shape: the shape of one sample of the output, or a function of the inputs' shape; by
            default found by a call on zeros.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: what the function takes. Output shape: what it gives.

    Raises:
        TypeError: the function cannot be called.
        NotImplementedError: (when saved) always.

    >>> Lambda(lambda x: x * 2)([1.0, 2.0]).numpy()
    array([2., 4.], dtype=float32)
    """

    def __init__(
        self,
        function: Callable[[Tensor], Any],
        output_shape: Any = None,
        **kwargs: Any,
    ) -> None:
        if not callable(function):
            raise TypeError(f"Lambda needs a function, got {function!r}")
        super().__init__(**kwargs)
        self.function = function
        self._given_shape = output_shape

    def call(self, inputs: Any) -> Any:
        """The function's value."""
        return self.function(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape."""
        if callable(self._given_shape):
            return self._given_shape(input_shape)
        several = bool(input_shape) and isinstance(input_shape[0], (list, tuple))
        batch = (input_shape[0] if several else input_shape)[0]
        if self._given_shape is not None:
            return (batch, *self._given_shape)
        result = _called_on_zeros(self, input_shape if several else [input_shape], several)
        if isinstance(result, (list, tuple)):
            return [(batch, *each.shape[1:]) for each in result]
        return (batch, *result.shape[1:])

    def get_config(self) -> dict[str, Any]:
        """Refuses: a file never holds code."""
        raise NotImplementedError(
            f"Lambda '{self.name}' holds a function, which a file never does: write a Layer of "
            "your own and register it with lamina.saving.register_serializable"
        )


def _called_on_zeros(layer: Lambda, shapes: Any, several: bool) -> Any:
    from lamina import autograd, ops

    zeros = [
        ops.zeros(tuple(1 if extent is None else extent for extent in shape), layer.dtype)
        for shape in shapes
    ]
    with autograd.no_grad():
        return layer.call(zeros if several else zeros[0])
