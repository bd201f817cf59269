"""Hinge losses as metrics: labels are -1 and 1, or 0 and 1, which count as these."""

from typing import Any

from lamina.metrics.metric import family
from lamina.metrics.regression import LossMetric


class Hinge(LossMetric):
    """The mean of ``max(1 - y_true y_pred, 0)``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> Hinge()([[-1.0, 1.0]], [[0.5, 0.5]])
    1.0
    """

    def __init__(self, name: str = "hinge", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class SquaredHinge(LossMetric):
    """The mean of ``max(1 - y_true y_pred, 0)^2``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> SquaredHinge()([[-1.0, 1.0]], [[0.5, 0.5]])
    1.25
    """

    def __init__(self, name: str = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class CategoricalHinge(LossMetric):
    """The mean of ``max(1 + the largest wrong output - the right one, 0)``, for one-hot labels.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> CategoricalHinge()([[0.0, 1.0]], [[0.75, 0.25]])
    1.5
    """

    def __init__(self, name: str = "categorical_hinge", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


family.add(Hinge, SquaredHinge, CategoricalHinge)
