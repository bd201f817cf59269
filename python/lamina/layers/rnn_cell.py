"""Cells of recurrence: what a recurrent layer does at each step."""

from typing import Any

from lamina.layers._layer_files import listed_shapes
from lamina.layers.builtin_layer import BuiltinLayer


class RNNCell(BuiltinLayer):
    """A cell of lamina's own, called on inputs and states."""

    units: int

    @property
    def state_size(self) -> Any:
        """Width of the state, or a list of those of several."""
        sizes = [self.units for _ in range(self._state_count())]
        return sizes[0] if len(sizes) == 1 else sizes

    @property
    def output_size(self) -> int:
        """Width of the output."""
        return self.units

    def _ensure_built(self, input_shape: Any) -> None:
        shapes = listed_shapes(input_shape)
        if len(shapes) == 1 and self._inner is None:  # the core takes those of the states too
            shapes += [(None, self.units)] * self._state_count()
        super()._ensure_built(shapes)

    def _state_count(self) -> int:
        return 2 if self._own.type == "LSTMCell" else 1

    def __call__(  # type: ignore[override]
        self, inputs: Any, states: Any, training: bool | None = None
    ) -> tuple[Any, list[Any]]:
        """One step.

        Args:
            inputs: of the step.
            states: a list of the states before it, or the only one.
            training: whether the call is part of training; by default as the call of the layer that
                this one is made in, else False.

        Returns:
            The output, and the list of the states after the step.
        """
        given = list(states) if isinstance(states, (list, tuple)) else [states]
        outputs = self._call_general([inputs, *given], training, {})
        return outputs[0], list(outputs[1:])
