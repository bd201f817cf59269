"""EarlyStopping."""

from typing import Any

import numpy as np

from lamina import _lamina, _naming
from lamina._options import option
from lamina.callbacks.callback import Callback, CoreCallback


class EarlyStopping(CoreCallback):
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

    def get_monitor_value(self, logs: dict[str, Any] | None) -> Any:
        """What it watches of an epoch's logs: a subclass may watch something else.

        >>> class Sum(EarlyStopping):
        ...     def get_monitor_value(self, logs):
        ...         return logs["loss"] + logs["val_loss"]
        """
        return (logs or {}).get(self.monitor)

    def _watches_itself(self) -> bool:
        return type(self).get_monitor_value is not EarlyStopping.get_monitor_value

    def _seen(self, logs: dict[str, Any]) -> dict[str, Any]:
        if not self._watches_itself():
            return logs
        value = self.get_monitor_value(logs)
        return {**logs, self.monitor: value} if value is not None else logs

    def _for_core(self) -> Any:
        return Callback._for_core(self) if self._watches_itself() else super()._for_core()

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
