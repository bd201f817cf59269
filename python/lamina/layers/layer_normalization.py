"""Each sample less its mean, over its standard deviation; then scaled and shifted."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class LayerNormalization(BuiltinLayer):
    """Each sample less its mean, over its standard deviation; then scaled and shifted.

    Args:
        axis: one or several axes over which a sample is normalized; not the batch's.
        epsilon: added to the variance, above 0.
        center: whether ``beta`` is added.
        scale: whether ``gamma`` multiplies.
        beta_initializer: how ``beta`` begins.
        gamma_initializer: how ``gamma`` begins.
        beta_regularizer: what ``beta`` adds to the loss.
        gamma_regularizer: what ``gamma`` adds to the loss.
        beta_constraint: what ``beta`` is brought back to after each step.
        gamma_constraint: what ``gamma`` is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any. Output shape: the same.

    Raises:
        ValueError: ``epsilon`` is not above 0, or an axis is the batch's.

    Reference: Ba et al., 2016, "Layer normalization".

    >>> LayerNormalization()([[1.0, 3.0]]).numpy().round(2)
    array([[-1.,  1.]], dtype=float32)
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "LayerNormalization",
            axis=axis,
            epsilon=epsilon,
            center=center,
            scale=scale,
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
