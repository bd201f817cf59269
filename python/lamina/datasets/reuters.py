"""News in topics."""

from typing import Any

import numpy as np

from lamina.datasets import _files, _words
from lamina.datasets._files import Pair

_HASH = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
# The topics of Reuters-21578, in the order of the file's labels.
_TOPICS = """
    cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade
    reserves ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum
    oilseed gold tin strategic-metal livestock retail ipi iron-steel rubber heat jobs lei
    bop zinc orange pet-chem dlr gas silver wpi hog lead
"""


def load_data(
    path: Any = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> tuple[Pair, Pair]:
    """Reuters: 11,228 news in 46 topics.

    Words are numbers, by how frequent they are.

    Args:
        path: the name of the file in one of the folders that ``lamina.datasets`` names, or a path.
        num_words: the number from which words become ``oov_char``; None keeps all.
        skip_top: the number below which they do.
        maxlen: news of so many words or more are left out.
        test_split: the share of the news to test with.
        seed: of the order of the news.
        start_char: the number that begins each text, None for none.
        oov_char: the number of words that are left out; None drops them.
        index_from: added to the numbers of words.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists of numbers, and of topics.
    """
    found = _files.arrays_of(_files.path_of(path, _files.ADDRESS + "reuters.npz", _HASH))
    draw = np.random.RandomState(seed)
    x, y = _words.shuffled(found["x"], found["y"], draw)
    x, y = _words.shorter(x, y, maxlen, 0 if start_char is None else 1)
    x = _words.numbered(x, num_words, skip_top, start_char, oov_char, index_from)
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])


def get_word_index(path: Any = "reuters_word_index.json") -> dict[str, int]:
    """The numbers of the words, without ``index_from``.

    Args:
        path: the name of the file in one of the folders that ``lamina.datasets`` names, or a path.
    """
    return _words.index_of(path, "reuters_word_index.json", "4d44cc38712099c9e383dc6e5f11a921")


def get_label_names() -> tuple[str, ...]:
    """The names of the topics.

    >>> get_label_names()[:3]
    ('cocoa', 'grain', 'veg-oil')
    """
    return tuple(_TOPICS.split())
