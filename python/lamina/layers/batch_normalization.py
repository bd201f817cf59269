"""Batch normalization."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class BatchNormalization(BuiltinLayer):
    """Normalizes each channel by the batch's mean and variance, then scales and shifts it.

    In training the batch's own statistics are used and their moving averages kept; otherwise, and
    when the layer is not trainable, the moving averages are used.

    Args:
        axis: the axis of the channels; not the batch's.
        momentum: weight of the past in the moving averages, in [0, 1].
        epsilon: added to the variance, above 0.
        center: whether ``beta`` is added.
        scale: whether ``gamma`` multiplies.
        beta_initializer: how ``beta`` begins.
        gamma_initializer: how ``gamma`` begins.
        moving_mean_initializer: how the moving mean begins.
        moving_variance_initializer: how the moving variance begins.
        beta_regularizer: what ``beta`` adds to the loss.
        gamma_regularizer: what ``gamma`` adds to the loss.
        beta_constraint: what ``beta`` is brought back to after each step.
        gamma_constraint: what ``gamma`` is brought back to after each step.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: any with channels at ``axis``. Output shape: the same.

    Raises:
        ValueError: ``momentum`` or ``epsilon`` is outside its range, or ``axis`` is the batch's.

    Reference: Ioffe and Szegedy, 2015, "Batch normalization: accelerating deep network training by
    reducing internal covariate shift".

    >>> BatchNormalization()([[-1.0], [1.0]], training=True).numpy().round(2)
    array([[-1.],
           [ 1.]], dtype=float32)
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
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
            "BatchNormalization",
            axis=axis,
            momentum=momentum,
            epsilon=epsilon,
            center=center,
            scale=scale,
            beta_initializer=beta_initializer,
            gamma_initializer=gamma_initializer,
            moving_mean_initializer=moving_mean_initializer,
            moving_variance_initializer=moving_variance_initializer,
            beta_regularizer=beta_regularizer,
            gamma_regularizer=gamma_regularizer,
            beta_constraint=beta_constraint,
            gamma_constraint=gamma_constraint,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
