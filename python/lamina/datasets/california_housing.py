"""Prices of houses in California."""

from typing import Any

from lamina.datasets import _files
from lamina.datasets._files import Pair

_HASH = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"


def load_data(
    version: str = "large",
    path: Any = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> tuple[Pair, Pair]:
    """California housing: districts of the census of 1990, and the median price of a house.

    The 8 properties are the median income, the age of houses, rooms and bedrooms a household,
    people, people a household, latitude and longitude.

    Args:
        version: ``"large"`` for all 20,640 districts, ``"small"`` for 600.
        path: the name of the file in one of the folders that ``lamina.datasets`` names, or a path.
        test_split: the share of the samples to test with.
        seed: of the order of the samples.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: arrays ``(samples, 8)`` and ``(samples,)``, in
        dollars.
    """
    if version not in ("large", "small"):
        raise ValueError(f"version is {version!r}, expected 'large' or 'small'")
    found = _files.arrays_of(_files.path_of(path, _files.ADDRESS + "california_housing.npz", _HASH))
    count = 600 if version == "small" else None
    return _files.split(found["x"][:count], found["y"][:count], test_split, seed)
