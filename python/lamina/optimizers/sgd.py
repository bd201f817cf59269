"""Gradient descent by the gradient itself, or by its sign."""

from typing import Any

from lamina.optimizers.optimizer import BuiltinOptimizer, arguments


class SGD(BuiltinOptimizer):
    """Gradient descent: ``w -= learning_rate * g``.

    With momentum ``m = momentum * m - learning_rate * g`` and ``w += m``; Nesterov's variant then
    takes ``w += momentum * m - learning_rate * g`` instead.

    Args:
        learning_rate: step size, a schedule or a function.
        momentum: in [0, 1].
        nesterov: whether to apply Nesterov's momentum.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> SGD(learning_rate=0.25).step([w])
    >>> w.numpy().round(3)
    array([0.5], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
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


class Lion(BuiltinOptimizer):
    """Steps of one size, by the sign of a mean of gradients.

    Args:
        learning_rate: step size, a schedule or a function.
        beta_1: weight of the past in the direction of a step, in (0, 1].
        beta_2: weight of the past in what is kept of it, in [0, 1].
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Chen et al., 2023, "Symbolic discovery of optimization algorithms".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Lion(learning_rate=0.1).step([w])
    >>> w.numpy().round(3)
    array([0.9], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
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
