"""Intersection over union of classes: what labels and predictions both say over what either says.

Class numbers out of range do not count. Weights are added as they are, whatever the dtype.
"""

from collections.abc import Sequence
from typing import Any

from lamina.metrics.metric import BuiltinMetric, family


class IoU(BuiltinMetric):
    """The mean intersection over union of some classes, of those that occur.

    Args:
        num_classes: how many there are.
        target_class_ids: the classes that are measured.
        name: the key in logs.
        dtype: of results that are arrays.
        ignore_class: a label that does not count.
        sparse_y_true: whether labels are class numbers, else scores along ``axis``.
        sparse_y_pred: whether predictions are.
        axis: of scores.

    >>> round(IoU(num_classes=2, target_class_ids=[0])([0, 0, 1, 1], [0, 1, 0, 1]), 6)
    0.333333
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes=num_classes,
            target_class_ids=list(target_class_ids),
            name=name,
            dtype=dtype,
            ignore_class=ignore_class,
            sparse_y_true=sparse_y_true,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )


class BinaryIoU(BuiltinMetric):
    """The mean intersection over union of class 0, class 1 or both.

    Args:
        target_class_ids: the classes that are measured.
        threshold: predictions of at least it are class 1.
        name: the key in logs.
        dtype: of results that are arrays.

    >>> round(BinaryIoU(threshold=0.3)([0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7]), 6)
    0.333333
    """

    def __init__(
        self,
        target_class_ids: Sequence[int] = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            target_class_ids=list(target_class_ids), threshold=threshold, name=name, dtype=dtype
        )


class MeanIoU(BuiltinMetric):
    """The mean intersection over union of all classes that occur.

    Args:
        num_classes: how many there are.
        name: the key in logs.
        dtype: of results that are arrays.
        ignore_class: a label that does not count.
        sparse_y_true: whether labels are class numbers, else scores along ``axis``.
        sparse_y_pred: whether predictions are.
        axis: of scores.

    >>> round(MeanIoU(num_classes=2)([0, 0, 1, 1], [0, 1, 0, 1]), 6)
    0.333333
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes=num_classes,
            name=name,
            dtype=dtype,
            ignore_class=ignore_class,
            sparse_y_true=sparse_y_true,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )


class OneHotIoU(BuiltinMetric):
    """``IoU`` of one-hot labels.

    Args:
        num_classes: how many there are.
        target_class_ids: the classes that are measured.
        name: the key in logs.
        dtype: of results that are arrays.
        ignore_class: a label that does not count.
        sparse_y_pred: whether predictions are class numbers, else scores along ``axis``.
        axis: of scores.

    >>> metric = OneHotIoU(num_classes=3, target_class_ids=[0, 2])
    >>> round(metric([[0, 0, 1], [1, 0, 0]], [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7]]), 6)
    0.25
    """

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Sequence[int],
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes=num_classes,
            target_class_ids=list(target_class_ids),
            name=name,
            dtype=dtype,
            ignore_class=ignore_class,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )


class OneHotMeanIoU(BuiltinMetric):
    """``MeanIoU`` of one-hot labels.

    Args:
        num_classes: how many there are.
        name: the key in logs.
        dtype: of results that are arrays.
        ignore_class: a label that does not count.
        sparse_y_pred: whether predictions are class numbers, else scores along ``axis``.
        axis: of scores.

    >>> metric = OneHotMeanIoU(num_classes=3)
    >>> round(metric([[0, 0, 1], [1, 0, 0]], [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7]]), 6)
    0.25
    """

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes=num_classes,
            name=name,
            dtype=dtype,
            ignore_class=ignore_class,
            sparse_y_pred=sparse_y_pred,
            axis=axis,
        )


family.add(IoU, BinaryIoU, MeanIoU, OneHotIoU, OneHotMeanIoU)
