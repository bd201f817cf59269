"""Whole numbers as rows of 0 and 1, or of counts."""

from typing import Any

from lamina.layers._vocabulary import refuse_sparse
from lamina.layers.builtin_layer import BuiltinLayer


class CategoryEncoding(BuiltinLayer):
    """Whole numbers in [0, num_tokens) as rows of that many places. Others count nowhere.

    Args:
        num_tokens: how many numbers there are.
        output_mode: ``"one_hot"``: a row for each number, 1 at its place; ``"multi_hot"``: a row
            for each line of the last axis, 1 where a number occurs; ``"count"``: how often.
        sparse: must be False: tensors are dense.
        name, trainable, dtype: as for every ``Layer``.

    Called with ``count_weights``, of the inputs' shape, numbers count as much as these say, in the
    mode ``"count"``.

    Input shape: ``(batch, length)``, or any. Output shape: ``(batch, num_tokens)``; in the mode
    ``"one_hot"`` ``(batch, length, num_tokens)``, where a length of 1 is dropped.

    Raises:
        ValueError: ``num_tokens`` is not above 0, or the mode is unknown.

    >>> CategoryEncoding(4, output_mode="one_hot")([3, 0]).numpy()
    array([[0., 0., 0., 1.],
           [1., 0., 0., 0.]], dtype=float32)
    >>> CategoryEncoding(4, output_mode="count")([[0, 1], [3, 3]]).numpy()
    array([[1., 1., 0., 0.],
           [0., 0., 0., 2.]], dtype=float32)
    """

    def __init__(
        self,
        num_tokens: int | None = None,
        output_mode: str = "multi_hot",
        sparse: bool = False,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        refuse_sparse(sparse)
        if num_tokens is None:
            raise ValueError(
                "CategoryEncoding needs num_tokens; IntegerLookup finds out which numbers there are"
            )
        super().__init__(
            "CategoryEncoding",
            num_tokens=num_tokens,
            output_mode=output_mode,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
