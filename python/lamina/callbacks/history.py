"""History."""

from typing import Any

from lamina import _html
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

    def _repr_html_(self) -> str:
        """The course of all values as a table, which notebooks show."""
        longest = max(map(len, self.history.values()), default=0)
        # A second run goes on, and its epochs are counted from its own beginning.
        epochs = self.epoch if len(self.epoch) == longest else list(range(longest))
        rows = [
            [str(epoch + 1), *[_number(course, i) for course in self.history.values()]]
            for i, epoch in enumerate(epochs)
        ]
        return _html.table(["epoch", *self.history], rows)

    def __repr__(self) -> str:
        return f"<History of {len(self.epoch)} epochs: {', '.join(self.history)}>"


def _number(course: list[Any], place: int) -> str:
    """A value of a course; nothing where it has none, as of epochs that did not validate."""
    if place >= len(course):
        return ""
    value = course[place]
    return f"{value:.4g}" if isinstance(value, float) else str(value)
