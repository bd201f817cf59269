"""Metrics that count decisions at thresholds: a prediction above a threshold says yes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina
from lamina.metrics.metric import BuiltinMetric, family

_Thresholds = float | Sequence[float] | None


def _listed(thresholds: _Thresholds) -> list[float] | None:
    """One number, or several, as the core takes them."""
    if thresholds is None:
        return None
    listed = [float(threshold) for threshold in np.asarray(thresholds).reshape(-1)]
    return listed or None


class _AtThresholds(BuiltinMetric):
    @property
    def thresholds(self) -> list[float]:
        """Those in use."""
        return _lamina.thresholds_of(self._kept)


class TruePositives(_AtThresholds):
    """How many labels that are not 0 have a prediction above a threshold.

    Args:
        thresholds: one number in [0, 1], 0.5 by default, or several, which give as many counts.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> TruePositives()([0, 1, 1, 1], [1, 0, 1, 1])
    2.0
    """

    def __init__(
        self, thresholds: _Thresholds = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(thresholds=_listed(thresholds), name=name, dtype=dtype)


class FalsePositives(_AtThresholds):
    """How many labels that are 0 have a prediction above a threshold.

    Args:
        thresholds: one number in [0, 1], 0.5 by default, or several, which give as many counts.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> FalsePositives()([0, 1, 0, 0], [0, 0, 1, 1])
    2.0
    """

    def __init__(
        self, thresholds: _Thresholds = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(thresholds=_listed(thresholds), name=name, dtype=dtype)


class TrueNegatives(_AtThresholds):
    """How many labels that are 0 have no prediction above a threshold.

    Args:
        thresholds: one number in [0, 1], 0.5 by default, or several, which give as many counts.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> TrueNegatives(thresholds=[0.1, 0.9])([0, 1, 0, 0], [0.5, 0, 0.2, 0]).tolist()
    [1.0, 3.0]
    """

    def __init__(
        self, thresholds: _Thresholds = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(thresholds=_listed(thresholds), name=name, dtype=dtype)


class FalseNegatives(_AtThresholds):
    """How many labels that are not 0 have no prediction above a threshold.

    Args:
        thresholds: one number in [0, 1], 0.5 by default, or several, which give as many counts.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> FalseNegatives()([0, 1, 1, 1], [0, 1, 0, 0])
    2.0
    """

    def __init__(
        self, thresholds: _Thresholds = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(thresholds=_listed(thresholds), name=name, dtype=dtype)


class Precision(_AtThresholds):
    """Of the predictions above a threshold, the share whose label is not 0; 0 where there are none.

    Args:
        thresholds: one number in [0, 1], or several, which give as many shares; 0.5 by default.
        top_k: only the ``top_k`` largest outputs of a sample say yes.
        class_id: the one class that is measured.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> Precision()([0, 1, 1, 1], [1, 0, 1, 1])
    0.6666666666666666
    """

    def __init__(
        self,
        thresholds: _Thresholds = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            thresholds=_listed(thresholds), top_k=top_k, class_id=class_id, name=name, dtype=dtype
        )


class Recall(_AtThresholds):
    """Of the labels that are not 0, the share whose prediction is above a threshold; 0 where there
    are none.

    Args:
        thresholds: one number in [0, 1], or several, which give as many shares; 0.5 by default.
        top_k: only the ``top_k`` largest outputs of a sample say yes.
        class_id: the one class that is measured.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> Recall()([0, 1, 1, 1], [1, 0, 1, 1])
    0.6666666666666666
    """

    def __init__(
        self,
        thresholds: _Thresholds = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            thresholds=_listed(thresholds), top_k=top_k, class_id=class_id, name=name, dtype=dtype
        )


class SensitivityAtSpecificity(_AtThresholds):
    """The best sensitivity, the share of positive labels that are predicted, at a threshold where
    the specificity, the share of negative labels that are predicted, is at least a given one.

    Args:
        specificity: in [0, 1].
        num_thresholds: how many thresholds are tried.
        class_id: the one class that is measured.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> SensitivityAtSpecificity(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])
    0.5
    """

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            specificity=specificity,
            num_thresholds=num_thresholds,
            class_id=class_id,
            name=name,
            dtype=dtype,
        )


class SpecificityAtSensitivity(_AtThresholds):
    """The best specificity at a threshold where the sensitivity is at least a given one.

    Args:
        sensitivity: in [0, 1].
        num_thresholds: how many thresholds are tried.
        class_id: the one class that is measured.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> SpecificityAtSensitivity(0.3)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])
    0.6666666666666666
    """

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            sensitivity=sensitivity,
            num_thresholds=num_thresholds,
            class_id=class_id,
            name=name,
            dtype=dtype,
        )


class PrecisionAtRecall(_AtThresholds):
    """The best precision at a threshold where the recall is at least a given one.

    Args:
        recall: in [0, 1].
        num_thresholds: how many thresholds are tried.
        class_id: the one class that is measured.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> PrecisionAtRecall(0.5)([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])
    0.5
    """

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            recall=recall, num_thresholds=num_thresholds, class_id=class_id, name=name, dtype=dtype
        )


class RecallAtPrecision(_AtThresholds):
    """The best recall at a threshold where the precision is at least a given one; 0 where no
    threshold reaches it.

    Args:
        precision: in [0, 1].
        num_thresholds: how many thresholds are tried.
        class_id: the one class that is measured.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> RecallAtPrecision(0.8)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])
    0.5
    """

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            precision=precision,
            num_thresholds=num_thresholds,
            class_id=class_id,
            name=name,
            dtype=dtype,
        )


class AUC(_AtThresholds):
    """The area under the curve of a binary classifier, sampled at thresholds.

    Args:
        num_thresholds: how many thresholds sample the curve, above 1.
        curve: ``"ROC"``, true over false positive rate; ``"PR"``, precision over recall;
            ``"PRGAIN"``, the gains of these over always saying yes.
        summation_method: ``"interpolation"``; ``"minoring"`` and ``"majoring"`` bound the area from
            below and above.
        name: the key in logs.
        dtype: of results that are arrays.
        thresholds: in [0, 1], in place of evenly spaced ones; one below 0 and one above 1 are
            added.
        multi_label: whether each label of predictions ``(samples, labels)`` has its own curve; the
            areas are averaged.
        num_labels: with ``multi_label``; by default the first batch tells.
        label_weights: weights of the labels: of their areas with ``multi_label``, else of their
            predictions.
        from_logits: whether predictions are before the sigmoid.

    Reference: Davis and Goadrich, 2006, "The relationship between precision-recall and ROC curves";
    Flach and Kull, 2015, "Precision-recall-gain curves".

    >>> AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9])
    0.75
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(
            num_thresholds=num_thresholds,
            curve=curve,
            summation_method=summation_method,
            name=name,
            dtype=dtype,
            thresholds=_listed(thresholds),
            multi_label=multi_label,
            num_labels=num_labels,
            label_weights=_listed(label_weights),
            from_logits=from_logits,
        )


family.add(
    TruePositives,
    FalsePositives,
    TrueNegatives,
    FalseNegatives,
    Precision,
    Recall,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
    PrecisionAtRecall,
    RecallAtPrecision,
    AUC,
)
