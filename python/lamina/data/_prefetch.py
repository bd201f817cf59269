"""What workers make ahead of the one who takes it, in its order."""

import random
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice, repeat
from typing import Any

_END = object()

# Seconds that Ctrl-C waits for threads, which nothing can stop within a batch.
_PATIENCE = 0.5


class _Closing(threading.local):
    """Whether this thread closes what it takes because of Ctrl-C."""

    is_interrupt = False


_closing = _Closing()


@contextmanager
def interrupted() -> Iterator[None]:
    """Closing inside does not wait for threads that make a batch for long."""
    _closing.is_interrupt = True
    try:
        yield
    finally:
        _closing.is_interrupt = False


def in_order(
    get: Callable[[Any], Any], indices: Iterable[Any], workers: int, ahead: int
) -> Iterator[Any]:
    """``get(index)`` for each index, computed by threads, at most ``ahead`` of them in advance.

    Results come in the order of the indices however many threads there are. An exception comes out
    where its result would. When the generator ends or is closed, the threads have ended; after
    Ctrl-C those that do not end soon are left to finish their element.
    """
    from concurrent.futures import ThreadPoolExecutor

    threads: list[threading.Thread] = []
    executor = ThreadPoolExecutor(
        workers, "lamina-data", lambda: threads.append(threading.current_thread())
    )

    def end(is_interrupt: bool) -> None:
        executor.shutdown(wait=not is_interrupt, cancel_futures=True)
        until = time.monotonic() + _PATIENCE
        for thread in threads:
            thread.join(max(until - time.monotonic(), 0))

    yield from _taken(executor, get, indices, ahead, end)


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

    def end(is_interrupt: bool) -> None:
        # What the processes still make is for nobody.
        for process in list((executor._processes or {}).values()):
            process.terminate()
        executor.shutdown(wait=True, cancel_futures=True)

    yield from _taken(executor, _item_of_process, enumerate(indices), ahead, end)


def ahead_of(iterator: Iterator[Any], count: int) -> Iterator[Any]:
    """What the iterator yields, taken by one thread, at most ``count`` in advance."""
    elements = in_order(lambda _: next(iterator, _END), repeat(None), 1, count)
    for element in elements:
        if element is _END:
            break
        yield element


def _taken(
    executor: Any,
    get: Callable[[Any], Any],
    indices: Iterable[Any],
    ahead: int,
    end: Callable[[bool], None],
) -> Iterator[Any]:
    indices = iter(indices)
    is_interrupt = False
    pending: deque[Any] = deque()
    try:
        pending.extend(executor.submit(get, index) for index in islice(indices, ahead))
        while pending:
            result = pending.popleft().result()
            pending.extend(executor.submit(get, index) for index in islice(indices, 1))
            yield result
            del result  # else it would live until the next one is there
    except KeyboardInterrupt:
        is_interrupt = True
        raise
    finally:
        if pending or is_interrupt:
            end(is_interrupt or _closing.is_interrupt)
        else:
            executor.shutdown(wait=True)


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
