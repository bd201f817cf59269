"""Sums of products of two tensors."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Dot(BuiltinLayer):
    """Sums of products of two tensors, sample by sample, along an axis of each.

    Args:
        axes: the axis to sum along, or one for each of the two; not that of the batch.
        normalize: whether to bring both to unit length along the axes first, which gives the
            cosine of the angle between them.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a list of two shapes with equal extents along the axes. Output shape: the first's
        other axes, then the second's other axes; ``(batch, 1)`` where there are none.

    Raises:
        ValueError: an axis is 0, or (when built) the extents along the axes differ.

    >>> Dot(axes=1)([Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]])]).numpy()
    array([[11.]], dtype=float32)
    """

    def __init__(
        self,
        axes: int | Sequence[int],
        normalize: bool = False,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Dot", axes=axes, normalize=normalize, name=name, trainable=trainable, dtype=dtype
        )


def dot(inputs: Any, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> Any:
    """``Dot(axes, normalize, **kwargs)(inputs)``.

    >>> dot([Input((3, 4)), Input((4, 5))], axes=(2, 1)).shape
    (None, 3, 5)
    """
    return Dot(axes, normalize, **kwargs)(inputs)
