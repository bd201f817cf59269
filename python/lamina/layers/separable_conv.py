"""Separable convolutions in one and two dimensions."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class SeparableConv(BuiltinLayer):
    """What separable convolutions of any rank take."""

    _type: str

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
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
            depth_multiplier=depth_multiplier,
            activation=activation,
            use_bias=use_bias,
            depthwise_initializer=depthwise_initializer,
            pointwise_initializer=pointwise_initializer,
            bias_initializer=bias_initializer,
            depthwise_regularizer=depthwise_regularizer,
            pointwise_regularizer=pointwise_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            depthwise_constraint=depthwise_constraint,
            pointwise_constraint=pointwise_constraint,
            bias_constraint=bias_constraint,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class SeparableConv1D(SeparableConv):
    """A depthwise convolution along time, then one of extent 1 that mixes the channels.

    Args:
        filters: number of outputs at each place, above 0.
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (none), ``"same"`` (as many outputs as inputs, over the strides).
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
        depth_multiplier: outputs of each channel, above 0.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        depthwise_initializer: how the kernel of each channel begins.
        pointwise_initializer: how the kernel that mixes the channels begins.
        bias_initializer: how the bias begins.
        depthwise_regularizer: what the kernel of each channel adds to the loss.
        pointwise_regularizer: what the kernel that mixes the channels adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        depthwise_constraint: what the kernel of each channel is brought back to after each step.
        pointwise_constraint: what the kernel that mixes the channels is brought back to after each
            step.
        bias_constraint: what the bias is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``.
    Output shape: ``(batch, new_steps, filters)``.

    Raises:
        ValueError: a number or name is out of range, or inputs are smaller than the kernel.
        TypeError: a number is not a whole one.

    Reference: Chollet, 2017, "Xception: deep learning with depthwise separable convolutions".

    >>> import numpy as np
    >>> SeparableConv1D(4, 3)(np.zeros((2, 10, 8))).shape
    (2, 8, 4)
    """

    _type = "SeparableConv1D"


class SeparableConv2D(SeparableConv):
    """A depthwise convolution of images, then one of 1 x 1 that mixes the channels.

    Args:
        filters: number of outputs at each place, above 0.
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (none), ``"same"`` (as many outputs as inputs, over the strides).
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
        depth_multiplier: outputs of each channel, above 0.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        depthwise_initializer: how the kernel of each channel begins.
        pointwise_initializer: how the kernel that mixes the channels begins.
        bias_initializer: how the bias begins.
        depthwise_regularizer: what the kernel of each channel adds to the loss.
        pointwise_regularizer: what the kernel that mixes the channels adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        depthwise_constraint: what the kernel of each channel is brought back to after each step.
        pointwise_constraint: what the kernel that mixes the channels is brought back to after each
            step.
        bias_constraint: what the bias is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, rows, columns, channels)``.
    Output shape: ``(batch, new_rows, new_columns, filters)``.

    Raises:
        ValueError: a number or name is out of range, or inputs are smaller than the kernel.
        TypeError: a number is not a whole one.

    Reference: Chollet, 2017, "Xception: deep learning with depthwise separable convolutions".

    >>> import numpy as np
    >>> SeparableConv2D(4, 3, padding="same")(np.zeros((2, 10, 10, 8))).shape
    (2, 10, 10, 4)
    """

    _type = "SeparableConv2D"
