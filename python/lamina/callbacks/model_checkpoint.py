"""ModelCheckpoint."""

import os
from typing import Any

from lamina import _lamina, _naming
from lamina._options import option
from lamina.callbacks.callback import CoreCallback


def batches_between(owner: str, save_freq: int | str) -> int:
    """``save_freq`` as the core takes it: 0 for ``"epoch"``."""
    if save_freq == "epoch":
        return 0
    if isinstance(save_freq, bool) or not isinstance(save_freq, int) or save_freq < 1:
        raise ValueError(
            f"{owner} got save_freq={save_freq!r}, expected 'epoch' or a number of batches"
        )
    return save_freq


class ModelCheckpoint(CoreCallback):
    """Saves the model in the course of training.

    The core runs it. A file is written as a whole or not at all.

    Args:
        filepath: where to save. It may hold values of the logs and ``epoch`` and ``batch``, whose
            first is 1: ``"{epoch:02d}-{val_loss:.2f}.lamina"``. Folders are made.
        monitor: name of the value in the logs that ``save_best_only`` looks at.
        verbose: 1 says what it does, 0 is silent.
        save_best_only: whether to save only when the value is better than any before.
        save_weights_only: whether to save weights alone, for ``load_weights``.
        mode: ``"min"`` where the value is to fall, ``"max"`` where it is to rise, ``"auto"`` by its
            name or the metric of that name.
        save_freq: ``"epoch"``, or after how many batches to save; the logs are then those of the
            epoch so far.
        initial_value_threshold: with ``save_best_only`` only what is better than this is saved.

    Raises:
        ValueError: an option is out of range, ``filepath`` has the suffix of another program
            (``.keras``, ``.h5``), or, in training, names a value that the logs lack.

    >>> import numpy as np, tempfile
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> folder = tempfile.TemporaryDirectory()
    >>> save = ModelCheckpoint(folder.name + "/{epoch:02d}.lamina")
    >>> history = model.fit(np.zeros((4, 1)), np.zeros(4), epochs=2, callbacks=[save], verbose=0)
    >>> import os; sorted(os.listdir(folder.name))
    ['01.lamina', '02.lamina']
    >>> folder.cleanup()
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: int | str = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__()
        self.save_freq = save_freq
        options = {
            "filepath": os.fspath(filepath),
            "monitor": monitor,
            "verbose": int(verbose) if isinstance(verbose, bool) else verbose,
            "save_best_only": bool(save_best_only),
            "save_weights_only": bool(save_weights_only),
            "mode": mode,
            "save_freq": batches_between("ModelCheckpoint", save_freq),
            "initial_value_threshold": initial_value_threshold,
        }
        self._core: _lamina.ModelCheckpoint = _naming.make(
            lambda _, options: _lamina.ModelCheckpoint(options), "ModelCheckpoint", options
        )

    def set_model(self, model: Any) -> None:
        """Says which model the run is of."""
        method = "save_weights" if self.save_weights_only else "save"
        if not getattr(type(model), method).__module__.startswith("lamina."):
            raise TypeError(
                f"{type(model).__name__} overrides {method}, which ModelCheckpoint does not call: "
                "call it in on_epoch_end of a callback of your own"
            )
        super().set_model(model)

    filepath = option("filepath")
    monitor = option("monitor")
    verbose = option("verbose")
    save_best_only = option("save_best_only")
    save_weights_only = option("save_weights_only")
    mode = option("mode")

    @property
    def best(self) -> float | None:
        """The best value; None before the first."""
        return self._core.best
