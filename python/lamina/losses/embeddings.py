"""Losses of embeddings: near where labels are equal, far where they are not."""

from typing import Any

from lamina import _lamina
from lamina._lamina import Tensor
from lamina.losses.loss import BuiltinLoss


class Circle(BuiltinLoss):
    """Pairs of samples of one label should be nearer than ``margin``, others farther than
    ``1 - margin``, in the distance of ``1 - cosine``. Predictions ``(batch, features)`` have length
    1, labels are class numbers. The mean is over samples whose loss is above 0.

    Args:
        gamma: scale of the similarities.
        margin: in [0, 1].
        remove_diagonal: whether a sample is not compared with itself.
        reduction: what becomes of the samples' losses, see ``Loss``.
        name: what messages call it.
        dtype: what to compute in; by default that of the predictions.

    Reference: Sun et al., 2020, "Circle loss: a unified perspective of pair similarity
    optimization".

    >>> points = [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]]
    >>> round(Circle(gamma=10.0)([0, 0, 1], points).item(), 2)
    11.8
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str = "circle",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            gamma=gamma,
            margin=margin,
            remove_diagonal=remove_diagonal,
            reduction=reduction,
            name=name,
            dtype=dtype,
        )


def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Tensor:
    """``Circle`` for each sample, against ``ref_embeddings`` of ``ref_labels`` or the batch itself.

    >>> points = [[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]]
    >>> circle([0, 0, 1], points, gamma=10).numpy().round(1)
    array([10.4, 13.2,  0. ], dtype=float32)
    """
    return _lamina.circle_losses(
        y_true, y_pred, ref_labels, ref_embeddings, remove_diagonal, gamma, margin
    )
