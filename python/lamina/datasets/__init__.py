"""Data sets of textbooks, downloaded once.

Files are looked for in ``$LAMINA_DATA``, in ``$LAMINA_HOME/datasets`` (``~/.lamina/datasets`` by
default) and in Keras's ``~/.keras/datasets``, and are downloaded to the second of these. Where
there is no network the error says which file to put where. A file must have the hash that its
publisher names; nothing in it is executed.
"""

from lamina.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)

__all__ = [
    "boston_housing",
    "california_housing",
    "cifar10",
    "cifar100",
    "fashion_mnist",
    "imdb",
    "mnist",
    "reuters",
]
