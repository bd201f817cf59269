"""What layers with a vocabulary share."""

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina
from lamina._lamina import Tensor
from lamina.layers.builtin_layer import BuiltinLayer


class VocabularyLayer(BuiltinLayer):
    """A layer whose vocabulary is given, or learnt by ``adapt``; files keep it."""

    _is_for_core_alone = True

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Learns the vocabulary: the most frequent terms first, among equals the greatest first.

        Args:
            data: an array or nested lists; or an iterable of batches of these.
            steps: how many batches to take of an iterable; None for all.

        Raises:
            ValueError: the layer was made with a vocabulary, or there are no terms.
        """
        if _is_whole(data):
            return self._adapt_to_all(data)
        self.reset_state()
        for step, batch in enumerate(data):
            if step == steps:
                break
            self.update_state(batch)
        self.finalize_state()

    def _adapt_to_all(self, data: Any) -> None:
        self._own.adapt(data)

    def update_state(self, data: Any) -> None:
        """Counts the terms of a batch, of which each row is a document."""
        self._own.update_state(data)

    def reset_state(self) -> None:
        """Forgets what was counted."""
        self._own.reset_state()

    def finalize_state(self) -> None:
        """Makes a vocabulary of what was counted."""
        self._own.finalize_state()

    def set_vocabulary(self, vocabulary: Any, idf_weights: Any = None) -> None:
        """Sets the vocabulary, in place of ``adapt``.

        Args:
            vocabulary: terms, with or without the special ones before them; or the path of a text
                file with a term in each line.
            idf_weights: one for each term, in the mode ``"tf_idf"``.

        Raises:
            ValueError: a term comes twice, or there are none, or more than ``max_tokens``.
        """
        terms, weights = listed(vocabulary, idf_weights, self.output_mode)
        self._own.set_vocabulary(self._as_terms(terms), weights)

    def get_vocabulary(self, include_special_tokens: bool = True) -> list[Any]:
        """The terms in the order of their indices.

        Args:
            include_special_tokens: whether to begin with the mask and the unknown ones.
        """
        terms: list[Any] = self._own.get_vocabulary(include_special_tokens)
        return terms

    def vocabulary_size(self) -> int:
        """How many terms there are, the mask and the unknown ones included."""
        size: int = self._own.vocabulary_size()
        return size

    @staticmethod
    def _as_terms(terms: list[Any] | None) -> Any:
        return terms

    def _show_options(self) -> None:
        super()._show_options()
        for key in ("vocabulary", "idf_weights"):  # they change, and may be long
            self.__dict__.pop(key, None)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer, with the vocabulary it has now."""
        config = super().get_config()
        for key in ("vocabulary", "idf_weights"):
            config[key] = config[key] or None
        return config


def listed(vocabulary: Any, idf_weights: Any, output_mode: str) -> tuple[list[Any], list[float]]:
    """A vocabulary as a list of terms, read from its file if it is a path, and its weights."""
    weights = [] if idf_weights is None else np.asarray(idf_weights, "float64").tolist()
    if vocabulary is None:
        if weights:
            raise ValueError("idf_weights need a vocabulary, whose terms they weigh")
        return [], []
    if isinstance(vocabulary, (str, os.PathLike)):
        if output_mode in ("tf_idf", "tf-idf"):
            raise ValueError(
                "output_mode 'tf_idf' takes no vocabulary from a file, which has no weights"
            )
        terms: list[Any] = _lamina.read_vocabulary(os.fspath(vocabulary))
    else:
        tensor = isinstance(vocabulary, (np.ndarray, Tensor))
        terms = np.asarray(vocabulary).tolist() if tensor else list(vocabulary)
    if not terms:
        raise ValueError("the vocabulary is empty; leave it out and call adapt, or give some terms")
    return terms, weights


def salt_of(salt: Any) -> list[int]:
    """None, a number, or two, as a list."""
    if salt is None:
        return []
    return [salt] if isinstance(salt, int) else list(salt)


def refuse_sparse(sparse: bool, ragged: bool = False) -> None:
    """Refuses what tensors cannot be."""
    if sparse or ragged:
        name = "sparse" if sparse else "ragged"
        raise ValueError(f"{name}=True is not supported: lamina's tensors are dense")


def is_tensor(value: Any) -> bool:
    """Whether strings cannot be in it: a tensor, symbolic or not."""
    from lamina._symbolic import is_symbolic

    return isinstance(value, Tensor) or is_symbolic(value)


def _is_whole(data: Any) -> bool:
    """Whether data come in one piece, rather than as batches."""
    whole = (str, bytes, list, tuple, np.ndarray, Tensor)
    return isinstance(data, whole) or hasattr(data, "__array__") or not hasattr(data, "__iter__")


Terms = Sequence[Any] | str | os.PathLike[str] | None
