"""An embedding that leads back, too."""

from typing import Any

from lamina import constraints, initializers, ops, regularizers
from lamina.layers.layer import Layer


class ReversibleEmbedding(Layer):
    """A learnt row for each whole number and, with ``reverse=True``, the product of vectors with
    all rows: the logits of a language model.

    Args:
        input_dim: how many numbers there are.
        output_dim: values in a row.
        tie_weights: whether both ways share the rows; else the way back has weights of its own.
        embeddings_initializer: how the rows begin.
        embeddings_regularizer: what they add to the loss.
        embeddings_constraint: what they are brought back to after each step.
        mask_zero: whether 0 stands for padding: outputs then carry a mask that leaves it out.
        reverse_dtype: the dtype of the way back; refused unless it is the layer's.
        logit_soft_cap: a bound that logits approach: ``tanh(logits / cap) * cap``.
        kwargs: as for every ``Layer``.

    Input shape: ``(batch, ...)``; back ``(batch, ..., output_dim)``.
    Output shape: ``(batch, ..., output_dim)``; back ``(batch, ..., input_dim)``.

    Raises:
        ValueError: a size is not above 0.

    References: Vaswani et al., 2017, "Attention is all you need"; Press and Wolf, 2017, "Using the
    output embedding to improve language models".

    >>> layer = ReversibleEmbedding(100, 8)
    >>> vectors = layer(Tensor([[3, 1, 4]], dtype="int64"))
    >>> vectors.shape, layer(vectors, reverse=True).shape
    ((1, 3, 8), (1, 3, 100))
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        reverse_dtype: Any = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for name, size in (("input_dim", input_dim), ("output_dim", output_dim)):
            if size < 1:
                raise ValueError(f"{name} of ReversibleEmbedding is {size}, expected at least 1")
        if reverse_dtype is not None and str(reverse_dtype) != self.dtype:
            raise ValueError(
                f"reverse_dtype is {reverse_dtype!r}, but the layer computes in {self.dtype}: "
                "leave it at None"
            )
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.tie_weights = tie_weights
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap
        self.supports_masking = True

    def build(self, input_shape: Any = None) -> None:
        """Makes the rows."""
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                name="reverse_embeddings",
                shape=(self.output_dim, self.input_dim),
                initializer=self.embeddings_initializer,
            )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        """The rows of numbers; with ``reverse`` the logits of vectors."""
        if not reverse:
            numbers = ops.cast(inputs, "int64")
            rows = ops.take(self.embeddings, numbers, axis=0)
            return rows.with_mask(ops.not_equal(numbers, 0)) if self.mask_zero else rows
        back = ops.transpose(self.embeddings) if self.tie_weights else self.reverse_embeddings
        logits = ops.matmul(inputs, back)
        cap = self.logit_soft_cap
        return logits if cap is None else ops.tanh(logits / cap) * cap

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "tie_weights": self.tie_weights,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "mask_zero": self.mask_zero,
            "reverse_dtype": self.reverse_dtype,
            "logit_soft_cap": self.logit_soft_cap,
        }
