"""A function as a layer."""

from collections.abc import Callable
from typing import Any

from lamina._lamina import Tensor
from lamina.layers.layer import Layer


class Lambda(Layer):
    """Calls a function of yours: for a quick try, not for models to keep.

    A file never holds code, so a model with it cannot be saved: write a ``Layer`` instead.

    Args:
        function: takes a tensor and gives one, by operations of ``lamina.ops``.
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

    def call(self, inputs: Tensor) -> Any:
        """The function's value."""
        return self.function(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape."""
        if self._given_shape is None:
            with_batch = tuple(1 if extent is None else extent for extent in input_shape)
            return (input_shape[0], *_called_on_zeros(self, with_batch).shape[1:])
        if callable(self._given_shape):
            return self._given_shape(input_shape)
        return (input_shape[0], *self._given_shape)

    def get_config(self) -> dict[str, Any]:
        """Refuses: a file never holds code."""
        raise NotImplementedError(
            f"Lambda '{self.name}' holds a function, which a file never does: write a Layer of "
            "your own and register it with lamina.saving.register_serializable"
        )


def _called_on_zeros(layer: Lambda, shape: tuple[int, ...]) -> Any:
    from lamina import autograd, ops

    with autograd.no_grad():
        return layer.call(ops.zeros(shape, layer.dtype))
