"""Losses of sequences whose alignment is unknown."""

from typing import Any

from lamina._lamina import Tensor
from lamina.losses.loss import BuiltinLoss


class CTC(BuiltinLoss):
    """Connectionist temporal classification: ``-log`` of the probability of all alignments of the
    labels with the steps.

    Predictions are logits ``(batch, steps, classes)``; labels ``(batch, length)`` are class numbers
    from 1 on, filled up with 0, which is the blank.

    Args:
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    Reference: Graves et al., 2006, "Connectionist temporal classification".

    >>> round(CTC()([[1]], [[[0.0, 0.0], [0.0, 0.0]]]).item(), 4)  # 3 of 4 paths spell "1"
    0.2877
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "ctc",
        dtype: Any = None,
    ) -> None:
        super().__init__(reduction=reduction, name=name, dtype=dtype)


def ctc(y_true: Any, y_pred: Any) -> Tensor:
    """``CTC`` for each sample.

    >>> ctc([[1]], [[[0.0, 0.0], [0.0, 0.0]]]).numpy().round(4)
    array([0.2877], dtype=float32)
    """
    return CTC().call(y_true, y_pred)
