"""Losses of probabilities as metrics."""

from typing import Any

from lamina.metrics.metric import family
from lamina.metrics.regression import LossMetric


class BinaryCrossentropy(LossMetric):
    """The mean of ``-y_true log y_pred - (1 - y_true) log(1 - y_pred)``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.
        from_logits: whether predictions are before the sigmoid.
        label_smoothing: in [0, 1]; moves labels towards 1/2.

    >>> round(BinaryCrossentropy()([[1.0]], [[0.5]]), 4)
    0.6931
    """

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            name=name, dtype=dtype, from_logits=from_logits, label_smoothing=label_smoothing
        )


class CategoricalCrossentropy(LossMetric):
    """The mean of ``-sum(y_true log y_pred)`` over the classes, for one-hot labels.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.
        from_logits: whether predictions are before the softmax.
        label_smoothing: in [0, 1]; moves labels towards equal shares.
        axis: of the classes.

    >>> round(CategoricalCrossentropy()([[0.0, 1.0]], [[0.75, 0.25]]), 4)
    1.3863
    """

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        options = {} if axis == -1 else {"axis": axis}
        super().__init__(
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            **options,
        )


class SparseCategoricalCrossentropy(LossMetric):
    """The mean of ``-log y_pred[y_true]``, for labels that are class numbers.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.
        from_logits: whether predictions are before the softmax.
        ignore_class: a label whose samples count as 0.
        axis: of the classes.

    >>> round(SparseCategoricalCrossentropy()([1], [[0.75, 0.25]]), 4)
    1.3863
    """

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        options = {} if axis == -1 else {"axis": axis}
        if ignore_class is not None:
            options["ignore_class"] = ignore_class
        super().__init__(name=name, dtype=dtype, from_logits=from_logits, **options)


family.add(BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy)
