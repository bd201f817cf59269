"""Handwritten digits."""

from typing import Any

from lamina.datasets import _digits, _files
from lamina.datasets._files import Pair

_HASH = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


def load_data(path: Any = "mnist.npz") -> tuple[Pair, Pair]:
    """MNIST: 60,000 gray images of handwritten digits to train with, 10,000 to test with.

    The original files, such as ``mnist/train-images-idx3-ubyte.gz`` in one of the folders that
    ``lamina.datasets`` names, are read too.

    Args:
        path: the name of the file in such a folder, or a path.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 arrays ``(samples, 28, 28)`` and
        ``(samples,)``.

    Yann LeCun and Corinna Cortes, Creative Commons Attribution-Share Alike 3.0.
    """
    folder = _digits.present("mnist") if path == "mnist.npz" else None
    if folder is not None:
        return _digits.load("mnist", folder.joinpath)
    found = _files.arrays_of(_files.path_of(path, _files.ADDRESS + "mnist.npz", _HASH))
    return (found["x_train"], found["y_train"]), (found["x_test"], found["y_test"])
