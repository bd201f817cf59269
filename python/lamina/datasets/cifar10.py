"""Small photographs in ten classes."""

from lamina.datasets import _cifar
from lamina.datasets._files import Pair

_HASH = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"


def load_data() -> tuple[Pair, Pair]:
    """CIFAR-10: 50,000 colored images in 10 classes to train with, 10,000 to test with.

    The classes are airplane, automobile, bird, cat, deer, dog, frog, horse, ship and truck. Read
    from ``cifar-10-python.tar.gz``, or from its folder ``cifar-10-batches-py``, in one of the
    folders that ``lamina.datasets`` names.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 arrays ``(samples, 32, 32, 3)`` and
        ``(samples, 1)``.

    Alex Krizhevsky, 2009, "Learning multiple layers of features from tiny images".
    """
    return _cifar.load(
        "cifar-10-python.tar.gz",
        "cifar-10-batches-py",
        _HASH,
        [f"data_batch_{i}" for i in range(1, 6)],
        "test_batch",
        b"labels",
    )
