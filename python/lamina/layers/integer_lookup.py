"""Whole numbers to indices of a vocabulary."""

from typing import Any

import numpy as np

from lamina.layers._vocabulary import (
    Terms,
    VocabularyLayer,
    is_tensor,
    listed,
    refuse_sparse,
    salt_of,
)


class IntegerLookup(VocabularyLayer):
    """Whole numbers to indices of a vocabulary, which is given, or learnt by ``adapt``.

    It may stand in models, which keep the vocabulary in their files.

    Args:
        max_tokens: most terms in a vocabulary, special ones included; None for no limit.
        num_oov_indices: how many indices unknown numbers share; with 0 they are refused.
        mask_token: a number that stands for padding: index 0, or in other modes counted nowhere.
        oov_token: what unknown indices become where ``invert`` is true.
        vocabulary: the numbers, or the path of a text file with one in each line.
        vocabulary_dtype: ``"int64"``.
        idf_weights: one for each number, in the mode ``"tf_idf"``.
        invert: whether to map indices to numbers.
        output_mode: ``"int"`` for indices; for rows over all terms ``"one_hot"``, ``"multi_hot"``,
            ``"count"`` or ``"tf_idf"``, as ``StringLookup`` has them.
        sparse: must be False: tensors are dense.
        pad_to_max_tokens: whether rows have ``max_tokens`` places.
        oov_method: which index of several an unknown number gets: ``"floormod"`` of the number, or
            a ``"farmhash"`` of it.
        salt: one or two numbers that choose another hash.
        name, trainable, dtype: as for every ``Layer``; ``dtype`` is that of rows.

    Input shape: any. Output shape: the same, int64; of rows, ``(..., terms)``.

    Raises:
        ValueError: options do not go together, or (when called) an unknown number has no place.
        RuntimeError: (when called) there is no vocabulary yet.

    >>> layer = IntegerLookup(vocabulary=[12, 36, 1138, 42])
    >>> layer([[12, 1138, 42], [42, 1000, 36]]).numpy()
    array([[1, 3, 4],
           [4, 0, 2]])
    >>> layer = IntegerLookup(output_mode="count")
    >>> layer.adapt([7, 7, 5])
    >>> layer.get_vocabulary()
    [-1, 7, 5]
    >>> layer([[7, 5, 7, 0]]).numpy()
    array([[1., 2., 1.]], dtype=float32)
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: int | None = None,
        oov_token: int | None = -1,
        vocabulary: Terms = None,
        vocabulary_dtype: str = "int64",
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        sparse: bool = False,
        pad_to_max_tokens: bool = False,
        oov_method: str = "floormod",
        salt: Any = None,
        name: str | None = None,
        *,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        refuse_sparse(sparse)
        if vocabulary_dtype != "int64":
            raise ValueError(f"vocabulary_dtype must be 'int64', got {vocabulary_dtype!r}")
        terms, weights = listed(vocabulary, idf_weights, output_mode)
        super().__init__(
            "IntegerLookup",
            max_tokens=max_tokens,
            num_oov_indices=num_oov_indices,
            mask_token=mask_token,
            oov_token=oov_token,
            vocabulary=self._as_terms(terms),
            idf_weights=weights,
            invert=invert,
            output_mode=output_mode,
            pad_to_max_tokens=pad_to_max_tokens,
            oov_method=oov_method,
            salt=salt_of(salt),
            name=name,
            trainable=trainable,
            dtype=dtype,
        )

    @staticmethod
    def _as_terms(terms: Any) -> list[int]:
        # Lines of a file are text.
        return [int(term) for term in terms]

    def __call__(self, inputs: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The indices or rows of numbers; where ``invert`` is true, the numbers of indices."""
        # A list of Python's numbers is float32 elsewhere, which would not hold all of them.
        whole = inputs if is_tensor(inputs) or inputs is None else np.asarray(inputs)
        return super().__call__(whole, *args, **kwargs)
