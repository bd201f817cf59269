"""Strings to indices of a vocabulary."""

from typing import Any

from lamina.layers._vocabulary import (
    Terms,
    VocabularyLayer,
    is_tensor,
    listed,
    refuse_sparse,
    salt_of,
)


class StringLookup(VocabularyLayer):
    """Strings to indices of a vocabulary, which is given, or learnt by ``adapt``.

    Call it on data, and give a model its results: tensors hold no strings. A model that holds it
    keeps its vocabulary.

    Args:
        max_tokens: most terms in a vocabulary, special ones included; None for no limit.
        num_oov_indices: how many indices unknown strings share; with 0 they are refused. Which one
            of several a string gets, a hash of it says, the same as in Keras.
        mask_token: a string that stands for padding: index 0, or in other modes counted nowhere.
        oov_token: what unknown indices become where ``invert`` is true.
        vocabulary: the strings, or the path of a text file with one in each line.
        idf_weights: one for each string, in the mode ``"tf_idf"``.
        invert: whether to map indices to strings: a NumPy array of objects.
        output_mode: ``"int"`` for indices; for rows over all terms ``"one_hot"``: a row for each
            string; ``"multi_hot"``: a row for each line of the last axis, 1 where a term occurs;
            ``"count"``: how often; ``"tf_idf"``: how often times the term's weight, in learning
            ``log(1 + documents / (1 + documents with the term))``.
        pad_to_max_tokens: whether rows have ``max_tokens`` places.
        sparse: must be False: tensors are dense.
        encoding: of bytes.
        salt: one or two numbers that choose another hash.
        name, trainable, dtype: as for every ``Layer``; ``dtype`` is that of rows.

    Input shape: any, of strings in lists or arrays. Output shape: the same, int64; of rows,
    ``(..., terms)``.

    Raises:
        ValueError: options do not go together, or (when called) an unknown string has no place.
        TypeError: (when called) the inputs are no strings, or no indices where ``invert`` is true.
        RuntimeError: (when called) there is no vocabulary yet.

    >>> layer = StringLookup()
    >>> layer.adapt([["a", "c", "d"], ["d", "z", "b"]])
    >>> layer.get_vocabulary()
    ['[UNK]', 'd', 'z', 'c', 'b', 'a']
    >>> layer([["a", "e"]]).numpy()
    array([[5, 0]])
    >>> StringLookup(vocabulary=["a", "b"], invert=True)([2, 1, 0])
    array(['b', 'a', '[UNK]'], dtype=object)
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        num_oov_indices: int = 1,
        mask_token: str | None = None,
        oov_token: str | None = "[UNK]",
        vocabulary: Terms = None,
        idf_weights: Any = None,
        invert: bool = False,
        output_mode: str = "int",
        pad_to_max_tokens: bool = False,
        sparse: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        salt: Any = None,
        *,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        refuse_sparse(sparse)
        terms, weights = listed(vocabulary, idf_weights, output_mode)
        super().__init__(
            "StringLookup",
            max_tokens=max_tokens,
            num_oov_indices=num_oov_indices,
            mask_token=mask_token,
            oov_token=oov_token,
            vocabulary=terms,
            idf_weights=weights,
            invert=invert,
            output_mode=output_mode,
            pad_to_max_tokens=pad_to_max_tokens,
            encoding=encoding,
            salt=salt_of(salt),
            name=name,
            trainable=trainable,
            dtype=dtype,
        )

    def __call__(self, inputs: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The indices or rows of strings; of indices, where ``invert`` is true, the strings."""
        if self.invert:
            return self._own.inverted(inputs)
        if is_tensor(inputs):
            return super().__call__(inputs, *args, **kwargs)
        return self._own.transform(inputs)
