"""Adam and what was made of it."""

from typing import Any

from lamina.optimizers.optimizer import BuiltinOptimizer, arguments


class Adam(BuiltinOptimizer):
    """Steps scaled by running means of the gradient and of its square.

    Args:
        learning_rate: step size, a schedule or a function.
        beta_1: weight of the past in the mean of gradients, in [0, 1).
        beta_2: weight of the past in the mean of their squares, in [0, 1).
        epsilon: added to the root of the latter.
        amsgrad: whether that mean never falls (Reddi et al., 2018).
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Kingma and Ba, 2015, "Adam: a method for stochastic optimization".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Adam(learning_rate=0.1).step([w])
    >>> w.numpy().round(3)
    array([0.9], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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


class AdamW(BuiltinOptimizer):
    """``Adam`` whose weights decay by a share of their own, apart from the gradient.

    Args:
        learning_rate: step size, a schedule or a function.
        weight_decay: share of each weight that a step of rate 1 removes.
        beta_1, beta_2, epsilon, amsgrad: as for ``Adam``.
        clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Loshchilov and Hutter, 2019, "Decoupled weight decay regularization".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> AdamW(learning_rate=0.1, weight_decay=0.5).step([w])
    >>> w.numpy().round(3)
    array([0.85], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float | None = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
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
        if weight_decay is None:
            raise ValueError("AdamW needs weight_decay, got None; without it take Adam")
        super().__init__(**arguments(locals()))


class Nadam(BuiltinOptimizer):
    """``Adam`` with Nesterov's momentum, which rises with the steps from ``0.52 beta_1`` to
    ``beta_1``.

    Args:
        learning_rate: step size, a schedule or a function.
        beta_1: weight of the past in the mean of gradients, in [0, 1).
        beta_2: weight of the past in the mean of their squares, in [0, 1).
        epsilon: added to the root of the latter.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Dozat, 2016, "Incorporating Nesterov momentum into Adam".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Nadam(learning_rate=0.1, beta_1=0.5).step([w])
    >>> w.numpy().round(3)
    array([0.886], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
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


class Adamax(BuiltinOptimizer):
    """``Adam`` by the largest gradient, of a memory that fades, in place of the root of the mean
    square.

    Args:
        learning_rate: step size, a schedule or a function.
        beta_1: weight of the past in the mean of gradients, in [0, 1).
        beta_2: what the largest gradient is multiplied by in each step, in [0, 1).
        epsilon: added to it.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Kingma and Ba, 2015, "Adam: a method for stochastic optimization", section 7.1.

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Adamax(learning_rate=0.1).step([w])
    >>> w.numpy().round(3)
    array([0.9], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
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


class Lamb(BuiltinOptimizer):
    """``Adam`` whose step, for each weight, is as long as the weight itself times the learning
    rate.

    Args:
        learning_rate: step size, a schedule or a function.
        beta_1: weight of the past in the mean of gradients, in [0, 1).
        beta_2: weight of the past in the mean of their squares, in [0, 1).
        epsilon: added to the root of the latter.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: You et al., 2020, "Large batch optimization for deep learning: training BERT in 76
    minutes".

    >>> w = Variable([2.0])
    >>> (w * w).backward()
    >>> Lamb(learning_rate=0.1).step([w])
    >>> w.numpy().round(3)
    array([1.8], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
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


class ScheduleFreeAdamW(BuiltinOptimizer):
    """``Adam`` that needs no schedule: it learns the mean of the points that its steps lead
    through, and the weights lie between that and the last point.

    Args:
        learning_rate: step size, a schedule or a function.
        beta_1: how near the weights are to the mean, in (0, 1).
        beta_2: weight of the past in the mean of their squares, in [0, 1).
        epsilon: added to the root of the latter.
        warmup_steps: how many steps the learning rate rises for.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Defazio et al., 2024, "The road less scheduled".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> ScheduleFreeAdamW(learning_rate=0.1).step([w])
    >>> w.numpy().round(3)
    array([0.9], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
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
