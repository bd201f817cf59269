"""Convolutions in one, two and three dimensions."""

from collections.abc import Sequence
from typing import Any

from lamina import activations, ops
from lamina.layers.builtin_layer import _LAST, BuiltinLayer


class Conv(BuiltinLayer):
    """What convolutions of any rank take."""

    _type: str
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]
    padding: str
    data_format: str
    filters: int
    use_bias: bool

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            self._type,
            filters=filters,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            groups=groups,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """The convolution by itself, which classes that override it change, or call with a kernel
        of their own.

        >>> layer = Conv1D(1, 2)
        >>> layer.convolution_op([[[2.0], [5.0]]], [[[1.0]], [[-1.0]]]).numpy()
        array([[[-3.]]], dtype=float32)
        """
        padding = self.padding
        if padding == "causal":
            before = [self.dilation_rate[0] * (self.kernel_size[0] - 1), 0]
            steps = [before, [0, 0]] if self.data_format == _LAST else [[0, 0], before]
            inputs, padding = ops.pad(inputs, [[0, 0], *steps]), "valid"
        return ops.conv(
            inputs,
            kernel,
            strides=self.strides,
            padding=padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The layer's function, of the arguments of ``__call__``."""
        if type(self).convolution_op is Conv.convolution_op:
            return super().call(inputs, *args, **kwargs)
        outputs = self.convolution_op(inputs, self.kernel)
        if self.use_bias:
            axes = (1,) * len(self.kernel_size)
            last = self.data_format == _LAST
            outputs = outputs + ops.reshape(
                self.bias, (1, *axes, self.filters) if last else (1, self.filters, *axes)
            )
        return outputs if self.activation is None else activations.get(self.activation)(outputs)


class Conv1D(Conv):
    """Convolution along time: ``activation(inputs * kernel + bias)``.

    As in every deep-learning library it is a cross-correlation: the kernel is not turned.

    Args:
        filters: number of outputs at each place, above 0.
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (none), ``"same"`` (as many outputs as inputs, over the strides), or
            ``"causal"`` (an output sees no later input).
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
        groups: number of groups of channels that are convolved apart.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        kernel_initializer: how the kernel begins.
        bias_initializer: how the bias begins.
        kernel_regularizer: what the kernel adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        kernel_constraint: what the kernel is brought back to after each step.
        bias_constraint: what the bias is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``.
    Output shape: ``(batch, new_steps, filters)``.

    Raises:
        ValueError: a number or name is out of range, or inputs are smaller than the kernel.
        TypeError: a number is not a whole one.

    Reference: LeCun et al., 1989, "Backpropagation applied to handwritten zip code recognition".

    >>> layer = Conv1D(1, 4, kernel_initializer="ones")
    >>> layer([[[3.0], [1.0], [0.0], [3.0], [-1.0]]]).numpy().ravel()
    array([7., 3.], dtype=float32)
    """

    _type = "Conv1D"


class Conv2D(Conv):
    """Convolution of images: ``activation(inputs * kernel + bias)``.

    As in every deep-learning library it is a cross-correlation: the kernel is not turned.

    Args:
        filters: number of outputs at each place, above 0.
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (none), ``"same"`` (as many outputs as inputs, over the strides).
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
        groups: number of groups of channels that are convolved apart.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        kernel_initializer: how the kernel begins.
        bias_initializer: how the bias begins.
        kernel_regularizer: what the kernel adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        kernel_constraint: what the kernel is brought back to after each step.
        bias_constraint: what the bias is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, rows, columns, channels)``.
    Output shape: ``(batch, new_rows, new_columns, filters)``.

    Raises:
        ValueError: a number or name is out of range, or inputs are smaller than the kernel.
        TypeError: a number is not a whole one.

    Reference: LeCun et al., 1989, "Backpropagation applied to handwritten zip code recognition".

    >>> import numpy as np
    >>> Conv2D(6, 5, padding="same", activation="tanh")(np.zeros((64, 28, 28, 1))).shape
    (64, 28, 28, 6)
    """

    _type = "Conv2D"


class Conv3D(Conv):
    """Convolution of volumes: ``activation(inputs * kernel + bias)``.

    As in every deep-learning library it is a cross-correlation: the kernel is not turned.

    Args:
        filters: number of outputs at each place, above 0.
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (none), ``"same"`` (as many outputs as inputs, over the strides).
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
        groups: number of groups of channels that are convolved apart.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        kernel_initializer: how the kernel begins.
        bias_initializer: how the bias begins.
        kernel_regularizer: what the kernel adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        kernel_constraint: what the kernel is brought back to after each step.
        bias_constraint: what the bias is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, planes, rows, columns, channels)``.
    Output shape: ``(batch, new_planes, new_rows, new_columns, filters)``.

    Raises:
        ValueError: a number or name is out of range, or inputs are smaller than the kernel.
        TypeError: a number is not a whole one.

    Reference: Ji et al., 2013, "3D convolutional neural networks for human action recognition".

    >>> import numpy as np
    >>> Conv3D(4, (1, 3, 3))(np.zeros((2, 5, 9, 9, 3))).shape
    (2, 5, 7, 7, 4)
    """

    _type = "Conv3D"
