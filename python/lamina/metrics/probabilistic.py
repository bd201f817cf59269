"""Losses of probabilities as metrics."""

from typing import Any

from lamina.metrics.metric import BuiltinMetric, family
from lamina.metrics.regression import LossMetric


class AutomaticCrossentropy(BuiltinMetric):
    """What ``"crossentropy"`` means to ``compile``: binary cross-entropy for one output, sparse
    categorical where targets are class numbers, else categorical; of probabilities.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> round(AutomaticCrossentropy()([1], [[0.75, 0.25]]), 4)
    1.3863
    """

    def __init__(self, name: str = "crossentropy", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


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


class _AlongAxis(LossMetric):
    @property
    def axis(self) -> int:
        """The axis of the classes."""
        axis: int = self._kept.config().get("axis", -1)
        return axis

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {**super().get_config(), "axis": self.axis}


class CategoricalCrossentropy(_AlongAxis):
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
        super().__init__(
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(_AlongAxis):
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
        super().__init__(
            name=name, dtype=dtype, from_logits=from_logits, ignore_class=ignore_class, axis=axis
        )

    @property
    def ignore_class(self) -> int | None:
        """The label whose samples count as 0."""
        ignored: int | None = self._kept.config().get("ignore_class")
        return ignored

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {**super().get_config(), "ignore_class": self.ignore_class}


class KLDivergence(LossMetric):
    """The mean of ``sum(y_true log(y_true / y_pred))`` over the last axis, for distributions.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> round(KLDivergence()([[0.0, 1.0]], [[0.6, 0.4]]), 4)
    0.9163
    """

    def __init__(self, name: str = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


class Poisson(LossMetric):
    """The mean of ``y_pred - y_true log(y_pred)``.

    Args:
        name: the key in logs.
        dtype: of results that are arrays.

    >>> round(Poisson()([[0.0, 1.0]], [[1.0, 1.0]]), 4)
    1.0
    """

    def __init__(self, name: str = "poisson", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)


family.add(
    AutomaticCrossentropy,
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    KLDivergence,
    Poisson,
)
