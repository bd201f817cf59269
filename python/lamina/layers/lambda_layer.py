"""A function as a layer."""

import inspect
from collections.abc import Callable
from typing import Any

from lamina import _lamina, _pieces
from lamina._lamina import Tensor
from lamina.layers.layer import Layer


class Lambda(Layer):
    """Calls a function of yours: for a quick try, not for models to keep.

    A file never holds code: it names the function, which is registered, or given by
    ``custom_objects``, to load it. A model with a ``lambda`` cannot be saved.

    Args:
        function: takes a tensor, or a list of them, and gives one, by operations of ``lamina.ops``;
            ``training`` too where it names it.
        output_shape: the shape of one sample of the output, or a function of the inputs' shape; by
            default found by a call on zeros.
        mask: the mask of the outputs, or a function ``(inputs, mask)`` of it.
        arguments: further arguments of the function, by name.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: what the function takes. Output shape: what it gives.

    Raises:
        TypeError: the function cannot be called.
        ValueError: (when saved) the function has no name.

    >>> Lambda(lambda x: x * 2)([1.0, 2.0]).numpy()
    array([2., 4.], dtype=float32)
    """

    def __init__(
        self,
        function: Callable[[Tensor], Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if not callable(function):
            raise TypeError(f"Lambda needs a function, got {function!r}")
        super().__init__(**kwargs)
        self.function = function
        self.mask = mask
        self.supports_masking = mask is not None
        self.arguments = dict(arguments or {})
        self._given_shape = output_shape
        self._takes_training = "training" in _parameters(function)
        # What configurations of this process name the functions by.
        kind = _pieces.kinds["activation"]
        self._pieces = {
            name: _pieces.Piece(kind, given)
            for name, given in (
                ("function", function),
                ("output_shape", output_shape),
                ("mask", mask),
            )
            if callable(given)
        }

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """The function's value."""
        more = {"training": training} if self._takes_training else {}
        return self.function(inputs, **self.arguments, **more)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """The mask that was given; none by default."""
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

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
        """The arguments that make an equal layer; functions by their names."""
        given = {"output_shape": self._given_shape, "mask": self.mask}
        portable = _lamina.PortableScope.active()
        forms = {name: piece.class_and_config(portable) for name, piece in self._pieces.items()}
        return {**super().get_config(), **given, "arguments": self.arguments, **forms}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Lambda":
        """The layer with those arguments."""
        if "function" not in config:
            raise ValueError("the configuration of a 'Lambda' names no function")
        kind = _pieces.kinds["activation"]
        read = {
            name: kind.read(config[name])
            for name in ("function", "output_shape", "mask")
            if isinstance(config.get(name), dict)
        }
        return cls(**{**config, **read})


def _parameters(function: Callable[..., Any]) -> Any:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def _called_on_zeros(layer: Lambda, shapes: Any, several: bool) -> Any:
    from lamina import autograd, ops

    zeros = [
        ops.zeros(tuple(1 if extent is None else extent for extent in shape), layer.dtype)
        for shape in shapes
    ]
    with autograd.no_grad():
        return layer.call(zeros if several else zeros[0], training=False)
