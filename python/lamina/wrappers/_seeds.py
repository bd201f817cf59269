"""Random numbers of an estimator's own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lamina import _lamina

_lock = threading.Lock()


@contextmanager
def seeded(generator: Any) -> Iterator[None]:
    """Lets what is made within begin from a number that the generator draws; what is made after
    goes on as if nothing had been. None draws as everything else does.

    A weight, a layer's noise and a model's order of samples take their streams when they are made,
    so training itself may run beside others.
    """
    if generator is None:
        yield
        return
    with _lock:
        after = _lamina.RandomStream.open("wrappers").key
        _lamina.set_random_seed(int(generator.randint(2**31 - 1)))
        try:
            yield
        finally:
            _lamina.set_random_seed(after)
