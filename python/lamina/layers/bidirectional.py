"""Recurrence in both directions."""

from typing import Any

from lamina import _lamina, _naming, _pieces, _serialized, _symbolic, ops
from lamina import _layer_faces as _faces
from lamina.layers._layer_files import LayerFiles
from lamina.layers.builtin_layer import BuiltinLayer
from lamina.layers.layer import Layer, masked
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
    _own: _lamina.Bidirectional
    forward_layer: Any
    backward_layer: Any

    def __new__(cls, layer: Any = None, *args: Any, **kwargs: Any) -> Any:
        """An object that Python runs, where Python runs one of the layers."""
        given = (layer, kwargs.get("backward_layer"), *args[2:3])
        if cls is Bidirectional and any(getattr(each, "_inner", None) for each in given):
            cls = PythonBidirectional
        return super().__new__(cls)

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
        options = self._with_base({"merge_mode": merge_mode}, name, trainable, dtype)
        self._take(
            _lamina.make_bidirectional(
                layer._core,
                None if backward_layer is None else backward_layer._core,
                options,
                [] if weights is None else list(weights),
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
        self._own.reset_states()

    reset_state = reset_states


class PythonBidirectional(Bidirectional):
    """``Bidirectional`` of layers that Python runs: of classes that users derived from recurrent
    ones.
    """

    __call__ = Layer.__call__
    __getattr__ = Layer.__getattr__
    __setattr__ = Layer.__setattr__  # type: ignore[assignment]
    _parts = LayerFiles._parts  # type: ignore[assignment]
    supports_masking = True
    _tells_output_shape = Layer._tells_output_shape

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
        if merge_mode not in (*_MERGED, None):
            raise ValueError(
                f"Bidirectional got merge_mode={merge_mode!r}, expected {', '.join(_MERGED)} or "
                "None"
            )
        Layer.__init__(self, name=name, trainable=trainable, dtype=dtype)
        self.merge_mode = merge_mode
        self._initial_weights = weights
        self.forward_layer = _like(layer, "forward_", layer.go_backwards)
        backwards = not layer.go_backwards
        self.backward_layer = backward_layer or _like(layer, "backward_", backwards)
        for option in ("go_backwards", "stateful", "return_sequences", "return_state"):
            one, other = (getattr(each, option) for each in self._parts())
            if (one == other) is (option == "go_backwards"):
                raise ValueError(
                    f"Bidirectional got layers with {option}={one} and {other}: they differ in "
                    "go_backwards, and in nothing else of what they return"
                )
        for part in self._parts():
            if part.zero_output_for_mask != part.return_sequences:
                part.zero_output_for_mask = part.return_sequences

    def build(self, input_shape: Any) -> None:
        """Builds both layers."""
        weights, self._initial_weights = self._initial_weights, None
        for place, part in enumerate((self.forward_layer, self.backward_layer)):
            part.build(input_shape)
            if weights is not None:
                half = len(weights) // 2
                part.set_weights(weights[place * half : (place + 1) * half])

    def call(self, sequences: Any, initial_state: Any = None, mask: Any = None) -> Any:
        """Both layers' outputs, merged."""
        states: list[Any] = [None, None]
        if initial_state is not None:
            half = len(initial_state) // 2
            states = [initial_state[:half], initial_state[half:]]
        outputs, last = [], []
        for part, state in zip((self.forward_layer, self.backward_layer), states, strict=True):
            given = {} if state is None else {"initial_state": state}
            output = part(sequences if mask is None else masked(sequences, mask), **given)
            if self.return_state:
                output, *own = output
                last += own
            outputs.append(output)
        if self.return_sequences:
            outputs[1] = ops.flip(outputs[1], axis=1)
        if self.merge_mode is not None:
            outputs = [_MERGED[self.merge_mode](*outputs)]
        outputs += last
        return outputs if len(outputs) > 1 else outputs[0]

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The output's shape, found by a call on zeros."""
        return Layer.compute_output_shape(self, input_shape)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of the sequences, where it gives sequences."""
        if not self.return_sequences:
            return None
        return previous_mask if self.merge_mode is not None else [previous_mask, previous_mask]

    def reset_states(self) -> None:
        """Lets stateful layers begin with zeros again."""
        for part in (self.forward_layer, self.backward_layer):
            part.reset_states()

    reset_state = reset_states

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        return {
            **self._own_core.base_config(),
            "merge_mode": self.merge_mode,
            "layer": _serialized.serialize(self.forward_layer),
            "backward_layer": _serialized.serialize(self.backward_layer),
        }


_MERGED: dict[str, Any] = {
    "concat": lambda one, other: ops.concatenate([one, other], axis=-1),
    "sum": lambda one, other: one + other,
    "mul": lambda one, other: one * other,
    "ave": lambda one, other: (one + other) / 2,
}


def _like(layer: Any, prefix: str, go_backwards: bool) -> Any:
    """A layer of the same class and options."""
    config = _pieces.with_targets(layer.get_config())
    name = layer.name if layer.name.startswith(prefix) else prefix + layer.name
    return type(layer).from_config({**config, "name": name, "go_backwards": go_backwards})


PythonBidirectional.__name__ = "Bidirectional"  # which makes one of these from such a configuration
_naming.register(PythonBidirectional, "lamina>Bidirectional")
