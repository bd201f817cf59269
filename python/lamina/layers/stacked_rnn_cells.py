"""Cells of recurrence on top of each other."""

from collections.abc import Sequence
from typing import Any

from lamina import _lamina
from lamina import _layer_faces as _faces
from lamina.layers.builtin_layer import BuiltinLayer
from lamina.layers.layer import Layer


class StackedRNNCells(BuiltinLayer):
    """Cells as one: each takes the output of the one before.

    It is called on the inputs and a list with the states of each cell.

    Args:
        cells: the cells, from the inputs on.
        name, trainable, dtype: as for every ``Layer``.

    Raises:
        TypeError: one of them is no cell.

    >>> import numpy as np
    >>> deep = layers.RNN(StackedRNNCells([layers.LSTMCell(4), layers.GRUCell(3)]))
    >>> deep(np.zeros((2, 5, 1))).shape
    (2, 3)
    """

    cells: list[Any]

    def __init__(
        self,
        cells: Sequence[Any],
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        for cell in cells:
            if not isinstance(cell, Layer):
                raise TypeError(f"StackedRNNCells got {cell!r}, expected layers with a state_size")
        self.__dict__["cells"] = list(cells)
        self._take(
            _lamina.make_stacked_cells(
                [cell._core for cell in cells], self._with_base({}, name, trainable, dtype)
            )
        )

    def _take(self, core: Any) -> None:
        super()._take(core)
        self.__dict__["cells"] = [_faces.face(cell) for cell in core.layers]

    def _parts(self) -> list[Layer]:
        return self.cells

    @property
    def state_size(self) -> list[Any]:
        """The state sizes of each cell."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> Any:
        """Width of the output."""
        last = self.cells[-1]
        size = getattr(last, "output_size", None)
        if size is not None:
            return size
        return last.state_size[0] if isinstance(last.state_size, (list, tuple)) else last.state_size

    def _nested(self, states: Sequence[Any]) -> list[list[Any]]:
        """The states by cells."""
        nested, rest = [], list(states)
        for size in self.state_size:
            count = len(size) if isinstance(size, (list, tuple)) else 1
            nested.append(rest[:count])
            rest = rest[count:]
        return nested

    def __call__(  # type: ignore[override]
        self, inputs: Any, states: Any, training: bool | None = None
    ) -> tuple[Any, list[list[Any]]]:
        """One step.

        Args:
            inputs: of the step.
            states: a list with the states of each cell before it.
            training: whether the call is part of training; by default as the call of the layer that
                this one is made in, else False.

        Returns:
            The output, and the states of each cell after the step.
        """
        flat = [
            state for own in states for state in (own if isinstance(own, (list, tuple)) else [own])
        ]
        outputs = self._call_general([inputs, *flat], training, {})
        return outputs[0], self._nested(outputs[1:])
