"""Shares of right predictions."""

from typing import Any

from lamina import _lamina
from lamina._lamina import Tensor
from lamina.metrics.metric import BuiltinMetric, family


class Accuracy(BuiltinMetric):
    """Share of predictions that equal their targets.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> Accuracy()([1, 2, 3, 4], [0, 2, 3, 4])
    0.75
    """

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class AutomaticAccuracy(BuiltinMetric):
    """What ``"accuracy"`` means to ``compile``: binary accuracy for one output, sparse categorical
    accuracy where targets are class numbers, else categorical accuracy.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> AutomaticAccuracy()([0, 1], [[0.9, 0.1], [0.8, 0.2]])
    0.5
    """

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class BinaryAccuracy(BuiltinMetric):
    """Share of outputs that lie on their label's side of a threshold.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.
        threshold: predictions above it count as 1; 0 suits logits.

    >>> BinaryAccuracy()([[1.0], [0.0]], [[0.7], [0.6]])
    0.5
    """

    def __init__(
        self, name: str = "binary_accuracy", dtype: Any = None, threshold: float = 0.5
    ) -> None:
        super().__init__(name=name, dtype=dtype, threshold=threshold)


class CategoricalAccuracy(BuiltinMetric):
    """Share of samples whose largest output is that of their one-hot label.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> CategoricalAccuracy()([[1.0, 0.0]], [[0.7, 0.3]])
    1.0
    """

    def __init__(self, name: str = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class SparseCategoricalAccuracy(BuiltinMetric):
    """Share of samples whose largest output is that of their class number.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> SparseCategoricalAccuracy()([1], [[0.7, 0.3]])
    0.0
    """

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class TopKCategoricalAccuracy(BuiltinMetric):
    """Share of samples whose one-hot label is among the ``k`` largest outputs.

    Args:
        k: at least 1.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> TopKCategoricalAccuracy(k=2)([[0.0, 0.0, 1.0]], [[0.1, 0.6, 0.3]])
    1.0
    """

    def __init__(
        self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(k=k, name=name, dtype=dtype)


class SparseTopKCategoricalAccuracy(BuiltinMetric):
    """Share of samples whose class number is among the ``k`` largest outputs.

    Args:
        k: at least 1.
        name: the key in logs.
        dtype: of results that are arrays.
        from_sorted_ids: whether predictions are class numbers, best first, and no scores.

    >>> SparseTopKCategoricalAccuracy(k=2)([2, 0], [[0.1, 0.6, 0.3], [0.1, 0.6, 0.3]])
    0.5
    """

    def __init__(
        self,
        k: int = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(k=k, name=name, dtype=dtype, from_sorted_ids=from_sorted_ids)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Tensor:
    """1 where a prediction lies on its label's side of the threshold, else 0.

    >>> binary_accuracy([[1.0], [0.0]], [[0.7], [0.6]]).numpy()
    array([[1.],
           [0.]], dtype=float32)
    """
    return _lamina.binary_accuracy(y_true, y_pred, threshold)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Tensor:
    """1 where the largest output is that of the one-hot label, else 0.

    >>> categorical_accuracy([[1.0, 0.0]], [[0.7, 0.3]]).numpy()
    array([1.], dtype=float32)
    """
    return _lamina.categorical_accuracy(y_true, y_pred)


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Tensor:
    """1 where the largest output is that of the class number, else 0.

    >>> sparse_categorical_accuracy([1], [[0.7, 0.3]]).numpy()
    array([0.], dtype=float32)
    """
    return _lamina.sparse_categorical_accuracy(y_true, y_pred)


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Tensor:
    """1 where the one-hot label is among the ``k`` largest outputs, else 0.

    >>> top_k_categorical_accuracy([[0.0, 0.0, 1.0]], [[0.1, 0.6, 0.3]], k=2).numpy()
    array([1.], dtype=float32)
    """
    return _lamina.top_k_categorical_accuracy(y_true, y_pred, k)


def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """1 where the class number is among the ``k`` largest outputs, else 0. With ``from_sorted_ids``
    predictions are class numbers, best first.

    >>> sparse_top_k_categorical_accuracy([2], [[1, 2, 0]], k=2, from_sorted_ids=True).numpy()
    array([1.], dtype=float32)
    """
    return _lamina.sparse_top_k_categorical_accuracy(y_true, y_pred, k, from_sorted_ids)


family.add(
    Accuracy,
    AutomaticAccuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    TopKCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
)
