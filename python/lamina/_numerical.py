"""Labels as rows of 0 and 1, and arrays brought to norm 1."""

from typing import Any

import numpy as np

from lamina import ops
from lamina._lamina import Tensor


def to_categorical(x: Any, num_classes: int | None = None) -> Any:
    """Class numbers as rows with a 1 at the class.

    Args:
        x: whole numbers from 0, an array or nested lists; a trailing axis of 1 is dropped.
        num_classes: how many there are; by default one more than the largest of ``x``.

    Returns:
        A NumPy array (float64) of the shape of ``x`` and a last axis ``num_classes``; for a tensor,
        a tensor (float32), with zeros alone where a class is out of range.

    Raises:
        IndexError: a class is not below ``num_classes``.
        ValueError: ``x`` is empty, or a tensor, and ``num_classes`` is not given.

    >>> to_categorical([0, 2, 1])
    array([[1., 0., 0.],
           [0., 0., 1.],
           [0., 1., 0.]])
    """
    if isinstance(x, Tensor):
        if not num_classes:
            raise ValueError("to_categorical needs num_classes for a tensor")
        squeezed = len(x.shape) > 1 and x.shape[-1] == 1
        return ops.one_hot(x.reshape(x.shape[:-1]) if squeezed else x, num_classes)
    classes = np.asarray(x, "int64")
    if classes.ndim > 1 and classes.shape[-1] == 1:
        classes = classes[..., 0]
    if not num_classes:
        if classes.size == 0:
            raise ValueError("to_categorical got no classes; give num_classes")
        num_classes = int(classes.max()) + 1
    rows = np.zeros((classes.size, num_classes))
    rows[np.arange(classes.size), classes.reshape(-1)] = 1
    return rows.reshape(*classes.shape, num_classes)


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """An array, or tensor, over its norm along an axis; what has norm 0 stays.

    Args:
        x: a NumPy array; a tensor, or nested lists, give a tensor.
        axis: along which.
        order: of the norm: 2 for the root of the sum of squares, 1 for the sum of sizes.

    >>> normalize(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    if not isinstance(x, np.ndarray):
        return ops.normalize(x, axis=axis, order=order)
    norm = np.linalg.norm(x, order, axis, keepdims=True)
    return x / np.where(norm == 0, 1, norm)
