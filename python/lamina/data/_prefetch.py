"""What workers make ahead of the one who takes it, in its order."""

import random
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, repeat
from typing import Any

_END = object()


def in_order(
    get: Callable[[Any], Any], indices: Iterable[Any], workers: int, ahead: int
) -> Iterator[Any]:
    """``get(index)`` for each index, computed by threads, at most ``ahead`` of them in advance.

    Results come in the order of the indices however many threads there are. An exception comes out
    where its result would. When the generator ends or is closed, the threads have ended.
    """
    from concurrent.futures import ThreadPoolExecutor

    yield from _taken(ThreadPoolExecutor(workers, "lamina-data"), get, indices, ahead)


def by_processes(items: Any, indices: Iterable[Any], workers: int, ahead: int) -> Iterator[Any]:
    """``items[index]`` for each index, as ``in_order``, by processes.

    Each process has a copy of ``items``: of a forked parent, or by pickling, as the start method of
    ``multiprocessing`` has it. ``random`` and ``numpy.random`` are seeded anew for each index, so
    that what is drawn does not depend on which process draws it.
    """
    from concurrent.futures import ProcessPoolExecutor

    executor = ProcessPoolExecutor(
        workers, initializer=_begin_process, initargs=(items, random.getrandbits(64))
    )
    yield from _taken(executor, _item_of_process, enumerate(indices), ahead)


def ahead_of(iterator: Iterator[Any], count: int) -> Iterator[Any]:
    """What the iterator yields, taken by one thread, at most ``count`` in advance."""
    elements = in_order(lambda _: next(iterator, _END), repeat(None), 1, count)
    for element in elements:
        if element is _END:
            break
        yield element


def _taken(
    executor: Any, get: Callable[[Any], Any], indices: Iterable[Any], ahead: int
) -> Iterator[Any]:
    indices = iter(indices)
    try:
        pending = deque(executor.submit(get, index) for index in islice(indices, ahead))
        while pending:
            result = pending.popleft().result()
            pending.extend(executor.submit(get, index) for index in islice(indices, 1))
            yield result
            del result  # else it would live until the next one is there
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


_items: Any = None  # of this process
_seed = 0


def _begin_process(items: Any, seed: int) -> None:
    global _items, _seed
    _items, _seed = items, seed
    # Ctrl-C reaches all processes of a terminal; the parent ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _item_of_process(numbered: tuple[int, Any]) -> Any:
    import numpy as np

    number, index = numbered
    random.seed(_seed + number)
    np.random.seed((_seed + number) % 2**32)  # noqa: NPY002 - what users' code draws from
    return _items[index]
