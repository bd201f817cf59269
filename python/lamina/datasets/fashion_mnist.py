"""Articles of clothing."""

from lamina.datasets import _digits, _files
from lamina.datasets._files import Pair

_FOLDER = "fashion-mnist"


def load_data() -> tuple[Pair, Pair]:
    """Fashion-MNIST: 60,000 gray images of clothes to train with, 10,000 to test with.

    The 10 classes are t-shirt, trousers, pullover, dress, coat, sandal, shirt, sneaker, bag and
    ankle boot. Files may lie in ``fashion-mnist`` in one of the folders that ``lamina.datasets``
    names.

    Returns:
        ``(x_train, y_train), (x_test, y_test)``: uint8 arrays ``(samples, 28, 28)`` and
        ``(samples,)``.

    Zalando SE, MIT licence.
    """
    return _digits.load(
        _FOLDER, lambda name: _files.path_of(name, _files.ADDRESS + name, None, _FOLDER)
    )
