"""Layers over sequences, of any cell."""

from typing import Any

from lamina import _lamina, _symbolic
from lamina import _layer_faces as _faces
from lamina._overrides import refuse_own_call
from lamina.layers.builtin_layer import BuiltinLayer
from lamina.layers.layer import Layer
from lamina.layers.stacked_rnn_cells import StackedRNNCells


class RNN(BuiltinLayer):
    """A cell over sequences, step by step.

    Calls also take ``initial_state``, the list of the states to begin with, and ``mask``, which
    says which steps count: the others keep the states. Whole sequences of ``LSTMCell``, ``GRUCell``
    and ``SimpleRNNCell`` run in one call of the core.

    Args:
        cell: a cell of lamina, a list of cells for ``StackedRNNCells``, or a layer of your own with
            a ``state_size`` (a number, or a list of them), whose ``call(self, inputs, states)``
            gives the output and the list of the states after the step.
        return_sequences: whether to give the outputs of all steps, not of the last alone.
        return_state: whether to give the last states too.
        go_backwards: whether to walk from the last step to the first; the outputs of all steps then
            come in that order.
        stateful: whether a batch begins with the states in which the batch before ended.
        unroll: has no effect; Keras's argument.
        zero_output_for_mask: whether a masked step gives 0; else it gives the output before it.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, ...)``. Output shape: ``(batch, ...)``, or ``(batch, steps, ...)``
        with ``return_sequences``; with ``return_state`` then the states.

    Raises:
        TypeError: the cell is none.
        ValueError: there is no step, or the shapes of inputs, states or mask do not fit.

    >>> class Sum(Layer):
    ...     state_size = 1
    ...
    ...     def call(self, inputs, states):
    ...         total = states[0] + inputs
    ...         return total, [total]
    >>> RNN(Sum(), return_sequences=True)([[[1.0], [2.0], [3.0]]]).numpy()
    array([[[1.],
            [3.],
            [6.]]], dtype=float32)
    """

    _core: _lamina.RNN
    _own: _lamina.RNN
    return_sequences: bool
    return_state: bool

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        if not isinstance(cell, Layer):
            raise TypeError(f"RNN got {cell!r} as its cell, expected a layer with a state_size")
        refuse_own_call("RNN", cell)
        options = {
            "return_sequences": return_sequences,
            "return_state": return_state,
            "go_backwards": go_backwards,
            "stateful": stateful,
            "unroll": unroll,
            "zero_output_for_mask": zero_output_for_mask,
        }
        self.__dict__["cell"] = cell  # a cell written in Python must live when the core asks for it
        self._take(_lamina.make_rnn(cell._core, self._with_base(options, name, trainable, dtype)))

    def _make(self, type_name: str, **options: Any) -> None:
        """What a subclass with a cell of its own is made by."""
        super().__init__(type_name, **options)

    def _take(self, core: Any) -> None:
        super()._take(core)
        self.__dict__["cell"] = _faces.face(core.cell)

    def _parts(self) -> list[Layer]:
        return [self.cell]

    def __call__(  # type: ignore[override]
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        """Runs the layer on a batch, building it first if need be; on symbolic tensors, tells what
        it would give.

        Args:
            sequences: ``(batch, steps, ...)``.
            initial_state: the list of the states to begin with, or the only one; by default zeros,
                or of a stateful layer the last ones.
            mask: booleans ``(batch, steps)``; by default the mask that the sequences carry.
            training: whether the call is part of training; by default as the call of the layer that
                this one is made in, else False. In a graph it is kept.
        """
        kwargs = call_arguments(initial_state, mask)
        if not kwargs and not self.return_state and not _symbolic.is_symbolic(sequences):
            return self._core.call_one(sequences, training)
        outputs = self._call_general(sequences, training, kwargs)
        if self.return_state and isinstance(self.cell, StackedRNNCells):
            return [outputs[0], *self.cell._nested(outputs[1:])]
        return outputs

    @property
    def states(self) -> list[Any] | None:
        """Of a stateful layer, once it ran: where its next batch begins."""
        return self._own.states or None

    def reset_states(self) -> None:
        """Lets a stateful layer begin with zeros again."""
        self._own.reset_states()

    reset_state = reset_states


def call_arguments(initial_state: Any, mask: Any) -> dict[str, Any]:
    """What a call was given beside the sequences."""
    given: dict[str, Any] = {}
    if initial_state is not None:
        given["initial_state"] = _flat(initial_state)
    if mask is not None:
        given["mask"] = mask
    return given


def _flat(states: Any) -> list[Any]:
    """States, nested by cells, as a list."""
    if not isinstance(states, (list, tuple)):
        return [states]
    return [inner for state in states for inner in _flat(state)]
