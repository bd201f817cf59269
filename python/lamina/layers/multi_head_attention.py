"""Attention of several heads, each to its own projections of queries, keys and values."""

from collections.abc import Sequence
from typing import Any

from lamina import _symbolic
from lamina.layers import _derived
from lamina.layers._hooks import Shape
from lamina.layers.builtin_layer import BuiltinLayer


class ProjectedAttention(BuiltinLayer):
    """How layers of attention with projections are called."""

    _regularizes_outputs = False  # but what each projection gives

    def __call__(  # type: ignore[override]
        self,
        query: Any,
        value: Any,
        key: Any = None,
        query_mask: Any = None,
        value_mask: Any = None,
        key_mask: Any = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """The output, and where they are asked for, the weights.

        Args:
            query: a tensor ``(batch, T, dim)``.
            value: a tensor ``(batch, S, any)``.
            key: a tensor ``(batch, S, any)``; the value unless given.
            query_mask: which steps of the query count, ``(batch, T)``; the mask that travels with
                the query unless given.
            value_mask: the same of the value, ``(batch, S)``.
            key_mask: the same of the key.
            attention_mask: which keys each query sees, ``(batch, T, S)``, or ``(batch, heads, T,
                S)``, or ``(T, S)``. A query that sees none gets zeros from its heads.
            return_attention_scores: whether the weights ``(batch, heads, T, S)``, before dropout,
                are a second output.
            training: whether the call is part of training.
            use_causal_mask: whether step i of the query sees the steps 0 to i alone.
        """
        given = [query, value] if key is None else [query, value, key]
        arguments = {
            "query_mask": query_mask,
            "value_mask": value_mask,
            "key_mask": key_mask,
            "attention_mask": attention_mask,
            "return_attention_scores": return_attention_scores or None,
            "use_causal_mask": use_causal_mask or None,
        }
        return self._call_general(given, training, arguments)

    def build(  # type: ignore[override]
        self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None
    ) -> None:
        """Makes the weights for tensors of these shapes; the batch axis is None."""
        _derived.build(self, _shapes(query_shape, value_shape, key_shape))  # of users' classes

    def compute_output_shape(  # type: ignore[override]
        self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None
    ) -> Any:
        """The output's shape for tensors of these shapes."""
        core = self._own if self._tells_output_shape() else self._core
        return _symbolic.bare(core.output_shapes(_shapes(query_shape, value_shape, key_shape)))


def _shapes(query: Shape, value: Shape, key: Shape | None) -> tuple[Shape, ...]:
    return tuple(tuple(shape) for shape in (query, value, key) if shape is not None)


class MultiHeadAttention(ProjectedAttention):
    """Attention of several heads, each to its own projections of queries, keys and values.

    Each head compares ``query @ kernel + bias`` with the same of the key, and takes the mean of the
    value's, weighted by the softmax of the products over ``sqrt(key_dim)``. What the heads give is
    projected to the output. ``layer(x, x)`` is self-attention; ``__call__`` tells the arguments.
    Masks that travel with the inputs count; the query's goes on with the output.

    Args:
        num_heads: heads.
        key_dim: features of a head's query and key.
        value_dim: features of a head's value; ``key_dim`` unless given.
        dropout: the share of weights that training leaves out.
        use_bias: whether the projections have biases.
        output_shape: the output's axes after the steps; the query's features unless given.
        attention_axes: the axes along which heads attend; all but the batch and the features unless
            given. Along others, sequences do not meet.
        sliding_window: a query sees only keys nearer than this.
        flash_attention: accepted, without effect: scores are never kept as a whole.
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
            kernel_constraint, bias_constraint: of all projections.
        activity_regularizer: of what each projection gives.
        use_gate: whether the heads' outputs are multiplied by a sigmoid of another projection of
            the query (Qiu et al., 2025, "Gated attention for large language models").
        seed: of the dropout.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a query ``(batch, T, dim)``, a value and a key ``(batch, S, any)``; further axes
        may stand among the steps. Output shape: ``(batch, T, dim)``, and that of the weights,
        ``(batch, num_heads, T, S)``.

    Weights: ``query/kernel (dim, num_heads, key_dim)``, ``query/bias (num_heads, key_dim)``, the
        same of ``key``, of ``gate`` if there is one and of ``value``, and
        ``attention_output/kernel (num_heads, value_dim, dim)``, ``attention_output/bias (dim,)``.

    Raises:
        ValueError: an option is outside its range, or shapes do not fit.

    Reference: Vaswani et al., 2017, "Attention is all you need".

    >>> import numpy as np
    >>> words = Tensor(np.ones((2, 5, 16)))
    >>> MultiHeadAttention(num_heads=2, key_dim=8)(words, words, use_causal_mask=True).shape
    (2, 5, 16)
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Sequence[int] | None = None,
        attention_axes: int | Sequence[int] | None = None,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        use_gate: bool = False,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "MultiHeadAttention",
            num_heads=num_heads,
            key_dim=key_dim,
            value_dim=value_dim,
            dropout=dropout,
            use_bias=use_bias,
            output_shape=output_shape,
            attention_axes=attention_axes,
            sliding_window=sliding_window,
            flash_attention=flash_attention,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            use_gate=use_gate,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
