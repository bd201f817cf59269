"""Small photographs in a hundred classes."""

from lamina.datasets import _cifar
from lamina.datasets._files import Pair

_HASH = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"


def load_data(label_mode: str = "fine") -> tuple[Pair, Pair]:
    """CIFAR-100: 50,000 colored images in 100 classes to train with, 10,000 to test with.

    Read from ``cifar-100-python.tar.gz``, or from its folder ``cifar-100-python``, in one of the
    folders that ``lamina.datasets`` names.

    Args:
        label_mode: ``"fine"`` for the 100 classes, ``"coarse"`` for the 20 that they belong to.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 arrays ``(samples, 32, 32, 3)`` and
        ``(samples, 1)``.

    Alex Krizhevsky, 2009, "Learning multiple layers of features from tiny images".
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(f"label_mode is {label_mode!r}, expected 'fine' or 'coarse'")
    return _cifar.load(
        "cifar-100-python.tar.gz",
        "cifar-100-python",
        _HASH,
        ["train"],
        "test",
        f"{label_mode}_labels".encode(),
    )
