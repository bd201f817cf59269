"""The simple recurrent layer."""

from typing import Any

from lamina.layers.rnn import RNN
from lamina.layers.rnn_cell import RNNCell


class SimpleRNNCell(RNNCell):
    """One step of ``SimpleRNN``: a layer called on the inputs and a list of the state ``h``.

    Args:
        units: width of the output and of each state.
        activation: of the new values.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: of the weights.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties of the weights.
        kernel_constraint, recurrent_constraint, bias_constraint: applied after each update.
        dropout: share of the inputs that training leaves out, the same ones in all steps.
        recurrent_dropout: the same of the state.
        seed: of the dropout.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, features)``, and ``(batch, units)`` of each state. It gives the output,
        ``(batch, units)``, and the list of the states after the step.

    Reference: Elman, 1990, "Finding structure in time".

    >>> import numpy as np
    >>> output, states = SimpleRNNCell(2)(np.zeros((1, 3)), [np.zeros((1, 2))])
    >>> output.shape, len(states)
    ((1, 2), 1)
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "SimpleRNNCell",
            units=units,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class SimpleRNN(RNN):
    """A fully connected layer over sequences, which sees its own last output.

    Calls also take ``initial_state``, the list of the states to begin with, and ``mask``, which
    says which steps count: the others keep the states.

    Args:
        units: width of the output and of each state.
        activation: of the new values.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: of the weights.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties of the weights.
        activity_regularizer: a penalty of the outputs.
        kernel_constraint, recurrent_constraint, bias_constraint: applied after each update.
        dropout: share of the inputs that training leaves out, the same ones in all steps.
        recurrent_dropout: the same of the state.
        seed: of the dropout.
        return_sequences: whether to give the outputs of all steps, not of the last alone.
        return_state: whether to give the last states too.
        go_backwards: whether to walk from the last step to the first; the outputs of all steps then
            come in that order.
        stateful: whether a batch begins with the states in which the batch before ended.
        unroll: has no effect; Keras's argument.
        zero_output_for_mask: whether a masked step gives 0; else it gives the output before it.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, features)``. Output shape: ``(batch, units)``, or ``(batch, steps,
        units)`` with ``return_sequences``; with ``return_state`` then the states ``h``, each
        ``(batch, units)``.

    Raises:
        ValueError: an option is outside its range, there is no step, or the shapes of inputs,
            states or mask do not fit.

    Reference: Elman, 1990, "Finding structure in time".

    >>> x = [[[1.0], [2.0], [3.0]]]
    >>> SimpleRNN(1, "linear", kernel_initializer="ones", recurrent_initializer="ones")(x).numpy()
    array([[6.]], dtype=float32)
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        *,
        zero_output_for_mask: bool = False,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        self._make(
            "SimpleRNN",
            units=units,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            seed=seed,
            zero_output_for_mask=zero_output_for_mask,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
