"""Hooks into training, evaluation and prediction."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _lamina, _naming
from lamina._options import option


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

    def _for_core(self) -> Any:
        """What the core calls: its hooks in the core's order, or a callback of the core's own."""
        return self._hooks(Callback)

    def _hooks(self, base: type) -> list[Any]:
        """The bound hooks that differ from those of ``base``; None for others."""

        def changed(name: str) -> bool:
            return getattr(type(self), name) is not getattr(base, name)

        return [
            getattr(self, hook)
            if changed(hook) or changed(hook.replace("_train_batch_", "_batch_"))
            else None
            for hook in _lamina.CALLBACK_HOOKS
        ]


class History(Callback):
    """What ``fit`` returns: ``epoch``, the epochs it ran, and ``history``, each value's course."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch: list[int] = []
        self.history: dict[str, list[float]] = {}

    def __repr__(self) -> str:
        return f"<History of {len(self.epoch)} epochs: {', '.join(self.history)}>"


class EarlyStopping(Callback):
    """Ends a run when a monitored value has stopped improving.

    The core runs it: ``fit`` enters Python only for what it says. A value that is not in the logs
    is warned of once a run.

    Args:
        monitor: name of the value in the logs, such as ``"val_loss"`` or ``"accuracy"``.
        min_delta: a change smaller than this is no improvement; its sign does not matter.
        patience: epochs without improvement after which the run ends.
        verbose: 1 says at the end what was done, 0 is silent.
        mode: ``"min"`` where the value is to fall, ``"max"`` where it is to rise, ``"auto"`` by its
            name: losses and errors fall, accuracies and areas under a curve rise.
        baseline: only a value better than this restarts the wait for an improvement.
        restore_best_weights: whether the model ends with the weights of its best epoch, be the run
            stopped early or not. Otherwise it keeps those of the last.
        start_from_epoch: epochs to let pass before the first that counts.

    Raises:
        ValueError: an option is out of range, or, as training begins, the name of the monitored
            value does not tell its direction.

    Reference: Prechelt, 1998, "Early stopping: but when?".

    >>> import numpy as np
    >>> model = Sequential([Input((1,)), Dense(1, kernel_initializer="ones")])
    >>> model.compile(lamina.optimizers.SGD(0.25), "mse")
    >>> stop = EarlyStopping("loss", patience=2, restore_best_weights=True)
    >>> x = np.zeros((4, 1))  # the first epoch is as good as any after it
    >>> history = model.fit(x, x, epochs=100, callbacks=[stop], verbose=0)
    >>> history.epoch, stop.stopped_epoch, stop.best_epoch, stop.best
    ([0, 1, 2], 2, 0, 0.0)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__()
        options = {
            "monitor": monitor,
            "min_delta": min_delta,
            "patience": patience,
            "verbose": int(verbose) if isinstance(verbose, bool) else verbose,
            "mode": mode,
            "baseline": baseline,
            "restore_best_weights": bool(restore_best_weights),
            "start_from_epoch": start_from_epoch,
        }
        self._core: _lamina.EarlyStopping = _naming.make(
            lambda _, options: _lamina.EarlyStopping(options), "EarlyStopping", options
        )

    monitor = option("monitor")
    min_delta = option("min_delta")
    patience = option("patience")
    verbose = option("verbose")
    mode = option("mode")
    baseline = option("baseline")
    restore_best_weights = option("restore_best_weights")
    start_from_epoch = option("start_from_epoch")

    @property
    def wait(self) -> int:
        """Epochs since the last improvement."""
        return self._core.wait

    @property
    def stopped_epoch(self) -> int:
        """The epoch after which it ended the run; 0 where it did not. The first epoch is 0."""
        return self._core.stopped_epoch

    @property
    def best_epoch(self) -> int:
        """The epoch of the best value."""
        return self._core.best_epoch

    @property
    def best(self) -> float | None:
        """The best value; None before the first."""
        return self._core.best

    @property
    def best_weights(self) -> list[np.ndarray] | None:
        """The model's weights after the best epoch; None unless they are to be restored."""
        return [weight.numpy().copy() for weight in self._core.best_weights] or None

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Forgets the run before."""
        self._core.on_train_begin(self._core_model())

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Looks at the monitored value, and ends the run when its time has come."""
        self._core.on_epoch_end(self._core_model(), epoch, dict(logs or {}))

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Restores the best weights, if asked to."""
        self._core.on_train_end(self._core_model())

    def _core_model(self) -> Any:
        return getattr(self.model, "_core", None)

    def _for_core(self) -> Any:
        hooks = self._hooks(EarlyStopping)
        return self._core if not any(hooks) else super()._for_core()


def prepared(callbacks: Any, model: Any, params: dict[str, Any]) -> list[Any]:
    """What the core calls for each callback."""
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
        result.append(callback._for_core())
    return result
