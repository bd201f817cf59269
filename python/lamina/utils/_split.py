"""A data set cut in two."""

import random
from typing import Any

import numpy as np

from lamina import _tree
from lamina.data import Dataset
from lamina.data._dataset import Slices, stacked


def split_dataset(
    dataset: Any,
    left_size: float | int | None = None,
    right_size: float | int | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Dataset, Dataset]:
    """The first and the last samples of a data set, for training and validation.

    Args:
        dataset: an array, a list or tuple of arrays of one length, or what gives samples: a
            ``lamina.data.Dataset``, a PyTorch ``Dataset``. Those of batches give batches.
        left_size: the share, or the number, of samples of the first part; by default what the
            other leaves.
        right_size: the same for the last part.
        shuffle: whether to bring the samples in a random order first.
        seed: of that order.
        preferred_backend: has no effect; Keras's argument.

    Returns:
        Two ``lamina.data.Dataset`` of single samples, which ``fit`` puts together by its
        ``batch_size``, as ``batch`` does.

    >>> left, right = split_dataset(np.arange(10), left_size=0.8)
    >>> len(left), list(right.batch(2))
    (8, [array([8, 9])])
    """
    if left_size is None and right_size is None:
        raise ValueError("split_dataset needs left_size or right_size")
    samples, batch_size = _samples(dataset)
    total = len(samples)
    left, right = _sizes(left_size, right_size, total)
    order = list(range(total))
    if shuffle:
        # As Keras: Python's own generator, seeded.
        random.Random(random.randrange(10**6) if seed is None else seed).shuffle(order)
    parts = []
    for chosen in (order[:left], order[total - right :]):
        numbers = np.array(chosen)
        part = samples.reordered(lambda numbers=numbers: numbers, len(numbers))  # type: ignore[misc]
        parts.append(part if batch_size is None else part.batch(batch_size))
    return parts[0], parts[1]


def _samples(dataset: Any) -> tuple[Slices, int | None]:
    if isinstance(dataset, Slices):
        return dataset, None
    if isinstance(dataset, (list, tuple)):
        if not dataset:
            raise ValueError("split_dataset got no arrays")
        lengths = {np.shape(array)[:1] for array in dataset}
        if len(lengths) != 1:
            raise ValueError(
                f"split_dataset got arrays of different lengths: {[len(a) for a in dataset]}"
            )
        return Slices(tuple(dataset)), None
    if _tree.is_array(dataset):
        return Slices(dataset), None
    batch_size = dataset.batch_size if isinstance(dataset, Dataset) else None
    if batch_size is not None:
        dataset = dataset.unbatch()
    if isinstance(dataset, (str, bytes, dict)) or not (
        hasattr(dataset, "__iter__") or hasattr(dataset, "__getitem__")
    ):
        raise TypeError(
            f"split_dataset got a {type(dataset).__name__}, expected arrays or a data set"
        )
    samples = [dataset[i] for i in range(len(dataset))] if _is_indexed(dataset) else list(dataset)
    if not samples:
        raise ValueError("split_dataset got an empty data set")
    return Slices(stacked([tuple(s) if isinstance(s, list) else s for s in samples])), batch_size


def _is_indexed(dataset: Any) -> bool:
    return hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__")


def _sizes(left: Any, right: Any, total: int) -> tuple[int, int]:
    sizes: list[int | None] = []
    for name, size in (("left_size", left), ("right_size", right)):
        if size is None:
            sizes.append(None)
            continue
        if isinstance(size, bool) or not isinstance(size, (int, float)):
            raise TypeError(f"{name} is {size!r}, expected a share or a number of samples")
        limit = total if isinstance(size, int) else 1
        if not 0 < size < limit:
            raise ValueError(
                f"{name} is {size!r}, expected a number from 1 to {total - 1}, or a share between "
                "0 and 1"
            )
        sizes.append(size if isinstance(size, int) else round(size * total))
    chosen_left, chosen_right = sizes
    first = total - (chosen_right or 0) if chosen_left is None else chosen_left
    second = total - first if chosen_right is None else chosen_right
    if first + second > total or min(first, second) == 0:
        raise ValueError(
            f"left_size={left!r} and right_size={right!r} ask for {first} and {second} of {total} "
            "samples; none may be empty, and they may not overlap"
        )
    return first, second
