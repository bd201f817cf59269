"""The two sets of 70,000 gray images of 28 x 28."""

import pathlib
from collections.abc import Callable

import numpy as np

from lamina.datasets import _files
from lamina.datasets._files import Pair

_NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")


def load(folder: str, find: Callable[[str], pathlib.Path]) -> tuple[Pair, Pair]:
    """The arrays of the four files in the format of MNIST."""
    names = [name.replace("train", part) for part in ("train", "t10k") for name in _NAMES]
    x_train, y_train, x_test, y_test = (_files.idx(find(f"{name}.gz")) for name in names)
    _require(folder, x_train, y_train)
    _require(folder, x_test, y_test)
    return (x_train, y_train), (x_test, y_test)


def present(folder: str) -> pathlib.Path | None:
    """A folder with all four files."""
    found = _files.directory_of(folder)
    names = [name.replace("train", part) for part in ("train", "t10k") for name in _NAMES]
    if found is not None and all((found / f"{name}.gz").is_file() for name in names):
        return found
    return None


def _require(folder: str, x: np.ndarray, y: np.ndarray) -> None:
    if x.ndim != 3 or y.ndim != 1 or len(x) != len(y):
        raise ValueError(f"the files of {folder} hold images {x.shape} and labels {y.shape}")
