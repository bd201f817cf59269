"""Losses of regions: how far two masks are from covering each other."""

from collections.abc import Sequence
from typing import Any

from lamina._lamina import Tensor
from lamina.losses.loss import BuiltinLoss


class Dice(BuiltinLoss):
    """``1 - 2 sum(y_true y_pred) / (sum(y_true) + sum(y_pred))``.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        axis: what is summed over, one axis or several: ``(1, 2, 3)`` for each image's own loss; by
            default all, so that the whole batch has one.
        dtype: what to compute in; by default that of the predictions.

    >>> Dice()([[1.0, 1.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]).item()
    0.5
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "dice",
        axis: int | Sequence[int] | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(axis=axis, reduction=reduction, name=name, dtype=dtype)


class Tversky(BuiltinLoss):
    """``1 - c / (c + alpha m + beta w)`` with what both cover, ``c = sum(y_true y_pred)``, what is
    missed, ``m = sum(y_true (1 - y_pred))``, and what is wrong, ``w = sum((1 - y_true) y_pred)``.

    Args:
        alpha: how much counts what is missed, at least 0.
        beta: how much counts what is wrong, at least 0. Both 1/2 make it ``Dice``.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        axis: what is summed over, see ``Dice``.
        dtype: what to compute in; by default that of the predictions.

    Reference: Salehi et al., 2017, "Tversky loss function for image segmentation".

    >>> round(Tversky(0.5, 1.0)([[1.0, 1.0, 0.0]], [[1.0, 0.0, 1.0]]).item(), 4)
    0.6
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "tversky",
        axis: int | Sequence[int] | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            alpha=alpha, beta=beta, axis=axis, reduction=reduction, name=name, dtype=dtype
        )


def dice(y_true: Any, y_pred: Any, axis: int | Sequence[int] | None = None) -> Tensor:
    """``1 - 2 sum(y_true y_pred) / (sum(y_true) + sum(y_pred))`` over ``axis``, or over all.

    >>> dice([[1.0, 1.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 1.0]], axis=1).numpy().round(4)
    array([0.3333, 0.    ], dtype=float32)
    """
    return Dice(axis=axis).call(y_true, y_pred)


def tversky(
    y_true: Any,
    y_pred: Any,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: int | Sequence[int] | None = None,
) -> Tensor:
    """``Tversky`` over ``axis``, or over all.

    >>> tversky([[1.0, 1.0, 0.0]], [[1.0, 0.0, 1.0]], 0.5, 1.0, axis=1).numpy().round(4)
    array([0.6], dtype=float32)
    """
    return Tversky(alpha, beta, axis=axis).call(y_true, y_pred)
