"""Attention of queries to values by sums of their features."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class AdditiveAttention(BuiltinLayer):
    """For each query the mean of the values, weighted by the softmax of ``sum(scale * tanh(query +
    key))``.

    It is called as ``Attention`` is: on ``[query, value]`` or ``[query, value, key]``, with
    ``return_attention_scores`` and ``use_causal_mask``, and it treats masks as that does.

    Args:
        use_scale: whether each feature is multiplied by a trainable number.
        dropout: the share of weights that training leaves out.
        seed: of the dropout.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, Tq, dim)``, ``(batch, Tv, any)`` and ``(batch, Tv, dim)``. Output shape:
        ``(batch, Tq, any)``, and that of the weights, ``(batch, Tq, Tv)``.

    Raises:
        ValueError: an option is outside its range, or (when built) the shapes do not fit.

    Reference: Bahdanau et al., 2015, "Neural machine translation by jointly learning to align and
    translate".

    >>> query, value = Tensor([[[0.0]]]), Tensor([[[-1.0], [1.0]]])
    >>> output, weights = AdditiveAttention(use_scale=False)(
    ...     [query, value], return_attention_scores=True
    ... )
    >>> weights.numpy().round(3)
    array([[[0.179, 0.821]]], dtype=float32)
    """

    def __init__(
        self,
        use_scale: bool = True,
        dropout: float = 0.0,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "AdditiveAttention",
            use_scale=use_scale,
            dropout=dropout,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
