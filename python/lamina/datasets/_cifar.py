"""The two sets of 60,000 colored images of 32 x 32."""

import tarfile
from collections.abc import Callable
from typing import Any

import numpy as np

from lamina import config
from lamina.datasets import _files
from lamina.datasets._files import Pair

_ADDRESS = "https://www.cs.toronto.edu/~kriz/"


def load(
    archive: str, folder: str, file_hash: str, train: list[str], test: str, labels: bytes
) -> tuple[Pair, Pair]:
    """Images and labels of the pickled batches, in a folder or in the archive as it comes."""
    found = _files.directory_of(folder)
    if found is not None and all((found / name).is_file() for name in [*train, test]):

        def open_file(name: str) -> Any:
            return open(found / name, "rb")

        return _parts(open_file, train, test, labels)
    path = _files.path_of(archive, _ADDRESS + archive, file_hash)
    with tarfile.open(path) as tar:
        return _parts(lambda name: tar.extractfile(f"{folder}/{name}"), train, test, labels)


def _parts(
    open_file: Callable[[str], Any], train: list[str], test: str, labels: bytes
) -> tuple[Pair, Pair]:
    parts = [_batch(open_file, name, labels) for name in train]
    x_train, y_train = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return (x_train, y_train), _batch(open_file, test, labels)


def _batch(open_file: Callable[[str], Any], name: str, labels: bytes) -> Pair:
    with open_file(name) as file:
        batch = _files.unpickled(file)
    x = np.asarray(batch[b"data"], "uint8").reshape(-1, 3, 32, 32)
    y = np.asarray(batch[labels], "uint8")[:, None]
    if config.image_data_format() == "channels_last":
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    return x, y
