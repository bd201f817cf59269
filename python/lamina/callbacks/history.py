"""History."""

from typing import Any

from lamina.callbacks.callback import Callback


class History(Callback):
    """What ``fit`` returns: ``epoch``, the epochs it ran, and ``history``, each value's course.

    ``model.history`` is the one of the model's last run, from its beginning. One that is given to
    ``fit`` is filled and returned; in a second run its courses go on.

    >>> import numpy as np
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> history = model.fit(np.zeros((4, 1)), np.zeros(4), epochs=2, verbose=0)
    >>> history.epoch, history.history
    ([0, 1], {'loss': [0.0, 0.0]})
    """

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[Any]] = {}

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        if self.model is not None:
            self.model.history = self

    def _for_core(self) -> Any:
        # The core fills it, unless a subclass overrides a hook.
        return super()._for_core() if any(self._hooks(History)) else self

    def __repr__(self) -> str:
        return f"<History of {len(self.epoch)} epochs: {', '.join(self.history)}>"
