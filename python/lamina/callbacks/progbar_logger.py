"""ProgbarLogger."""

import time
from typing import Any

from lamina import _progress
from lamina.callbacks.callback import Callback


class ProgbarLogger(Callback):
    """What ``verbose`` shows, as a callback: for a loop of your own, see ``CallbackList``.

    ``fit``, ``evaluate`` and ``predict`` show progress without it, and without reading the loss
    after each batch; where it is given, they leave that to it.

    >>> bar = ProgbarLogger()
    >>> bar.set_params({"verbose": 0, "epochs": 1, "steps": 2})
    >>> bar.on_epoch_begin(0)
    >>> bar.on_epoch_end(0, {"loss": 0.5})
    """

    def __init__(self) -> None:
        super().__init__()
        self.verbose: int | str = 1
        self.epochs = 1
        self.target: int | None = None
        self.seen = 0
        self._display: Any = None
        self._epoch = 0
        self._trains = False
        self._shown_at = 0.0

    def set_params(self, params: dict[str, Any]) -> None:
        super().set_params(params)
        self.verbose = params["verbose"]
        self.epochs = params["epochs"]
        self.target = params["steps"]

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._trains = True

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self._trains = False
        self._close()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if epoch == 0 or self._display is None:
            self._close()
            self._display = _progress.shown(self.verbose)
        self._epoch, self.seen = epoch, 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._show(batch, logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._finish(logs)

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._begin_other("Evaluate")

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if not self._trains:
            self._show(batch, logs)

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        self._end_other(logs)

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        self._begin_other("Predict")

    def on_predict_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._show(batch, None)

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        self._end_other(None)

    def _begin_other(self, title: str) -> None:
        if not self._trains:
            self._display = _progress.shown(self.verbose, title)
            self._epoch, self.seen, self.epochs = 0, 0, 1

    def _end_other(self, logs: dict[str, Any] | None) -> None:
        if not self._trains:
            self._finish(logs)
            self._close()

    def _show(self, batch: int, logs: dict[str, Any] | None) -> None:
        self.seen = batch + 1
        if self._display is not None and time.monotonic() - self._shown_at >= 0.05:
            self._shown_at = time.monotonic()
            self._display(
                self._epoch, self.epochs, self.seen, self.target or 0, False, dict(logs or {})
            )

    def _finish(self, logs: dict[str, Any] | None) -> None:
        if self._display is not None:
            steps = self.seen or self.target or 0
            self._display(self._epoch, self.epochs, steps, steps, True, dict(logs or {}))

    def _close(self) -> None:
        if self._display is not None:
            self._display.close()
        self._display = None
