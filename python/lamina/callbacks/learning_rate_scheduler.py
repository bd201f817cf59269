"""LearningRateScheduler."""

import numbers
from collections.abc import Callable
from typing import Any

from lamina import _progress
from lamina.callbacks.callback import Callback


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch.

    The rate of each epoch is written into the logs, and so into the history, as
    ``"learning_rate"``.

    Args:
        schedule: a function ``(epoch, learning_rate)`` that gives the rate, a float; the first
            epoch is 0. One of ``(epoch)`` alone does too.
        verbose: 1 says what it sets, 0 is silent.

    >>> import numpy as np
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile(lamina.optimizers.SGD(0.5), "mse")
    >>> halving = LearningRateScheduler(lambda epoch, rate: rate if epoch == 0 else rate / 2)
    >>> x = np.zeros((4, 1))
    >>> model.fit(x, x, epochs=3, callbacks=[halving], verbose=0).history["learning_rate"]
    [0.5, 0.25, 0.125]
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Sets the rate of the epoch."""
        optimizer = self.model.optimizer
        try:
            rate = self.schedule(epoch, float(optimizer.learning_rate))
        except TypeError:  # one of the epoch alone; where it is not, it fails again
            rate = self.schedule(epoch)
        if isinstance(rate, bool) or not isinstance(rate, numbers.Real):
            raise ValueError(f"the schedule gave {rate!r} for epoch {epoch}, expected a float")
        optimizer.learning_rate = float(rate)
        if self.verbose > 0:
            _progress.message(
                f"Epoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}."
            )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Writes the rate into the logs."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)
