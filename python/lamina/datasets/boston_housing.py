"""Prices of houses near Boston."""

from typing import Any

from lamina.datasets import _files
from lamina.datasets._files import Pair

_HASH = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


def load_data(
    path: Any = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> tuple[Pair, Pair]:
    """Boston housing: 506 districts of 1978, 13 properties each, and the median price of a house.

    One property, "B", supposes that people's origins set prices; use ``california_housing`` but to
    show such a fault.

    Args:
        path: the name of the file in one of the folders that ``lamina.datasets`` names, or a path.
        test_split: the share of the samples to test with.
        seed: of the order of the samples.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays ``(samples, 13)`` and ``(samples,)``, in
        thousands of dollars.
    """
    found = _files.arrays_of(_files.path_of(path, _files.ADDRESS + "boston_housing.npz", _HASH))
    return _files.split(found["x"], found["y"], test_split, seed)
