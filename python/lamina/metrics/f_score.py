"""Harmonic means of precision and recall."""

from typing import Any

from lamina.metrics.metric import BuiltinMetric, family


class FBetaScore(BuiltinMetric):
    """The weighted harmonic mean of precision and recall of predictions ``(samples, classes)``:
    ``(1 + beta^2) precision recall / (beta^2 precision + recall)``.

    Args:
        average: None for a score a class; ``"micro"`` counts all classes together, ``"macro"``
            averages the scores, ``"weighted"`` averages them by how often a class occurs.
        beta: the weight of recall beside precision, above 0.
        threshold: in (0, 1]; by default the largest output of a sample says yes.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> score = FBetaScore(average="macro", beta=2.0, threshold=0.5)
    >>> round(score([[1, 0], [0, 1]], [[0.6, 0.8], [0, 0.7]]), 4)
    0.9167
    """

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average=average, beta=beta, threshold=threshold, name=name, dtype=dtype)


class F1Score(BuiltinMetric):
    """The harmonic mean of precision and recall of predictions ``(samples, classes)``.

    Args:
        average: None for a score a class; ``"micro"`` counts all classes together, ``"macro"``
            averages the scores, ``"weighted"`` averages them by how often a class occurs.
        threshold: in (0, 1]; by default the largest output of a sample says yes.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> F1Score(threshold=0.5)([[1, 0], [0, 1]], [[0.6, 0.8], [0, 0.7]]).round(4)
    array([1.    , 0.6667], dtype=float32)
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average=average, threshold=threshold, name=name, dtype=dtype)


family.add(FBetaScore, F1Score)
