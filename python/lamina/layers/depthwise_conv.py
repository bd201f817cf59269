"""Depthwise convolutions in one and two dimensions."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class DepthwiseConv(BuiltinLayer):
    """What depthwise convolutions of any rank take."""

    _type: str

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            self._type,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            depth_multiplier=depth_multiplier,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            use_bias=use_bias,
            depthwise_initializer=depthwise_initializer,
            bias_initializer=bias_initializer,
            depthwise_regularizer=depthwise_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            depthwise_constraint=depthwise_constraint,
            bias_constraint=bias_constraint,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class DepthwiseConv1D(DepthwiseConv):
    """Each channel of a sequence by kernels of its own; channels do not mix.

    Args:
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (none), ``"same"`` (as many outputs as inputs, over the strides).
        depth_multiplier: outputs of each channel, above 0.
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        depthwise_initializer: how the kernel of each channel begins.
        bias_initializer: how the bias begins.
        depthwise_regularizer: what the kernel of each channel adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        depthwise_constraint: what the kernel of each channel is brought back to after each step.
        bias_constraint: what the bias is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``.
    Output shape: ``(batch, new_steps, channels * depth_multiplier)``.

    Raises:
        ValueError: a number or name is out of range, or inputs are smaller than the kernel.
        TypeError: a number is not a whole one.

    Reference: Howard et al., 2017, "MobileNets: efficient convolutional neural networks for mobile
    vision applications".

    >>> layer = DepthwiseConv1D(2, depthwise_initializer="ones")
    >>> layer([[[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]]).numpy()
    array([[[ 3., 30.],
            [ 5., 50.]]], dtype=float32)
    """

    _type = "DepthwiseConv1D"


class DepthwiseConv2D(DepthwiseConv):
    """Each channel of an image by kernels of its own; channels do not mix.

    Args:
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (none), ``"same"`` (as many outputs as inputs, over the strides).
        depth_multiplier: outputs of each channel, above 0.
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        depthwise_initializer: how the kernel of each channel begins.
        bias_initializer: how the bias begins.
        depthwise_regularizer: what the kernel of each channel adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        depthwise_constraint: what the kernel of each channel is brought back to after each step.
        bias_constraint: what the bias is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, rows, columns, channels)``.
    Output shape: ``(batch, new_rows, new_columns, channels * depth_multiplier)``.

    Raises:
        ValueError: a number or name is out of range, or inputs are smaller than the kernel.
        TypeError: a number is not a whole one.

    Reference: Howard et al., 2017, "MobileNets: efficient convolutional neural networks for mobile
    vision applications".

    >>> import numpy as np
    >>> DepthwiseConv2D(3, depth_multiplier=2)(np.zeros((1, 8, 8, 5))).shape
    (1, 6, 6, 10)
    """

    _type = "DepthwiseConv2D"
