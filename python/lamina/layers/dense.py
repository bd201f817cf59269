"""The fully connected layer."""

from typing import Any

from lamina.layers.layer import BuiltinLayer


class Dense(BuiltinLayer):
    """Fully connected layer: ``activation(inputs @ kernel + bias)`` along the last axis.

    Args:
        units: size of the output's last axis, above 0.
        activation: a name or function of ``lamina.activations``; None is ``linear``.
        use_bias: whether a bias is added.
        kernel_initializer: how the kernel, ``(inputs, units)``, begins.
        bias_initializer: how the bias, ``(units,)``, begins.
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
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
