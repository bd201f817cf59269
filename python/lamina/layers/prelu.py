"""Leaky rectified linear unit whose slope is learnt: ``x``, or ``alpha * x`` below 0."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class PReLU(BuiltinLayer):
    """Leaky rectified linear unit whose slope is learnt: ``x``, or ``alpha * x`` below 0.

    Args:
        alpha_initializer: how the slopes begin.
        alpha_regularizer: what they add to the loss.
        alpha_constraint: what they are brought back to after each step.
        shared_axes: axes, counted with the batch's, along which places share one slope.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``shared_axes`` are not axes of a sample.

    Reference: He et al., 2015, "Delving deep into rectifiers".

    >>> PReLU(alpha_initializer="ones")([[-1.0, 2.0]]).numpy()
    array([[-1.,  2.]], dtype=float32)
    """

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Sequence[int] | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "PReLU",
            alpha_initializer=alpha_initializer,
            alpha_regularizer=alpha_regularizer,
            alpha_constraint=alpha_constraint,
            shared_axes=shared_axes,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
