"""Batches by their numbers, made ahead by workers."""

import random
from collections.abc import Iterable, Iterator
from itertools import chain, count, islice
from typing import Any

from lamina.data import _prefetch


class PyDataset:
    """Batches by their numbers: a class of your own with ``__getitem__`` and ``__len__``.

    ``__getitem__(i)`` gives batch ``i``, ``(x, y)`` or as ``fit`` takes it, ``__len__`` says how
    many there are. ``fit`` takes them in another order each epoch unless told ``shuffle=False``,
    and calls ``on_epoch_begin`` and ``on_epoch_end``, which may change the data. A ``num_batches``
    of None stands for batches without end, which need ``steps_per_epoch``.

    With several workers, or with processes, batches are made while the model works on earlier
    ones; they come in the same order however many workers there are. ``__getitem__`` must then not
    change the object. No worker outlives its epoch, but after Ctrl-C a thread that is within a long
    ``__getitem__`` ends that first.

    Args:
        workers: how many threads or processes make batches. With one thread batches are made in
            the thread of ``fit``, between two steps.
        use_multiprocessing: whether workers are processes, for code that holds Python's lock. Each
            has a copy of the object, made when an epoch begins. ``random`` and ``numpy.random`` are
            seeded for each batch.
        max_queue_size: how many batches are made in advance at most.

    >>> import numpy as np
    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 3
    ...
    ...     def __getitem__(self, i):
    ...         x = np.arange(4 * i, 4 * i + 4.0)
    ...         return x[:, None], x**2
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> len(model.fit(Squares(workers=2), epochs=2, verbose=0).history["loss"])
    2
    """

    # For classes that do not call this one's constructor.
    _workers = 1
    _use_multiprocessing = False
    _max_queue_size = 10

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ) -> None:
        self._workers = workers
        self._use_multiprocessing = use_multiprocessing
        self._max_queue_size = max_queue_size

    @property
    def workers(self) -> int:
        """How many threads or processes make batches."""
        return self._workers

    @workers.setter
    def workers(self, value: int) -> None:
        self._workers = value

    @property
    def use_multiprocessing(self) -> bool:
        """Whether workers are processes."""
        return self._use_multiprocessing

    @use_multiprocessing.setter
    def use_multiprocessing(self, value: bool) -> None:
        self._use_multiprocessing = value

    @property
    def max_queue_size(self) -> int:
        """How many batches are made in advance at most."""
        return self._max_queue_size

    @max_queue_size.setter
    def max_queue_size(self, value: int) -> None:
        self._max_queue_size = value

    def __getitem__(self, index: int) -> Any:
        """The batch of that number."""
        raise NotImplementedError(
            f"{type(self).__name__} must define __getitem__(self, index), which gives a batch"
        )

    def __iter__(self) -> Iterator[Any]:
        number = self.num_batches
        return (self[i] for i in (count() if number is None else range(number)))

    @property
    def num_batches(self) -> int | None:
        """How many batches there are: ``len`` of it; None for batches without end."""
        if not hasattr(self, "__len__"):
            raise NotImplementedError(
                f"{type(self).__name__} must define __len__(self), the number of batches, or a "
                "property num_batches"
            )
        return len(self)

    def on_epoch_begin(self) -> None:
        """Called before the batches of an epoch."""

    def on_epoch_end(self) -> None:
        """Called after the batches of an epoch."""


class Epochs:
    """The batches of an object with numbered batches, as the loops of a model take them.

    Args:
        batches: a ``PyDataset``, or anything with ``__getitem__`` and ``__len__``.
        shuffle: whether each pass has another order.
        steps: the batches of an epoch where they are not all; an epoch then begins where the one
            before ended.
    """

    def __init__(self, batches: Any, shuffle: bool, steps: int | None) -> None:
        self._batches = batches
        self._shuffle = shuffle
        self.steps = steps

    @property
    def count(self) -> int | None:
        """How many there are; None for batches without end."""
        if isinstance(self._batches, PyDataset):
            return self._batches.num_batches
        return len(self._batches)

    def __iter__(self) -> Iterator[Any]:
        if self.count == 0:
            return
        order = self._order()
        if self.steps is None:
            yield from self._epoch(order, None)
            return
        numbers = order if self.count is None else self._passes(order)
        while True:
            yield from self._epoch(islice(numbers, self.steps), self.steps)

    def _order(self) -> Iterator[int]:
        number = self.count
        if number is None:
            return count()
        order = list(range(number))
        if self._shuffle:
            random.shuffle(order)
        return iter(order)

    def _passes(self, first: Iterator[int]) -> Iterator[int]:
        return chain(first, chain.from_iterable(self._order() for _ in count()))

    def _epoch(self, numbers: Iterable[int], steps: int | None) -> Iterator[Any]:
        self._call("on_epoch_begin")
        given = 0
        try:
            for batch in self._made(numbers):
                given += 1
                yield batch
        finally:
            # Nobody asks for more after the last of so many.
            if steps is not None and given == steps:
                self._call("on_epoch_end")
        if steps is None:
            self._call("on_epoch_end")

    def _call(self, hook: str) -> None:
        if hasattr(self._batches, hook):
            getattr(self._batches, hook)()

    def _made(self, numbers: Iterable[int]) -> Iterator[Any]:
        batches = self._batches
        workers = batches.workers if isinstance(batches, PyDataset) else 1
        if workers > 0 and isinstance(batches, PyDataset) and batches.use_multiprocessing:
            return _prefetch.by_processes(batches, numbers, workers, batches.max_queue_size)
        if workers > 1:
            get = batches.__getitem__
            return _prefetch.in_order(get, numbers, workers, batches.max_queue_size)
        return (batches[i] for i in numbers)
