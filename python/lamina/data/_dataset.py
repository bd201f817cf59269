"""Elements that can be gone through again and again, and what can be made of them."""

import itertools
import math
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lamina import _tree
from lamina.data import _prefetch

AUTOTUNE = -1
_AHEAD = 2  # elements, where the caller leaves it to us


class Dataset:
    """Elements, single samples or batches, that can be gone through again and again.

    ``image_dataset_from_directory`` and its kin give them, and ``Dataset.from_tensor_slices``.
    Elements are arrays, or tuples ``(x, y)`` or dictionaries of them. Its methods give another data
    set and compute nothing before it is gone through. ``fit``, ``evaluate`` and ``predict`` take
    it; single samples they put together by their ``batch_size``.

    Args:
        elements: called for each pass, gives an iterator of the elements.
        count: how many there are: ``math.inf`` without end, None where that is not known.
        batch_size: samples an element, None for single ones.
        like: the data set whose ``class_names`` and ``file_paths`` it keeps.

    >>> data = Dataset.from_tensor_slices((np.arange(6), np.arange(6) ** 2))
    >>> for x, y in data.map(lambda x, y: (x + 1, y)).batch(4):
    ...     print(x, y)
    [1 2 3 4] [0 1 4 9]
    [5 6] [16 25]
    """

    def __init__(
        self,
        elements: Callable[[], Iterator[Any]],
        count: float | None = None,
        batch_size: int | None = None,
        like: "Dataset | None" = None,
    ) -> None:
        self._elements = elements
        self._count = count
        self.batch_size = batch_size
        self.class_names: list[str] | None = None if like is None else like.class_names
        self.file_paths: list[str] | None = None if like is None else like.file_paths

    @staticmethod
    def from_tensor_slices(tensors: Any) -> "Dataset":
        """The samples of an array, or of several in a tuple or dictionary."""
        return Slices(tensors)

    def __iter__(self) -> Iterator[Any]:
        return self._elements()

    def __len__(self) -> int:
        if self._count is None or self._count == math.inf:
            what = "has no end" if self._count else "does not know how many elements it has"
            raise TypeError(f"this Dataset {what}")
        return int(self._count)

    def __bool__(self) -> bool:
        return True

    def cardinality(self) -> int:
        """How many elements there are; -1 without end, -2 where that is not known."""
        return {None: -2, math.inf: -1}.get(self._count, int(min(self._count or 0, 2**62)))

    def as_numpy_iterator(self) -> Iterator[Any]:
        """An iterator of the elements, with tensors as NumPy arrays."""
        for element in self:
            leaves, form = _tree.flatten(element, _tree.is_array)
            yield _tree.fill(form, list(map(np.asarray, leaves)))

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> "Dataset":
        """What a function makes of each element; of a tuple it gets the items as arguments.

        Args:
            map_func: the function.
            num_parallel_calls: threads that call it, ahead of who takes the results, which keep
                their order. -1 is one thread: a layer that draws random numbers draws them in that
                order then, with more threads in any.
            deterministic: has no effect; TensorFlow's argument.
            name: has no effect; TensorFlow's argument.
        """

        def apply(element: Any) -> Any:
            return map_func(*element) if isinstance(element, tuple) else map_func(element)

        def elements() -> Iterator[Any]:
            if not num_parallel_calls:
                return map(apply, self)
            workers = max(num_parallel_calls, 1)
            return _prefetch.in_order(apply, self, workers, _AHEAD * workers)

        return self._derived(elements, self._count)

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> "Dataset":
        """The elements for which a function gives what is true."""

        def elements() -> Iterator[Any]:
            for element in self:
                arguments = element if isinstance(element, tuple) else (element,)
                if bool(predicate(*arguments)):
                    yield element

        return self._derived(elements, None)

    def batch(
        self,
        batch_size: int,
        drop_remainder: bool = False,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> "Dataset":
        """Elements put together along a new first axis.

        Args:
            batch_size: how many.
            drop_remainder: whether to leave out a last batch of fewer.
            num_parallel_calls: has no effect; TensorFlow's argument.
            deterministic: has no effect; TensorFlow's argument.
            name: has no effect; TensorFlow's argument.
        """
        return self.batched(batch_size, drop_remainder, stacked)

    def batched(
        self, batch_size: int, drop_remainder: bool, stack: Callable[[list[Any]], Any]
    ) -> "Dataset":
        """As ``batch``, by a function that puts a list of elements together."""
        size = _positive("batch_size", batch_size)

        def elements() -> Iterator[Any]:
            iterator = iter(self)
            while chunk := list(itertools.islice(iterator, size)):
                if len(chunk) == size or not drop_remainder:
                    yield stack(chunk)

        return Dataset(elements, self._batches(size, drop_remainder), size, self)

    def unbatch(self) -> "Dataset":
        """The single samples of batches."""

        def elements() -> Iterator[Any]:
            for element in self:
                leaves, form = _tree.flatten(element, _tree.is_array)
                for rows in zip(*leaves, strict=True):
                    yield _tree.fill(form, rows)

        return Dataset(elements, None, None, self)

    def shuffle(
        self,
        buffer_size: int,
        seed: int | None = None,
        reshuffle_each_iteration: bool = True,
        name: str | None = None,
    ) -> "Dataset":
        """The elements in a random order: each is drawn from the ``buffer_size`` next ones.

        Args:
            buffer_size: how many elements to hold; all of them for an order without preference.
            seed: of the order; by default drawn from ``random``, which ``set_random_seed`` seeds.
            reshuffle_each_iteration: whether each pass has another order.
            name: has no effect; TensorFlow's argument.
        """
        size = _positive("buffer_size", buffer_size)
        generator = shuffler(seed, reshuffle_each_iteration)

        def elements() -> Iterator[Any]:
            draw = generator()
            iterator = iter(self)
            held = list(itertools.islice(iterator, size))
            for element in iterator:
                place = int(draw.integers(len(held)))
                yield held[place]
                held[place] = element
            draw.shuffle(held)
            yield from held

        return self._derived(elements, self._count)

    def repeat(self, count: int | None = None, name: str | None = None) -> "Dataset":
        """The elements again and again: ``count`` times, without end by default."""
        times = math.inf if count is None or count < 0 else count

        def elements() -> Iterator[Any]:
            done = 0
            while done < times:
                empty = True
                for element in self:
                    empty = False
                    yield element
                if empty:
                    return
                done += 1

        known = None if self._count is None else self._count and self._count * times
        return self._derived(elements, known)

    def take(self, count: int, name: str | None = None) -> "Dataset":
        """The first ``count`` elements; all for -1."""
        if count < 0:
            return self
        known = None if self._count is None else min(count, self._count)
        return self._derived(lambda: itertools.islice(iter(self), count), known)

    def skip(self, count: int, name: str | None = None) -> "Dataset":
        """The elements after the first ``count``; none for -1."""
        if count < 0:
            return self.take(0)
        left = None if self._count is None else max(self._count - count, 0)
        return self._derived(lambda: itertools.islice(iter(self), count, None), left)

    def cache(self, filename: str = "", name: str | None = None) -> "Dataset":
        """The same elements, kept in memory from the first whole pass on.

        Their arrays are read-only, so that nobody changes what later passes get; ``map`` makes
        others of them.
        """
        if filename:
            raise ValueError("Dataset.cache keeps elements in memory, not in a file")
        kept: list[tuple[Any, list[Any]]] | None = None

        def elements() -> Iterator[Any]:
            nonlocal kept
            if kept is not None:
                # Lists and dictionaries are made for each pass.
                yield from itertools.starmap(_tree.fill, kept)
                return
            passing = []
            for element in self:
                passing.append(_frozen(element))
                yield _tree.fill(*passing[-1])
            kept = passing

        return self._derived(elements, self._count)

    def prefetch(self, buffer_size: int, name: str | None = None) -> "Dataset":
        """The same elements, made by a thread ahead of who takes them: ``buffer_size`` at most, -1
        for a number of our choice.
        """
        size = _AHEAD if buffer_size == AUTOTUNE else _positive("buffer_size", buffer_size)
        return self._derived(lambda: _prefetch.ahead_of(iter(self), size), self._count)

    def _derived(self, elements: Callable[[], Iterator[Any]], count: float | None) -> "Dataset":
        return Dataset(elements, count, self.batch_size, self)

    def _batches(self, size: int, drop_remainder: bool) -> float | None:
        if self._count is None or self._count == math.inf:
            return self._count
        count = int(self._count)
        return count // size if drop_remainder else -(-count // size)


class Slices(Dataset):
    """The samples of arrays, which batches take by slices, not one by one."""

    def __init__(
        self,
        arrays: Any,
        order: Callable[[], np.ndarray] | None = None,
        count: int | None = None,
        like: Dataset | None = None,
    ) -> None:
        leaves, self._form = _tree.flatten(arrays, _tree.is_array)
        if not leaves or _tree.other_leaf(self._form) is not _tree.NOTHING:
            leaves, self._form = [np.asarray(arrays)], _tree.Slot(0)
        self._leaves = list(map(np.asarray, leaves))
        lengths = {len(leaf) if leaf.ndim else 0 for leaf in self._leaves}
        if len(lengths) != 1:
            raise ValueError(f"arrays of one data set need one length, got {sorted(lengths)}")
        length = lengths.pop()
        self._order = order or (lambda: np.arange(length))
        super().__init__(self._samples, length if count is None else count, None, like)

    def _samples(self) -> Iterator[Any]:
        return map(self._rows, self._order())

    def _rows(self, chosen: Any) -> Any:
        return _tree.fill(self._form, [leaf[chosen] for leaf in self._leaves])

    def reordered(self, order: Callable[[], np.ndarray], count: int) -> Dataset:
        """The samples of those numbers, which a function gives for each pass."""
        return Slices(_tree.fill(self._form, self._leaves), order, count, self)

    def batch(
        self,
        batch_size: int,
        drop_remainder: bool = False,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Samples put together along a new first axis."""
        size = _positive("batch_size", batch_size)
        count = self._batches(size, drop_remainder)

        def elements() -> Iterator[Any]:
            order = self._order()
            for i in range(int(count or 0)):
                yield self._rows(order[i * size : (i + 1) * size])

        return Dataset(elements, count, size, self)

    def shuffle(
        self,
        buffer_size: int,
        seed: int | None = None,
        reshuffle_each_iteration: bool = True,
        name: str | None = None,
    ) -> Dataset:
        """The samples in a random order."""
        if buffer_size < len(self):
            return super().shuffle(buffer_size, seed, reshuffle_each_iteration)
        generator = shuffler(seed, reshuffle_each_iteration)
        return self.reordered(lambda: generator().permutation(self._order()), len(self))

    def take(self, count: int, name: str | None = None) -> Dataset:
        """The first ``count`` samples; all for -1."""
        known = len(self) if count < 0 else min(count, len(self))
        return self.reordered(lambda: self._order()[:known], known)

    def skip(self, count: int, name: str | None = None) -> Dataset:
        """The samples after the first ``count``; none for -1."""
        first = len(self) if count < 0 else min(count, len(self))
        return self.reordered(lambda: self._order()[first:], len(self) - first)


def shuffler(seed: int | None, another_each_time: bool) -> Callable[[], "np.random.Generator"]:
    """What gives the generator for the order of a pass."""
    made: list[np.random.Generator] = []

    def generator() -> "np.random.Generator":
        nonlocal seed
        if seed is None:
            seed = random.getrandbits(64)
        if not another_each_time:
            return np.random.default_rng(seed)
        if not made:
            made.append(np.random.default_rng(seed))
        return made[0]

    return generator


def stacked(elements: list[Any]) -> Any:
    """Elements of one form put together along a new first axis."""
    first = elements[0]
    if isinstance(first, dict):
        return {key: stacked([element[key] for element in elements]) for key in first}
    if isinstance(first, (tuple, list)):
        return type(first)(stacked(list(items)) for items in zip(*elements, strict=True))
    if isinstance(first, (str, bytes)):
        return np.array(elements, dtype=object)
    arrays = list(map(np.asarray, elements))
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        raise ValueError(
            f"elements of the shapes {', '.join(map(str, sorted(shapes)))} make no batch; bring "
            "them to one shape first, by map"
        )
    return np.stack(arrays)


def _frozen(element: Any) -> tuple[Any, list[Any]]:
    """The form of an element, and copies of its arrays, which nobody else holds or can change."""
    leaves, form = _tree.flatten(element, lambda leaf: isinstance(leaf, np.ndarray))
    copies = [leaf.copy() for leaf in leaves]
    for copy in copies:
        copy.flags.writeable = False
    return form, copies


def joined(data: Any) -> Any:
    """All elements of a data set as one array; other data as they are."""
    if not isinstance(data, Dataset):
        return data
    elements = list(data.as_numpy_iterator())
    return stacked(elements) if data.batch_size is None else np.concatenate(elements)


def _positive(name: str, value: int) -> int:
    if value < 1:
        raise ValueError(f"{name} is {value}, expected at least 1")
    return value
