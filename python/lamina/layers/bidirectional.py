"""Recurrence in both directions."""

from typing import Any

from lamina import _lamina, _symbolic
from lamina import _layer_faces as _faces
from lamina.layers.builtin_layer import BuiltinLayer
from lamina.layers.layer import Layer
from lamina.layers.rnn import RNN, call_arguments


class Bidirectional(BuiltinLayer):
    """A recurrent layer and one that walks from the end to the beginning, with outputs merged.

    Args:
        layer: a recurrent layer; both are made like it, it is not used itself.
        merge_mode: ``"concat"``, ``"sum"``, ``"mul"``, ``"ave"``, or None for both outputs.
        weights: the initial weights of both, in the order of ``get_weights``.
        backward_layer: walks backwards, in place of one like ``layer``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, features)``. Output shape: as the layer's, twice as wide for
        ``"concat"``; then, with ``return_state``, the states of both.

    Raises:
        TypeError: the layer is not recurrent.
        ValueError: both go into one direction, or differ in what they return.

    Reference: Schuster and Paliwal, 1997, "Bidirectional recurrent neural networks".

    >>> import numpy as np
    >>> both = Bidirectional(layers.LSTM(4, return_sequences=True))
    >>> both(np.zeros((2, 5, 3))).shape
    (2, 5, 8)
    """

    _core: _lamina.Bidirectional
    forward_layer: Any
    backward_layer: Any

    def __init__(
        self,
        layer: Any,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Any = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        for given in (layer, backward_layer):
            if not isinstance(given, RNN) and given is not None:
                raise TypeError(f"Bidirectional got {given!r}, expected a recurrent layer")
        self.__dict__["backward_layer"] = backward_layer
        self._initial_weights = weights
        options = self._with_base({"merge_mode": merge_mode}, name, trainable, dtype)
        self._take(
            _lamina.make_bidirectional(
                layer._core, None if backward_layer is None else backward_layer._core, options
            )
        )

    def _take(self, core: Any) -> None:
        super()._take(core)
        self.__dict__.pop("layer", None)
        self.__dict__["forward_layer"] = _faces.face(core.forward_layer)
        self.__dict__["backward_layer"] = _faces.face(core.backward_layer)

    def _parts(self) -> list[Layer]:
        return [self.forward_layer, self.backward_layer]

    @property
    def return_sequences(self) -> bool:
        """Whether it gives the outputs of all steps."""
        return bool(self.forward_layer.return_sequences)

    @property
    def return_state(self) -> bool:
        """Whether it gives the last states too."""
        return bool(self.forward_layer.return_state)

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
            sequences: ``(batch, steps, features)``.
            initial_state: the list of the forward layer's states, then the backward layer's.
            mask: booleans ``(batch, steps)``; by default the mask that the sequences carry.
            training: whether the call is part of training; by default as the call of the layer that
                this one is made in, else False. In a graph it is kept.
        """
        if self._initial_weights is not None and not self.built:
            shape = sequences.shape if hasattr(sequences, "shape") else None
            self._ensure_built(_lamina.Tensor(sequences).shape if shape is None else shape)
            self.set_weights(self._initial_weights)
            self._initial_weights = None
        kwargs = call_arguments(initial_state, mask)
        plain = not kwargs and not self.return_state and self.merge_mode is not None
        if plain and not _symbolic.is_symbolic(sequences):
            return self._core.call_one(sequences, training)
        return self._call_general(sequences, training, kwargs)

    @property
    def states(self) -> list[Any] | None:
        """Of stateful layers, once they ran: where their next batch begins."""
        own = [*(self.forward_layer.states or []), *(self.backward_layer.states or [])]
        return own or None

    def reset_states(self) -> None:
        """Lets stateful layers begin with zeros again."""
        self._core.reset_states()

    reset_state = reset_states
