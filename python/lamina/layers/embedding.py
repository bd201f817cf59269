"""A learnt row for each whole number."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Embedding(BuiltinLayer):
    """A learnt row for each whole number.

    Its gradient names the rows it touched, so that plain ``SGD`` leaves the others alone.

    Args:
        input_dim: how many numbers there are: inputs lie in [0, input_dim), or count from the
            end where they are negative.
        output_dim: values in a row.
        embeddings_initializer: how the rows begin.
        embeddings_regularizer: what they add to the loss.
        embeddings_constraint: what they are brought back to after each step.
        mask_zero: whether 0 stands for padding: outputs then carry a mask that leaves it out, and
            which layers after it, losses and metrics heed.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, ...)``. Output shape: ``(batch, ..., output_dim)``.

    Raises:
        ValueError: a size is not above 0.
        IndexError: (when called) an input is out of range.

    >>> Embedding(10, 4)([[1, 2, 3]]).shape
    (1, 3, 4)
    >>> Embedding(10, 4, mask_zero=True)([[7, 2, 0]]).mask.numpy()
    array([[ True,  True, False]])
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Embedding",
            input_dim=input_dim,
            output_dim=output_dim,
            embeddings_initializer=embeddings_initializer,
            embeddings_regularizer=embeddings_regularizer,
            embeddings_constraint=embeddings_constraint,
            mask_zero=mask_zero,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
