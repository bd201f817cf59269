"""Optimizers that treat a weight as the matrix that it is."""

from collections.abc import Sequence
from typing import Any

from lamina.optimizers.optimizer import BuiltinOptimizer, arguments


class Adafactor(BuiltinOptimizer):
    """Of the squared gradients of a matrix keeps means over rows and over columns only.

    Args:
        learning_rate: step size, a schedule or a function.
        beta_2_decay: how the weight of the past grows: it is ``1 - step ** beta_2_decay``.
        epsilon_1: added to the squared gradient.
        epsilon_2: least root mean square that a weight is taken to have.
        clip_threshold: largest root mean square of a step's direction.
        relative_step: whether the rate is at most ``1 / sqrt(step)``.
        weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Shazeer and Stern, 2018, "Adafactor: adaptive learning rates with sublinear memory
    cost".

    >>> w = Variable([2.0])
    >>> (w * w).backward()
    >>> Adafactor(learning_rate=0.1).step([w])
    >>> w.numpy().round(3)
    array([1.8], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
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


class Muon(BuiltinOptimizer):
    """Matrices step by their momentum with all singular values brought near 1; other weights, and
    those that are excluded, by ``AdamW``.

    Args:
        learning_rate: step size, a schedule or a function.
        adam_beta_1, adam_beta_2, epsilon: ``AdamW``'s for other weights.
        adam_weight_decay: share of other weights that a step of rate 1 removes, or None.
        weight_decay: the same of matrices.
        exclude_layers: parts of paths; a weight whose path contains one steps by ``AdamW``.
        exclude_embeddings: whether embeddings do.
        muon_a, muon_b, muon_c: coefficients of the polynomial of the singular values.
        adam_lr_ratio: factor of the learning rate of other weights.
        momentum: in [0, 1].
        ns_steps: how often the polynomial is applied.
        nesterov: whether to apply Nesterov's momentum.
        rms_rate: root mean square of a matrix's step of rate 1; None leaves it as it is.
        clipnorm, clipvalue, global_clipnorm, use_ema, ema_momentum,
            ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps, name: as for
            every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Jordan et al., 2024, "Muon: an optimizer for hidden layers in neural networks"; Liu
    et al., 2025, "Muon is scalable for LLM training".

    >>> w = Variable([[3.0, 0.0], [0.0, 1.0]])
    >>> Muon(learning_rate=0.1, weight_decay=0.0).apply([[[3.0, 0.0], [0.0, 1.0]]], [w])
    >>> w.numpy().round(2)
    array([[2.98, 0.  ],
           [0.  , 0.97]], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.7750,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
    ) -> None:
        exclude_layers = list(exclude_layers or ())
        super().__init__(**arguments(locals()))
