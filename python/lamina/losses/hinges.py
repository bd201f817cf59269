"""Losses of margins. Labels are -1 and 1; where all of a batch are 0 or 1, 0 stands for -1."""

from typing import Any

from lamina._lamina import Tensor
from lamina.losses.loss import BuiltinLoss


class Hinge(BuiltinLoss):
    """The mean over the last axis of ``max(1 - y_true y_pred, 0)``.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> Hinge()([[1.0, -1.0]], [[0.5, 0.5]]).item()
    1.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


class SquaredHinge(BuiltinLoss):
    """The mean over the last axis of ``max(1 - y_true y_pred, 0)^2``.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> SquaredHinge()([[1.0, -1.0]], [[0.5, 0.5]]).item()
    1.25
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


class CategoricalHinge(BuiltinLoss):
    """``max(1 + max((1 - y_true) y_pred) - sum(y_true y_pred), 0)`` over the last axis, for one-hot
    labels.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> CategoricalHinge()([[0.0, 1.0]], [[0.25, 0.75]]).item()
    0.5
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


def hinge(y_true: Any, y_pred: Any) -> Tensor:
    """The mean over the last axis of ``max(1 - y_true y_pred, 0)``, for each sample.

    >>> hinge([[1.0, -1.0]], [[0.5, 0.5]]).numpy()
    array([1.], dtype=float32)
    """
    return Hinge().call(y_true, y_pred)


def squared_hinge(y_true: Any, y_pred: Any) -> Tensor:
    """The mean over the last axis of ``max(1 - y_true y_pred, 0)^2``, for each sample.

    >>> squared_hinge([[1.0, -1.0]], [[0.5, 0.5]]).numpy()
    array([1.25], dtype=float32)
    """
    return SquaredHinge().call(y_true, y_pred)


def categorical_hinge(y_true: Any, y_pred: Any) -> Tensor:
    """How far the right class is from being 1 above the best wrong one, for each sample.

    >>> categorical_hinge([[0.0, 1.0]], [[0.25, 0.75]]).numpy()
    array([0.5], dtype=float32)
    """
    return CategoricalHinge().call(y_true, y_pred)
