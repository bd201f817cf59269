"""Losses of probabilities and of counts."""

from collections.abc import Sequence
from typing import Any

from lamina._lamina import Tensor
from lamina.losses.loss import BuiltinLoss


class KLDivergence(BuiltinLoss):
    """``sum(y_true log(y_true / y_pred))`` over the last axis, for distributions. Both are clipped
    to [1e-7, 1].

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> round(KLDivergence()([[0.5, 0.5]], [[0.25, 0.75]]).item(), 4)
    0.1438
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


class Poisson(BuiltinLoss):
    """The mean over the last axis of ``y_pred - y_true log(y_pred + 1e-7)``, for counts.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> round(Poisson()([[2.0, 0.0]], [[1.0, 3.0]]).item(), 4)
    2.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "poisson",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


class BinaryCrossentropy(BuiltinLoss):
    """The mean over an axis of ``-y_true log y_pred - (1 - y_true) log(1 - y_pred)``.

    Args:
        from_logits: whether predictions are before the sigmoid, which is then applied safely.
        label_smoothing: in [0, 1]; moves labels towards 1/2.
        axis: of the mean.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> round(BinaryCrossentropy()([[1.0]], [[0.5]]).item(), 4)
    0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
            reduction=reduction,
            name=name,
            dtype=dtype,
        )


class BinaryFocalCrossentropy(BuiltinLoss):
    """Binary crossentropy times ``(1 - p)^gamma``, where ``p`` is the probability that the
    prediction gives to the label: examples that are easy count less.

    Args:
        apply_class_balancing: whether to multiply by ``alpha`` for label 1 and by ``1 - alpha`` for
            label 0.
        alpha: in [0, 1].
        gamma: how little easy examples count, at least 0.
        from_logits: whether predictions are before the sigmoid.
        label_smoothing: in [0, 1]; moves labels towards 1/2.
        axis: of the mean.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    Reference: Lin et al., 2017, "Focal loss for dense object detection".

    >>> round(BinaryFocalCrossentropy()([[1.0]], [[0.5]]).item(), 4)
    0.1733
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
            reduction=reduction,
            name=name,
            dtype=dtype,
        )


class CategoricalCrossentropy(BuiltinLoss):
    """``-sum(y_true log y_pred)`` over the classes, for one-hot labels.

    Args:
        from_logits: whether predictions are before the softmax, which is then applied safely.
        label_smoothing: in [0, 1]; moves labels towards equal shares.
        axis: of the classes.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> round(CategoricalCrossentropy()([[0.0, 1.0]], [[0.75, 0.25]]).item(), 4)
    1.3863
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
            reduction=reduction,
            name=name,
            dtype=dtype,
        )


class CategoricalFocalCrossentropy(BuiltinLoss):
    """``-sum(alpha (1 - y_pred)^gamma y_true log y_pred)`` over the classes, for one-hot labels.

    Args:
        alpha: how much all classes count, or a list of how much each does.
        gamma: how little easy examples count, at least 0.
        from_logits: whether predictions are before the softmax.
        label_smoothing: in [0, 1]; moves labels towards equal shares.
        axis: of the classes.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    >>> round(CategoricalFocalCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]]).item(), 4)
    0.0433
    """

    def __init__(
        self,
        alpha: float | Sequence[float] = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
            reduction=reduction,
            name=name,
            dtype=dtype,
        )


class SparseCategoricalCrossentropy(BuiltinLoss):
    """``-log y_pred[y_true]``, for labels that are class numbers.

    Args:
        from_logits: whether predictions are before the softmax, which is then applied safely.
        ignore_class: a label whose entries have loss 0 and do not count in means, such as -1 or
            255 for what is not labelled.
        reduction: what becomes of the samples' losses, see ``Loss``.
        axis: of the classes.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    Raises:
        ValueError: (when called) a label is not one of the classes.

    >>> round(SparseCategoricalCrossentropy()([1], [[0.75, 0.25]]).item(), 4)
    1.3863
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
            reduction=reduction,
            name=name,
            dtype=dtype,
        )


class CategoricalGeneralizedCrossEntropy(BuiltinLoss):
    """``(1 - p^q) / q``, where ``p`` is the probability of the class whose number the label is:
    between the crossentropy (``q`` near 0) and the absolute error (``q`` near 1), for labels that
    are not all right.

    Args:
        q: in (0, 1).
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    Reference: Zhang and Sabuncu, 2018, "Generalized cross entropy loss for training deep neural
    networks with noisy labels".

    >>> CategoricalGeneralizedCrossEntropy()([1], [[0.75, 0.25]]).item()
    1.0
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(q=q, reduction=reduction, name=name, dtype=dtype)


def kl_divergence(y_true: Any, y_pred: Any) -> Tensor:
    """``sum(y_true log(y_true / y_pred))`` over the last axis, for each sample.

    >>> kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).numpy().round(4)
    array([0.1438], dtype=float32)
    """
    return KLDivergence().call(y_true, y_pred)


def poisson(y_true: Any, y_pred: Any) -> Tensor:
    """The mean over the last axis of ``y_pred - y_true log(y_pred + 1e-7)``, for each sample.

    >>> poisson([[2.0, 0.0]], [[1.0, 3.0]]).numpy().round(4)
    array([2.], dtype=float32)
    """
    return Poisson().call(y_true, y_pred)


def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """The mean over an axis of ``-y_true log y_pred - (1 - y_true) log(1 - y_pred)``, for each
    sample.

    >>> binary_crossentropy([[1.0], [0.0]], [[0.5], [0.5]]).numpy().round(4)
    array([0.6931, 0.6931], dtype=float32)
    """
    return BinaryCrossentropy(from_logits, label_smoothing, axis).call(y_true, y_pred)


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Binary crossentropy in which easy examples count less, for each sample.

    >>> binary_focal_crossentropy([[1.0]], [[0.5]]).numpy().round(4)
    array([0.1733], dtype=float32)
    """
    return BinaryFocalCrossentropy(
        apply_class_balancing, alpha, gamma, from_logits, label_smoothing, axis
    ).call(y_true, y_pred)


def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """``-sum(y_true log y_pred)`` over the classes, for each sample.

    >>> categorical_crossentropy([[0.0, 1.0]], [[0.75, 0.25]]).numpy().round(4)
    array([1.3863], dtype=float32)
    """
    return CategoricalCrossentropy(from_logits, label_smoothing, axis).call(y_true, y_pred)


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: float | Sequence[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Categorical crossentropy in which easy examples count less, for each sample.

    >>> categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
    array([0.0433], dtype=float32)
    """
    return CategoricalFocalCrossentropy(alpha, gamma, from_logits, label_smoothing, axis).call(
        y_true, y_pred
    )


def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Tensor:
    """``-log y_pred[y_true]``, for each sample.

    >>> sparse_categorical_crossentropy([1, 0], [[0.75, 0.25], [0.5, 0.5]]).numpy().round(4)
    array([1.3863, 0.6931], dtype=float32)
    """
    return SparseCategoricalCrossentropy(from_logits, ignore_class, axis=axis).call(y_true, y_pred)


def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Tensor:
    """``(1 - p^q) / q``, where ``p`` is the probability of the label, for each sample.

    >>> categorical_generalized_cross_entropy([1], [[0.75, 0.25]], q=0.5).numpy()
    array([1.], dtype=float32)
    """
    return CategoricalGeneralizedCrossEntropy(q).call(y_true, y_pred)
