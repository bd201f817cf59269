"""The fully connected layer."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Dense(BuiltinLayer):
    """Fully connected layer: ``activation(inputs @ kernel + bias)`` along the last axis.

    Args:
        units: size of the output's last axis, above 0.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        kernel_initializer: how the kernel, ``(inputs, units)``, begins.
        bias_initializer: how the bias, ``(units,)``, begins.
        kernel_regularizer: what the kernel adds to the loss.
        bias_regularizer: what the bias adds to the loss.
        activity_regularizer: what the outputs add to the loss, over the number of samples.
        kernel_constraint: what the kernel is brought back to after each step.
        bias_constraint: what the bias is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, ..., inputs)``. Output shape: ``(batch, ..., units)``.

    Raises:
        ValueError: ``units`` is not above 0, or a name is unknown.
        TypeError: ``units`` is not a whole number.

    Reference: Rumelhart et al., 1986, "Learning representations by back-propagating errors".

    >>> layer = Dense(2, activation="relu", kernel_initializer="ones")
    >>> layer([[1.0, 2.0], [-3.0, 1.0]]).numpy()
    array([[3., 3.],
           [0., 0.]], dtype=float32)
    """

    def __init__(
        self,
        units: int,
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
            "Dense",
            units=units,
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
