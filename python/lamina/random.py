"""Random tensors. Without a seed each call continues what ``utils.set_random_seed`` began."""

from collections.abc import Sequence
from typing import Any

from lamina import _lamina
from lamina._lamina import Tensor


def uniform(
    shape: Sequence[int],
    minval: float = 0.0,
    maxval: float = 1.0,
    dtype: str | None = None,
    seed: int | None = None,
) -> Tensor:
    """Values spread evenly over [minval, maxval).

    >>> uniform((2, 3), seed=1).shape
    (2, 3)
    """
    return _lamina.random_uniform(shape, minval, maxval, dtype, seed)


def normal(
    shape: Sequence[int],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: str | None = None,
    seed: int | None = None,
) -> Tensor:
    """Values of a normal distribution."""
    return _lamina.random_normal(shape, mean, stddev, dtype, seed)


def truncated_normal(
    shape: Sequence[int],
    mean: float = 0.0,
    stddev: float = 1.0,
    dtype: str | None = None,
    seed: int | None = None,
) -> Tensor:
    """Normal values, drawn again where farther than two standard deviations from the mean."""
    return _lamina.random_truncated_normal(shape, mean, stddev, dtype, seed)


def dropout(inputs: Any, rate: float, seed: int | None = None) -> Tensor:
    """Sets each element to 0 with probability ``rate`` and divides the others by ``1 - rate``."""
    return _lamina.random_dropout(inputs, rate, seed)
