"""Texts to indices of their words or characters."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lamina import _naming
from lamina.layers._vocabulary import Terms, VocabularyLayer, is_tensor, listed, refuse_sparse

_STANDARDIZE = ("lower_and_strip_punctuation", "lower", "strip_punctuation")
_SPLIT = ("whitespace", "character")


class TextVectorization(VocabularyLayer):
    """Texts to indices of their words or characters, by a vocabulary given or learnt by ``adapt``.

    Call it on data, and give a model its results: tensors hold no strings. A model that holds it
    keeps its vocabulary. Index 0 is padding, 1 stands for what is unknown.

    Args:
        max_tokens: most terms in a vocabulary, the special ones included; None for no limit.
        standardize: ``"lower"`` for small letters, ``"strip_punctuation"`` to remove that of ASCII,
            ``"lower_and_strip_punctuation"``, None, or a function. Letters beyond ASCII become
            small by Unicode's mapping of single characters (Keras leaves them as they are); what
            depends on language or place in a word is not done.
        split: ``"whitespace"`` (of ASCII), ``"character"``, None where the last axis holds tokens
            already, or a function.
        ngrams: a number, for terms of up to so many tokens, or a tuple of such numbers.
        output_mode: ``"int"`` for indices; for rows over all terms ``"one_hot"``, ``"multi_hot"``,
            ``"count"`` or ``"tf_idf"``, as ``StringLookup`` has them.
        output_sequence_length: how many indices a text has; by default as many as the longest.
        pad_to_max_tokens: whether rows have ``max_tokens`` places.
        vocabulary: the terms, or the path of a text file with one in each line.
        idf_weights: one for each term, in the mode ``"tf_idf"``.
        sparse, ragged: must be False: tensors are dense.
        encoding: of bytes.
        name, trainable, dtype: as for every ``Layer``; ``dtype`` is that of rows.

    Functions are called in Python, on a NumPy array of all strings: that of ``standardize`` gives
    one of the same shape, that of ``split`` a list of lists. To be found again when a file is
    loaded, they are registered with ``lamina.saving.register_serializable``.

    Input shape: ``(batch,)`` or ``(batch, 1)``, of strings in lists or arrays. Output shape:
    ``(batch, length)``, int64; of rows ``(batch, terms)``, one-hot ``(batch, length, terms)``.

    Raises:
        ValueError: options do not go together.
        TypeError: (when called) the inputs are no strings.
        RuntimeError: (when called) there is no vocabulary yet.

    >>> layer = TextVectorization(output_sequence_length=4)
    >>> layer.adapt(["foo bar", "bar baz", "baz, bada boom!"])
    >>> layer.get_vocabulary()
    ['', '[UNK]', 'baz', 'bar', 'foo', 'boom', 'bada']
    >>> layer(["Foo qux bar", "qux baz"]).numpy()
    array([[4, 1, 3, 0],
           [1, 2, 0, 0]])
    >>> letters = TextVectorization(split="character", output_mode="one_hot", vocabulary=["a", "b"])
    >>> letters(["ba"]).numpy()
    array([[[0., 0., 1.],
            [0., 1., 0.]]], dtype=float32)
    """

    def __init__(
        self,
        max_tokens: int | None = None,
        standardize: str | Callable[..., Any] | None = "lower_and_strip_punctuation",
        split: str | Callable[..., Any] | None = "whitespace",
        ngrams: int | tuple[int, ...] | None = None,
        output_mode: str = "int",
        output_sequence_length: int | None = None,
        pad_to_max_tokens: bool = False,
        vocabulary: Terms = None,
        idf_weights: Any = None,
        sparse: bool = False,
        ragged: bool = False,
        encoding: str = "utf-8",
        name: str | None = None,
        *,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        refuse_sparse(sparse, ragged)
        terms, weights = listed(vocabulary, idf_weights, output_mode)
        self._functions = {
            "standardize": _function("standardize", standardize, _STANDARDIZE),
            "split": _function("split", split, _SPLIT),
        }
        if isinstance(ngrams, int):
            if ngrams < 1:
                raise ValueError(f"TextVectorization needs ngrams above 0, got {ngrams}")
            ngrams = tuple(range(1, ngrams + 1))
        super().__init__(
            "TextVectorization",
            max_tokens=max_tokens,
            standardize=_named(standardize),
            split=_named(split),
            ngrams=ngrams,
            output_mode=output_mode,
            output_sequence_length=output_sequence_length,
            pad_to_max_tokens=pad_to_max_tokens,
            vocabulary=terms,
            idf_weights=weights,
            encoding=encoding,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("standardize", "split") and name in self.__dict__.get("_options", ()):
            raise AttributeError(f"{self.name} was made with its {name}: make a new layer")
        super().__setattr__(name, value)

    def _take(self, core: Any) -> None:
        super()._take(core)
        if "_functions" not in self.__dict__:  # made by the core, from a file
            self._functions = {
                "standardize": _registered(self.standardize, _STANDARDIZE),
                "split": _registered(self.split, _SPLIT),
            }

    def __call__(self, inputs: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The indices or rows of texts."""
        if is_tensor(inputs):
            return super().__call__(inputs, *args, **kwargs)
        if self._functions["split"] is not None:
            return self._own.indexed_tokens(self._tokens(inputs))
        if self._functions["standardize"] is not None:
            return self._own.indexed_texts(self._standardized(inputs))
        return self._own.transform(inputs)

    def adapt(  # type: ignore[override]  # Keras's signature
        self, data: Any, batch_size: int | None = None, steps: int | None = None
    ) -> None:
        """Learns the vocabulary: the most frequent terms first, among equals the greatest first.

        Args:
            data: a list or array of texts; or an iterable of batches of these.
            batch_size: without effect, as in Keras.
            steps: how many batches to take of an iterable; None for all.

        Raises:
            ValueError: the layer was made with a vocabulary, or there are no terms.
        """
        super().adapt(data, steps)

    def update_state(self, data: Any) -> None:
        """Counts the terms of a batch of texts, each of which is a document."""
        if self._functions["split"] is not None:
            self._own.count_tokens(self._tokens(data))
        elif self._functions["standardize"] is not None:
            self._own.count_texts(self._standardized(data))
        else:
            self._own.update_state(data)

    def _adapt_to_all(self, data: Any) -> None:
        if not any(self._functions.values()):
            return super()._adapt_to_all(data)
        texts = np.asarray(data)
        self.reset_state()
        self.update_state(texts[:, None] if texts.ndim == 1 else texts)
        self.finalize_state()

    def _standardized(self, texts: Any) -> Any:
        function = self._functions["standardize"]
        if function is None:
            return self._own.standardized(texts).astype(str)
        array = np.asarray(texts)
        if array.dtype.kind in "SO":
            array = np.asarray(
                [t.decode(self.encoding) if isinstance(t, bytes) else t for t in array.flat], str
            ).reshape(array.shape)
        return function(array)

    def _tokens(self, texts: Any) -> Any:
        array = np.asarray(self._standardized(texts))
        return self._functions["split"](array[..., 0] if array.ndim > 1 else array)  # type: ignore[misc]


def _named(option: Any) -> Any:
    """An option as files hold it: a function by its name."""
    return _naming.registered_name(option) if callable(option) else option


def _function(name: str, given: Any, known: tuple[str, ...]) -> Callable[..., Any] | None:
    """The function, or None where the core has the work."""
    if callable(given):
        return given  # type: ignore[no-any-return]
    found = _registered(given, known)
    if found is None and given is not None and given not in known:
        raise ValueError(
            f"TextVectorization needs {name} to be None, a function, or one of {known}, got "
            f"{given!r}; a function of that name is not registered"
        )
    return found


def _registered(given: Any, known: tuple[str, ...]) -> Callable[..., Any] | None:
    if given is None or given in known:
        return None
    return _naming.registered().get(given)
