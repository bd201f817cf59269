"""Hooks into training, evaluation and prediction."""

from collections.abc import Sequence
from typing import Any

from lamina import _lamina


class Callback:
    """Subclass it and override what you need; only these hooks are called.

    ``self.model`` and ``self.params`` are set before the first hook. ``logs`` maps ``"loss"`` and
    the metrics to their values so far, and after validation the same names with ``"val_"`` before.
    Set ``self.model.stop_training = True`` to end the run after the batch.

    >>> class Stop(Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         self.model.stop_training = logs["loss"] < 0.1
    """

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}
        self.model: Any = None

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes ``epochs``, ``steps`` and ``verbose`` of the run."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Takes the model of the run."""
        self.model = model

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """After the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Before an epoch; the first is 0."""

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """After an epoch and its validation."""

    def on_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """The same as ``on_train_batch_begin``."""

    def on_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """The same as ``on_train_batch_end``."""

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Before a batch of training."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a batch of training."""
        self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before an evaluation or validation."""

    def on_test_end(self, logs: dict[str, float] | None = None) -> None:
        """After an evaluation or validation."""

    def on_test_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Before a batch of evaluation."""

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a batch of evaluation."""

    def on_predict_begin(self, logs: dict[str, float] | None = None) -> None:
        """Before a prediction."""

    def on_predict_end(self, logs: dict[str, float] | None = None) -> None:
        """After a prediction."""

    def on_predict_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Before a batch of prediction."""

    def on_predict_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a batch of prediction."""


class History(Callback):
    """What ``fit`` returns: ``epoch``, the epochs it ran, and ``history``, each value's course."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def __repr__(self) -> str:
        return f"<History of {len(self.epoch)} epochs: {', '.join(self.history)}>"


def prepared(callbacks: Any, model: Any, params: dict[str, Any]) -> list[list[Any]]:
    """The overridden hooks of each callback, bound to it, in the core's order; None for others."""
    if callbacks is None:
        return []
    if isinstance(callbacks, Callback):
        callbacks = [callbacks]
    if not isinstance(callbacks, Sequence):
        raise TypeError(f"callbacks is {callbacks!r}, expected a list of lamina.Callback")
    result = []
    for callback in callbacks:
        if not isinstance(callback, Callback):
            raise TypeError(
                f"callbacks holds {callback!r}, expected an object of a subclass of lamina.Callback"
            )
        callback.set_params(params)
        callback.set_model(model)
        result.append([_overridden(callback, hook) for hook in _lamina.CALLBACK_HOOKS])
    return result


def _overridden(callback: Callback, hook: str) -> Any:
    names = {hook, hook.replace("_train_batch_", "_batch_")}
    cls = type(callback)
    changed = any(getattr(cls, name) is not getattr(Callback, name) for name in names)
    return getattr(callback, hook) if changed else None
