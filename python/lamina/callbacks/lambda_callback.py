"""LambdaCallback."""

from collections.abc import Callable
from typing import Any

from lamina import _lamina
from lamina.callbacks.callback import Callback

_Hook = Callable[..., Any] | None
_KNOWN = {*_lamina.CALLBACK_HOOKS, "on_batch_begin", "on_batch_end"}


class LambdaCallback(Callback):
    """A callback of functions.

    Args:
        on_epoch_begin: called with ``(epoch, logs)``.
        on_epoch_end: called with ``(epoch, logs)``.
        on_train_begin: called with ``(logs)``.
        on_train_end: called with ``(logs)``.
        on_train_batch_begin: called with ``(batch, logs)``.
        on_train_batch_end: called with ``(batch, logs)``.
        **kwargs: any other hook of ``Callback`` by its name, such as ``on_test_end``.

    Raises:
        TypeError: a name is no hook's.

    >>> import numpy as np
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> shout = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs))
    >>> history = model.fit(np.zeros((4, 1)), np.zeros(4), callbacks=[shout], verbose=0)
    0 {'loss': 0.0}
    """

    def __init__(
        self,
        on_epoch_begin: _Hook = None,
        on_epoch_end: _Hook = None,
        on_train_begin: _Hook = None,
        on_train_end: _Hook = None,
        on_train_batch_begin: _Hook = None,
        on_train_batch_end: _Hook = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }
        unknown = sorted(set(given) - _KNOWN)
        if unknown:
            raise TypeError(
                f"LambdaCallback got {', '.join(unknown)}, expected hooks: "
                f"{', '.join(sorted(_KNOWN))}"
            )
        for name, hook in given.items():
            if hook is not None:
                setattr(self, name, hook)
