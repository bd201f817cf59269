"""Attention of queries to values."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class Attention(BuiltinLayer):
    """For each query the mean of the values, weighted by the softmax of query and key's scores.

    It is called on a list: ``[query, value]``, or ``[query, value, key]`` where the key is another
    tensor than the value. Calls also take ``return_attention_scores=True``, which gives the weights
    as a second output, and ``use_causal_mask=True``, by which position i sees none behind it. A
    value's mask leaves positions out; where a query's mask does, the output is 0.

    Args:
        use_scale: whether the scores are multiplied by a trainable number.
        score_mode: ``"dot"``, products of query and key, or ``"concat"``, sums of ``tanh(query +
            key)`` times a trainable number.
        dropout: the share of weights that training leaves out.
        seed: of the dropout.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, Tq, dim)``, ``(batch, Tv, any)`` and ``(batch, Tv, dim)``. Output shape:
        ``(batch, Tq, any)``, and that of the weights, ``(batch, Tq, Tv)``.

    Raises:
        ValueError: an option is outside its range, or (when built) the shapes do not fit.

    Reference: Luong et al., 2015, "Effective approaches to attention-based neural machine
    translation"; Bahdanau et al., 2015, for ``"concat"``.

    >>> query, value = Tensor([[[0.0]]]), Tensor([[[1.0], [3.0]]])
    >>> output, weights = Attention()([query, value], return_attention_scores=True)
    >>> output.item(), weights.numpy()
    (2.0, array([[[0.5, 0.5]]], dtype=float32))
    """

    def __init__(
        self,
        use_scale: bool = False,
        score_mode: str = "dot",
        dropout: float = 0.0,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "Attention",
            use_scale=use_scale,
            score_mode=score_mode,
            dropout=dropout,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
