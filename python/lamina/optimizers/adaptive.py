"""A step size of its own for each element, by the gradients it had."""

from typing import Any

from lamina.optimizers.optimizer import BuiltinOptimizer, arguments


class RMSprop(BuiltinOptimizer):
    """Steps over the root of a running mean of the gradient's square.

    Args:
        learning_rate: step size, a schedule or a function.
        rho: weight of the past in the mean, in [0, 1).
        momentum: in [0, 1].
        epsilon: added under the root.
        centered: whether the square of the gradient's running mean is taken off (Graves, 2013).
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Tieleman and Hinton, 2012, "Lecture 6.5: rmsprop".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> RMSprop(learning_rate=0.1, rho=0.75).step([w])
    >>> w.numpy().round(3)
    array([0.8], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(**arguments(locals()))


class Adagrad(BuiltinOptimizer):
    """Steps over the root of the sum of the squares of all gradients so far.

    Args:
        learning_rate: step size, a schedule or a function.
        initial_accumulator_value: what the sum begins with, at least 0.
        epsilon: added under the root.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Duchi, Hazan and Singer, 2011, "Adaptive subgradient methods for online learning and
    stochastic optimization".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Adagrad(learning_rate=0.1, initial_accumulator_value=0.0).step([w])
    >>> w.numpy().round(3)
    array([0.9], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(**arguments(locals()))


class Adadelta(BuiltinOptimizer):
    """Steps as large as the root mean square of the last ones, over that of the gradients.

    Args:
        learning_rate: factor of the steps, a schedule or a function; Zeiler's is 1.
        rho: weight of the past in both means, in [0, 1).
        epsilon: added under both roots.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Zeiler, 2012, "ADADELTA: an adaptive learning rate method".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Adadelta(learning_rate=1.0, epsilon=0.25).step([w])
    >>> w.numpy().round(3)
    array([-0.491], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(**arguments(locals()))


class Ftrl(BuiltinOptimizer):
    """Follow the regularized leader: sparse weights by an L1 penalty.

    Args:
        learning_rate: step size, a schedule or a function.
        learning_rate_power: at most 0; step sizes fall as this power of the sum of squares.
        initial_accumulator_value: what the sum begins with, at least 0.
        l1_regularization_strength: weights whose gradients stay below it are 0.
        l2_regularization_strength: penalty on squares that stabilizes.
        l2_shrinkage_regularization_strength: penalty on squares by the gradient.
        beta: added to the learning rate's denominator.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: McMahan et al., 2013, "Ad click prediction: a view from the trenches".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Ftrl(learning_rate=0.1).step([w])
    >>> w.numpy().round(3)
    array([0.745], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(**arguments(locals()))
