"""Distances and likenesses of numbers."""

from typing import Any

from lamina import _lamina
from lamina._lamina import Tensor
from lamina.metrics.metric import BuiltinMetric, family


class LossMetric(BuiltinMetric):
    """The mean of a built-in loss over samples: what the name of a loss means as a metric."""


class MeanSquaredError(LossMetric):
    """The mean of ``(y_pred - y_true)^2``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]])
    2.5
    """

    def __init__(self, name: str = "mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class RootMeanSquaredError(BuiltinMetric):
    """The root of the mean of ``(y_pred - y_true)^2`` over all samples.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> RootMeanSquaredError()([[0.0], [1.0]], [[2.0], [3.0]])
    2.0
    """

    def __init__(self, name: str = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class MeanAbsoluteError(LossMetric):
    """The mean of ``abs(y_pred - y_true)``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 3.0]])
    1.5
    """

    def __init__(self, name: str = "mean_absolute_error", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class MeanAbsolutePercentageError(LossMetric):
    """The mean of ``100 abs(y_pred - y_true) / max(abs(y_true), 1e-7)``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> MeanAbsolutePercentageError()([[2.0, 4.0]], [[1.0, 5.0]])
    37.5
    """

    def __init__(self, name: str = "mean_absolute_percentage_error", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class MeanSquaredLogarithmicError(LossMetric):
    """The mean of ``(log(y_pred + 1) - log(y_true + 1))^2``, negative numbers taken as 0.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> round(MeanSquaredLogarithmicError()([[0.0]], [[1.0]]), 4)
    0.4805
    """

    def __init__(self, name: str = "mean_squared_logarithmic_error", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class LogCoshError(BuiltinMetric):
    """The mean of ``log(cosh(y_pred - y_true))``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> round(LogCoshError()([[0.0, 1.0]], [[1.0, 1.0]]), 6)
    0.21689
    """

    def __init__(self, name: str = "logcosh", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class CosineSimilarity(BuiltinMetric):
    """The mean cosine of the angle between labels and predictions: 1 where they point the same way,
    -1 where they are opposite, 0 where one of them is zero.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.
        axis: of the vectors that are compared.

    >>> CosineSimilarity()([[0.0, 1.0], [3.0, 4.0]], [[1.0, 0.0], [6.0, 8.0]])
    0.5
    """

    def __init__(self, name: str = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        super().__init__(name=name, dtype=dtype, axis=axis)


class R2Score(BuiltinMetric):
    """The coefficient of determination of predictions ``(samples, outputs)``: 1 less the squared
    errors over the labels' squared distances from their mean.

    Args:
        class_aggregation: None for a score an output; ``"uniform_average"`` for their mean,
            ``"variance_weighted_average"`` by the labels' variances.
        num_regressors: how many inputs the predictions rest on, for the adjusted score; 0 for the
            plain one, which is also given where there are too few samples.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> round(R2Score()([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]]), 6)
    0.571429
    """

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            class_aggregation=class_aggregation,
            num_regressors=num_regressors,
            name=name,
            dtype=dtype,
        )


class PearsonCorrelation(BuiltinMetric):
    """Pearson's correlation of labels and predictions along an axis, averaged over the samples: 1
    where they lie on a rising line, -1 on a falling one.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.
        axis: one or several, along which values are correlated.

    >>> round(PearsonCorrelation(axis=0)([[0.0], [1.0], [2.0]], [[1.0], [3.0], [4.0]]), 4)
    0.982
    """

    def __init__(
        self, name: str = "pearson_correlation", dtype: Any = None, axis: Any = -1
    ) -> None:
        super().__init__(name=name, dtype=dtype, axis=_axes(axis))


class ConcordanceCorrelation(BuiltinMetric):
    """Lin's concordance correlation of labels and predictions along an axis, averaged over the
    samples: 1 where they are equal.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.
        axis: one or several, along which values are correlated.

    >>> round(ConcordanceCorrelation(axis=0)([[0.0], [1.0], [2.0]], [[1.0], [3.0], [4.0]]), 4)
    0.4
    """

    def __init__(
        self, name: str = "concordance_correlation", dtype: Any = None, axis: Any = -1
    ) -> None:
        super().__init__(name=name, dtype=dtype, axis=_axes(axis))


def _axes(axis: Any) -> Any:
    return list(axis) if isinstance(axis, (tuple, list)) else axis


def pearson_correlation(y_true: Any, y_pred: Any, axis: Any = -1) -> Tensor:
    """Pearson's correlation of labels and predictions along an axis.

    >>> pearson_correlation([[0.0, 1.0, 2.0]], [[2.0, 1.0, 0.0]]).numpy().round(5)
    array([-1.], dtype=float32)
    """
    return _lamina.pearson_correlation(y_true, y_pred, axis)


def concordance_correlation(y_true: Any, y_pred: Any, axis: Any = -1) -> Tensor:
    """Lin's concordance correlation of labels and predictions along an axis.

    >>> concordance_correlation([[0.0, 1.0, 2.0]], [[0.0, 1.0, 2.0]]).numpy().round(5)
    array([1.], dtype=float32)
    """
    return _lamina.concordance_correlation(y_true, y_pred, axis)


family.add(
    MeanSquaredError,
    RootMeanSquaredError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError,
    LogCoshError,
    CosineSimilarity,
    R2Score,
    PearsonCorrelation,
    ConcordanceCorrelation,
)
