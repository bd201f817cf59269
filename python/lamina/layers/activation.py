"""An activation function as a layer."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Activation(BuiltinLayer):
    """Applies an activation function.

    Args:
        activation: a name or function of ``lamina.activations``.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: the name is unknown.

    >>> Activation("relu")([-1.0, 2.0]).numpy()
    array([0., 2.], dtype=float32)
    """

    def __init__(
        self,
        activation: Any,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Activation",
            activation=activation,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
