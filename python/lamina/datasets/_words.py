"""Texts as numbers of words."""

import json
from itertools import chain
from typing import Any

import numpy as np

from lamina.datasets import _files


def numbered(
    texts: Any,
    num_words: int | None,
    skip_top: int,
    start_char: int | None,
    oov_char: int | None,
    index_from: int,
) -> np.ndarray:
    """Lists of numbers of words, with those of other meanings put in.

    Args:
        texts: lists of numbers, by how frequent words are.
        num_words: the number from which words count as unknown; by default the highest of all.
        skip_top: the number below which words count as unknown.
        start_char: put before each text; None for nothing.
        oov_char: put for unknown words; None leaves them out.
        index_from: added to the numbers of words.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    words = np.fromiter(chain.from_iterable(texts), np.int64, int(lengths.sum())) + index_from
    if start_char is not None:
        words = np.insert(words, np.cumsum(lengths) - lengths, start_char)
        lengths = lengths + 1
    limit = num_words or int(words.max(initial=0))
    known = (words >= skip_top) & (words < limit)
    if oov_char is not None:
        words = np.where(known, words, oov_char)
    else:
        owners = np.repeat(np.arange(len(lengths)), lengths)
        lengths = np.bincount(owners[known], minlength=len(lengths))
        words = words[known]
    rows = np.split(words, np.cumsum(lengths)[:-1])
    return np.fromiter((row.tolist() for row in rows), object, len(rows))


def shuffled(x: np.ndarray, y: np.ndarray, draw: Any) -> tuple[np.ndarray, np.ndarray]:
    """Both in one random order."""
    order = np.arange(len(x))
    draw.shuffle(order)
    return x[order], y[order]


def shorter(x: Any, y: Any, maxlen: int | None, more: int) -> tuple[Any, np.ndarray]:
    """The texts of fewer than ``maxlen`` words, to which ``more`` will be added."""
    if not maxlen:
        return x, y
    kept = np.fromiter((len(text) + more < maxlen for text in x), bool, len(x))
    return x[kept], y[kept]


def index_of(path: Any, name: str, file_hash: str) -> dict[str, int]:
    """The numbers of words, from a file of JSON."""
    with open(_files.path_of(path, _files.ADDRESS + name, file_hash), encoding="utf-8") as file:
        index: dict[str, int] = json.load(file)
    return index
