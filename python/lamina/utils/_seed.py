"""One seed for all that draws."""

import random

import numpy as np

from lamina._lamina import set_random_seed as _set_core_seed


def set_random_seed(seed: int) -> None:
    """Seeds what lamina draws, and the generators of Python's ``random`` and of NumPy.

    Args:
        seed: a whole number of at least 0; NumPy gets its last 32 bits.

    >>> set_random_seed(1)
    >>> first = lamina.random.normal((3,))
    >>> set_random_seed(1)
    >>> bool((first.numpy() == lamina.random.normal((3,)).numpy()).all())
    True
    """
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or seed < 0:
        raise ValueError(f"set_random_seed needs a whole number of at least 0, got {seed!r}")
    _set_core_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the generator that users' code draws from
