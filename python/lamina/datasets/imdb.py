"""Reviews of films."""

from typing import Any

import numpy as np

from lamina.datasets import _files, _words
from lamina.datasets._files import Pair

_HASH = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"


def load_data(
    path: Any = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> tuple[Pair, Pair]:
    """IMDB: 25,000 reviews of films to train with, 25,000 to test with, good (1) or bad (0).

    Words are numbers, by how frequent they are.

    Args:
        path: the name of the file in one of the folders that ``lamina.datasets`` names, or a path.
        num_words: the number from which words become ``oov_char``; None keeps all.
        skip_top: the number below which they do.
        maxlen: reviews of so many words or more are left out.
        seed: of the order of the reviews.
        start_char: the number that begins each review, None for none.
        oov_char: the number of words that are left out; None drops them.
        index_from: added to the numbers of words.
        **kwargs: nothing; Keras's argument.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists of numbers, and of 0 and 1.

    Maas et al., 2011, "Learning word vectors for sentiment analysis".
    """
    if "nb_words" in kwargs:
        num_words = kwargs.pop("nb_words")
    if kwargs:
        raise TypeError(f"load_data has no argument {next(iter(kwargs))!r}")
    found = _files.arrays_of(_files.path_of(path, _files.ADDRESS + "imdb.npz", _HASH))
    draw = np.random.RandomState(seed)
    more = 0 if start_char is None else 1
    parts = []
    for part in ("train", "test"):
        x, y = _words.shuffled(found[f"x_{part}"], found[f"y_{part}"], draw)
        x, y = _words.shorter(x, y, maxlen, more)
        if not len(x):
            raise ValueError(f"maxlen={maxlen} leaves no review; give a greater one")
        parts.append((x, y))
    (x_train, y_train), (x_test, y_test) = parts
    x = _words.numbered(
        np.concatenate([x_train, x_test]), num_words, skip_top, start_char, oov_char, index_from
    )
    return (x[: len(x_train)], y_train), (x[len(x_train) :], y_test)


def get_word_index(path: Any = "imdb_word_index.json") -> dict[str, int]:
    """The numbers of the words, without ``index_from``.

    Args:
        path: the name of the file in one of the folders that ``lamina.datasets`` names, or a path.
    """
    return _words.index_of(path, "imdb_word_index.json", "bfafd718b763782e994055a2d397834f")
