"""What a tensor holds, for code outside of it."""

from typing import Any

import numpy as np


def shape(x: Any) -> tuple[int | None, ...]:
    """The shape; None for what a symbolic tensor does not know.

    >>> shape([[1, 2, 3]])
    (1, 3)
    """
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)


def ndim(x: Any) -> int:
    """The number of axes.

    >>> ndim([[1, 2, 3]])
    2
    """
    return len(shape(x))


def size(x: Any) -> int | None:
    """The number of elements; None where a symbolic tensor does not know it.

    >>> size([[1, 2, 3]])
    3
    """
    total = 1
    for extent in shape(x):
        if extent is None:
            return None
        total *= extent
    return total


def convert_to_numpy(x: Any) -> np.ndarray:
    """The values as an array of its own, outside the graph.

    >>> convert_to_numpy(Tensor([1.0, 1.0]))
    array([1., 1.], dtype=float32)
    """
    value = getattr(x, "value", x)
    return np.array(value.detach().cpu() if hasattr(value, "detach") else value)
