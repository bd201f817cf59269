"""LSTMs whose products are convolutions."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer
from lamina.layers.rnn import RNN


class ConvLSTMCell(BuiltinLayer):
    """The cell of a ``ConvLSTM``, which makes it."""


class ConvLSTM(RNN):
    """What ``ConvLSTM1D``, ``ConvLSTM2D`` and ``ConvLSTM3D`` share."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        *,
        zero_output_for_mask: bool = False,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        self._make(
            type(self)._type,
            filters=filters,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            zero_output_for_mask=zero_output_for_mask,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )

    _type = ""

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        return {key: value for key, value in super().get_config().items() if key != "unroll"}


class ConvLSTM1D(ConvLSTM):
    """An LSTM over sequences of signals, whose products with the kernels are convolutions.

    Args:
        filters: number of outputs at each place, and of each state.
        kernel_size: extent of both kernels along each spatial axis.
        strides, padding, data_format, dilation_rate: of the inputs' convolution, as for
            ``Conv1D``; the state's is always ``"same"``.
        activation: of the new values.
        recurrent_activation: of the gates.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: of the weights.
        unit_forget_bias: whether the forget gate's bias begins at 1.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties of the weights.
        activity_regularizer: a penalty of the outputs.
        kernel_constraint, recurrent_constraint, bias_constraint: applied after each update.
        dropout: share of the inputs that training leaves out, the same ones in all steps.
        recurrent_dropout: the same of the state.
        seed: of the dropout.
        return_sequences, return_state, go_backwards, stateful, zero_output_for_mask: as for
            ``LSTM``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, width, channels)``. Output shape: as of ``Conv1D`` at
        each step: the last one's, or with ``return_sequences`` those of all steps.

    Raises:
        ValueError: an option is outside its range, or the shapes do not fit.

    Reference: Shi et al., 2015, "Convolutional LSTM network: a machine learning approach for
    precipitation nowcasting".

    >>> import numpy as np
    >>> ConvLSTM1D(5, 3)(np.zeros((2, 4, 8, 3))).shape
    (2, 6, 5)
    """

    _type = "ConvLSTM1D"


class ConvLSTM2D(ConvLSTM):
    """An LSTM over sequences of images, whose products with the kernels are convolutions.

    Args:
        filters: number of outputs at each place, and of each state.
        kernel_size: extent of both kernels along each spatial axis.
        strides, padding, data_format, dilation_rate: of the inputs' convolution, as for
            ``Conv2D``; the state's is always ``"same"``.
        activation: of the new values.
        recurrent_activation: of the gates.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: of the weights.
        unit_forget_bias: whether the forget gate's bias begins at 1.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties of the weights.
        activity_regularizer: a penalty of the outputs.
        kernel_constraint, recurrent_constraint, bias_constraint: applied after each update.
        dropout: share of the inputs that training leaves out, the same ones in all steps.
        recurrent_dropout: the same of the state.
        seed: of the dropout.
        return_sequences, return_state, go_backwards, stateful, zero_output_for_mask: as for
            ``LSTM``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, height, width, channels)``. Output shape: as of ``Conv2D`` at
        each step: the last one's, or with ``return_sequences`` those of all steps.

    Raises:
        ValueError: an option is outside its range, or the shapes do not fit.

    Reference: Shi et al., 2015, "Convolutional LSTM network: a machine learning approach for
    precipitation nowcasting".

    >>> import numpy as np
    >>> ConvLSTM2D(5, 3)(np.zeros((2, 4, 8, 8, 3))).shape
    (2, 6, 6, 5)
    """

    _type = "ConvLSTM2D"


class ConvLSTM3D(ConvLSTM):
    """An LSTM over sequences of volumes, whose products with the kernels are convolutions.

    Args:
        filters: number of outputs at each place, and of each state.
        kernel_size: extent of both kernels along each spatial axis.
        strides, padding, data_format, dilation_rate: of the inputs' convolution, as for
            ``Conv3D``; the state's is always ``"same"``.
        activation: of the new values.
        recurrent_activation: of the gates.
        use_bias: whether a bias is added.
        kernel_initializer, recurrent_initializer, bias_initializer: of the weights.
        unit_forget_bias: whether the forget gate's bias begins at 1.
        kernel_regularizer, recurrent_regularizer, bias_regularizer: penalties of the weights.
        activity_regularizer: a penalty of the outputs.
        kernel_constraint, recurrent_constraint, bias_constraint: applied after each update.
        dropout: share of the inputs that training leaves out, the same ones in all steps.
        recurrent_dropout: the same of the state.
        seed: of the dropout.
        return_sequences, return_state, go_backwards, stateful, zero_output_for_mask: as for
            ``LSTM``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, depth, height, width, channels)``. Output shape: as of
        ``Conv3D`` at each step: the last one's, or with ``return_sequences`` those of all steps.

    Raises:
        ValueError: an option is outside its range, or the shapes do not fit.

    Reference: Shi et al., 2015, "Convolutional LSTM network: a machine learning approach for
    precipitation nowcasting".

    >>> import numpy as np
    >>> ConvLSTM3D(5, 3)(np.zeros((1, 2, 5, 5, 5, 1))).shape
    (1, 3, 3, 3, 5)
    """

    _type = "ConvLSTM3D"
