"""Attention of several heads, of which neighbours share a head of key and value."""

from typing import Any

from lamina.layers.multi_head_attention import ProjectedAttention


class GroupedQueryAttention(ProjectedAttention):
    """Attention of several heads, of which neighbours share a head of key and value.

    With as many of these as heads of the query it is ``MultiHeadAttention``, and is called and
    masked as that is; with one, multi-query attention. Keras's other name for it is
    ``GroupQueryAttention``.

    Args:
        head_dim: features of a head.
        num_query_heads: heads of the query.
        num_key_value_heads: heads of key and value; ``num_query_heads`` is a multiple of it.
        dropout: the share of weights that training leaves out.
        use_bias: whether the projections have biases.
        sliding_window: a query sees only keys nearer than this.
        flash_attention: accepted, without effect: scores are never kept as a whole.
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
            kernel_constraint, bias_constraint: of all projections.
        activity_regularizer: of what each projection gives.
        use_gate: whether the heads' outputs are multiplied by a sigmoid of another projection of
            the query.
        seed: of the dropout.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: a query ``(batch, T, dim)``, a value and a key ``(batch, S, any)``. Output shape:
        ``(batch, T, dim)``, and that of the weights, ``(batch, num_query_heads, T, S)``.

    Raises:
        ValueError: an option is outside its range, or shapes do not fit.

    Reference: Ainslie et al., 2023, "GQA: training generalized multi-query transformer models from
    multi-head checkpoints".

    >>> import numpy as np
    >>> words = Tensor(np.ones((2, 5, 16)))
    >>> layer = GroupedQueryAttention(head_dim=8, num_query_heads=4, num_key_value_heads=2)
    >>> layer(words, words).shape
    (2, 5, 16)
    """

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
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
            "GroupedQueryAttention",
            head_dim=head_dim,
            num_query_heads=num_query_heads,
            num_key_value_heads=num_key_value_heads,
            dropout=dropout,
            use_bias=use_bias,
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


GroupQueryAttention = GroupedQueryAttention
