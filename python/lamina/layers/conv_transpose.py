"""Transposed convolutions in one, two and three dimensions."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class ConvTranspose(BuiltinLayer):
    """What transposed convolutions of any rank take."""

    _type: str

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        output_padding: int | Sequence[int] | None = None,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
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
            output_padding=output_padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
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


class Conv1DTranspose(ConvTranspose):
    """Transposed convolution along time, which lengthens: each step adds a kernel's worth.

    What it computes is the gradient of a convolution by its inputs. The kernel is
    ``(..., filters, channels)``.

    Args:
        filters: number of outputs at each place, above 0.
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (all that a kernel reaches) or ``"same"`` (strides times the inputs).
        output_padding: how far the output reaches over its least extent, below the
            strides; None gives Keras's usual extent.
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
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

    Reference: Zeiler et al., 2010, "Deconvolutional networks".

    >>> layer = Conv1DTranspose(1, 2, strides=2, kernel_initializer="ones")
    >>> layer([[[1.0], [5.0]]]).numpy().ravel()
    array([1., 1., 5., 5.], dtype=float32)
    """

    _type = "Conv1DTranspose"


class Conv2DTranspose(ConvTranspose):
    """Transposed convolution of images, which widens: each pixel adds a kernel's worth.

    What it computes is the gradient of a convolution by its inputs. The kernel is
    ``(..., filters, channels)``.

    Args:
        filters: number of outputs at each place, above 0.
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (all that a kernel reaches) or ``"same"`` (strides times the inputs).
        output_padding: how far the output reaches over its least extent, below the
            strides; None gives Keras's usual extent.
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
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

    Reference: Zeiler et al., 2010, "Deconvolutional networks".

    >>> import numpy as np
    >>> Conv2DTranspose(3, 3, strides=2, padding="same")(np.zeros((1, 7, 7, 8))).shape
    (1, 14, 14, 3)
    """

    _type = "Conv2DTranspose"


class Conv3DTranspose(ConvTranspose):
    """Transposed convolution of volumes, which widens: each voxel adds a kernel's worth.

    What it computes is the gradient of a convolution by its inputs. The kernel is
    ``(..., filters, channels)``.

    Args:
        filters: number of outputs at each place, above 0.
        kernel_size: extent of the kernel along each spatial axis.
        strides: steps from one place of the kernel to the next.
        padding: ``"valid"`` (all that a kernel reaches) or ``"same"`` (strides times the inputs).
        output_padding: how far the output reaches over its least extent, below the
            strides; None gives Keras's usual extent.
        data_format: ``"channels_last"`` (None) or ``"channels_first"``.
        dilation_rate: distance between the kernel's elements.
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

    Reference: Zeiler et al., 2010, "Deconvolutional networks".

    >>> import numpy as np
    >>> Conv3DTranspose(2, 2, strides=2)(np.zeros((1, 3, 3, 3, 4))).shape
    (1, 6, 6, 6, 2)
    """

    _type = "Conv3DTranspose"
