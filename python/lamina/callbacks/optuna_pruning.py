"""OptunaPruning."""

import importlib
from typing import Any

from lamina.callbacks.callback import Callback


class OptunaPruning(Callback):
    """Reports each epoch to a trial of Optuna, and ends a run that the study prunes.

    Needs the package ``optuna``.

    Args:
        trial: the ``optuna.trial.Trial`` that the objective got.
        monitor: name of the value in the logs.

    Raises:
        ImportError: Optuna is not installed.
        KeyError: the logs do not hold the value.
        optuna.TrialPruned: the trial is to end, as Optuna expects it of the objective.

    >>> def objective(trial):  # doctest: +SKIP
    ...     model = make_model(trial.suggest_float("rate", 1e-4, 1e-1, log=True))
    ...     history = model.fit(
    ...         x, y, validation_split=0.2, callbacks=[OptunaPruning(trial)], epochs=20
    ...     )
    ...     return history.history["val_loss"][-1]
    """

    def __init__(self, trial: Any, monitor: str = "val_loss") -> None:
        super().__init__()
        try:
            self._optuna = importlib.import_module("optuna")
        except ImportError as error:
            raise ImportError("OptunaPruning needs Optuna: pip install optuna") from error
        self.trial = trial
        self.monitor = monitor

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Reports the value."""
        logs = logs or {}
        if self.monitor not in logs:
            raise KeyError(
                f"OptunaPruning monitors {self.monitor!r}, which is not available; available are "
                f"{', '.join(logs) or 'none'}"
            )
        self.trial.report(float(logs[self.monitor]), step=epoch)
        if self.trial.should_prune():
            raise self._optuna.TrialPruned(f"pruned after epoch {epoch + 1}")
