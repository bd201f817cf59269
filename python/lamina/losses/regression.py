"""Losses of numbers."""

from typing import Any

from lamina._lamina import Tensor
from lamina.losses.loss import BuiltinLoss


class MeanSquaredError(BuiltinLoss):
    """The mean over the last axis of ``(y_pred - y_true)^2``.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]]).item()
    2.5
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


class MeanAbsoluteError(BuiltinLoss):
    """The mean over the last axis of ``abs(y_pred - y_true)``.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 3.0]]).item()
    1.5
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


class MeanAbsolutePercentageError(BuiltinLoss):
    """The mean over the last axis of ``100 abs(y_pred - y_true) / max(abs(y_true), 1e-7)``.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> MeanAbsolutePercentageError()([[2.0, 4.0]], [[1.0, 5.0]]).item()
    37.5
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


class MeanSquaredLogarithmicError(BuiltinLoss):
    """The mean over the last axis of ``(log(1 + y_pred) - log(1 + y_true))^2``, both at least 1e-7.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> round(MeanSquaredLogarithmicError()([[0.0, 1.0]], [[1.0, 1.0]]).item(), 4)
    0.2402
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


class CosineSimilarity(BuiltinLoss):
    """The cosine of the angle between labels and predictions, times -1: -1 where they point the
    same way, 1 where they are opposite.

    Args:
        axis: along which the vectors lie.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> round(CosineSimilarity()([[3.0, 4.0]], [[4.0, 3.0]]).item(), 4)
    -0.96
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(axis=axis, reduction=reduction, name=name, dtype=dtype)


class Huber(BuiltinLoss):
    """The mean over the last axis of ``e^2 / 2``, or ``delta abs(e) - delta^2 / 2`` for errors
    beyond ``delta``.

    Args:
        delta: where the parabola ends, above 0.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    Reference: Huber, 1964, "Robust estimation of a location parameter".

    >>> Huber()([[0.0, 1.0]], [[0.5, 3.0]]).item()
    0.8125
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(delta=delta, reduction=reduction, name=name, dtype=dtype)


class SmoothL1(BuiltinLoss):
    """``Huber`` over ``beta``: ``e^2 / (2 beta)``, or ``abs(e) - beta / 2`` for errors beyond
    ``beta``, as PyTorch's ``SmoothL1Loss``.

    Args:
        beta: where the parabola ends, above 0.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    Reference: Girshick, 2015, "Fast R-CNN".

    >>> SmoothL1(beta=0.5)([[0.0, 1.0]], [[0.25, 3.0]]).item()
    0.90625
    """

    def __init__(
        self,
        beta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "smooth_l1",
        dtype: Any = None,
    ) -> None:
        super().__init__(beta=beta, reduction=reduction, name=name, dtype=dtype)


class LogCosh(BuiltinLoss):
    """The mean over the last axis of ``log(cosh(y_pred - y_true))``.

    Nearly ``e^2 / 2`` for small errors and ``abs(e) - log(2)`` for large ones, without overflow.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> round(LogCosh()([[0.0, 1.0]], [[1.0, 1.0]]).item(), 4)
    0.2169
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "log_cosh",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


def mean_squared_error(y_true: Any, y_pred: Any) -> Tensor:
    """The mean over the last axis of ``(y_pred - y_true)^2``, for each sample.

    >>> mean_squared_error([[0.0, 1.0], [0.0, 0.0]], [[1.0, 3.0], [0.0, 2.0]]).numpy()
    array([2.5, 2. ], dtype=float32)
    """
    return MeanSquaredError().call(y_true, y_pred)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Tensor:
    """The mean over the last axis of ``abs(y_pred - y_true)``, for each sample.

    >>> mean_absolute_error([[0.0, 1.0], [0.0, 0.0]], [[1.0, 3.0], [0.0, 2.0]]).numpy()
    array([1.5, 1. ], dtype=float32)
    """
    return MeanAbsoluteError().call(y_true, y_pred)


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Tensor:
    """The mean over the last axis of ``100 abs(y_pred - y_true) / max(abs(y_true), 1e-7)``, for
    each sample.

    >>> mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 5.0]]).numpy()
    array([37.5], dtype=float32)
    """
    return MeanAbsolutePercentageError().call(y_true, y_pred)


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Tensor:
    """The mean over the last axis of ``(log(1 + y_pred) - log(1 + y_true))^2``, for each sample.

    >>> mean_squared_logarithmic_error([[0.0, 1.0]], [[1.0, 1.0]]).numpy().round(4)
    array([0.2402], dtype=float32)
    """
    return MeanSquaredLogarithmicError().call(y_true, y_pred)


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Tensor:
    """The cosine of the angle between vectors that lie along ``axis``, times -1.

    >>> cosine_similarity([[3.0, 4.0]], [[4.0, 3.0]]).numpy().round(4)
    array([-0.96], dtype=float32)
    """
    return CosineSimilarity(axis).call(y_true, y_pred)


def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Tensor:
    """The mean over the last axis of ``e^2 / 2``, or ``delta abs(e) - delta^2 / 2`` for errors
    beyond ``delta``, for each sample.

    >>> huber([[0.0, 1.0]], [[0.5, 3.0]]).numpy()
    array([0.8125], dtype=float32)
    """
    return Huber(delta).call(y_true, y_pred)


def smooth_l1(y_true: Any, y_pred: Any, beta: float = 1.0) -> Tensor:
    """``huber`` over ``beta``, for each sample.

    >>> smooth_l1([[0.0, 1.0]], [[0.25, 3.0]], beta=0.5).numpy()
    array([0.90625], dtype=float32)
    """
    return SmoothL1(beta).call(y_true, y_pred)


def log_cosh(y_true: Any, y_pred: Any) -> Tensor:
    """The mean over the last axis of ``log(cosh(y_pred - y_true))``, for each sample.

    >>> log_cosh([[0.0, 1.0]], [[1.0, 1.0]]).numpy().round(4)
    array([0.2169], dtype=float32)
    """
    return LogCosh().call(y_true, y_pred)
