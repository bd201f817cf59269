"""Channels in groups, each less its mean over a sample, over its standard deviation."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class GroupNormalization(BuiltinLayer):
    """Channels in groups, each less its mean over a sample, over its standard deviation.

    Then each channel is scaled and shifted.

    Args:
        groups: number of groups; -1 for one a channel.
        axis: the axis of the channels; not the batch's.
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
        ValueError: ``groups`` do not divide the channels, or ``axis`` is the batch's.

    Reference: Wu and He, 2018, "Group normalization".

    >>> GroupNormalization(groups=1)([[1.0, 3.0]]).numpy().round(2)
    array([[-1.,  1.]], dtype=float32)
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
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
            "GroupNormalization",
            groups=groups,
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
