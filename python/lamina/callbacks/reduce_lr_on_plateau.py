"""ReduceLROnPlateau."""

from typing import Any

from lamina import _lamina, _naming
from lamina._options import option
from lamina.callbacks.callback import CoreCallback


class ReduceLROnPlateau(CoreCallback):
    """Lowers the learning rate when a monitored value has stopped improving.

    The core runs it. The rate of each epoch is written into the logs, and so into the history, as
    ``"learning_rate"``.

    Args:
        monitor: name of the value in the logs, such as ``"val_loss"`` or ``"accuracy"``.
        factor: what the rate is multiplied by; above 0 and below 1.
        patience: epochs without improvement after which the rate is lowered.
        verbose: 1 says when it is lowered, 0 is silent.
        mode: ``"min"`` where the value is to fall, ``"max"`` where it is to rise, ``"auto"`` by its
            name or the metric of that name.
        min_delta: a change smaller than this is no improvement; its sign does not matter.
        cooldown: epochs after a reduction that do not count.
        min_lr: the rate never falls below it.

    Raises:
        ValueError: an option is out of range, or, as training begins, the name of the monitored
            value does not tell its direction.

    >>> import numpy as np
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile(lamina.optimizers.SGD(0.5), "mse")
    >>> slower = ReduceLROnPlateau("loss", factor=0.5, patience=1)
    >>> x = np.zeros((4, 1))  # the first epoch is as good as any after it
    >>> history = model.fit(x, x, epochs=3, callbacks=[slower], verbose=0)
    >>> history.history["learning_rate"]
    [0.5, 0.5, 0.25]
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        if kwargs:
            raise TypeError(f"ReduceLROnPlateau has no argument {', '.join(kwargs)}")
        options = {
            "monitor": monitor,
            "factor": factor,
            "patience": patience,
            "verbose": int(verbose) if isinstance(verbose, bool) else verbose,
            "mode": mode,
            "min_delta": min_delta,
            "cooldown": cooldown,
            "min_lr": min_lr,
        }
        self._core: _lamina.ReduceLROnPlateau = _naming.make(
            lambda _, options: _lamina.ReduceLROnPlateau(options), "ReduceLROnPlateau", options
        )

    monitor = option("monitor")
    factor = option("factor")
    patience = option("patience")
    verbose = option("verbose")
    mode = option("mode")
    min_delta = option("min_delta")
    cooldown = option("cooldown")
    min_lr = option("min_lr")

    @property
    def wait(self) -> int:
        """Epochs since the last improvement."""
        return self._core.wait

    @property
    def cooldown_counter(self) -> int:
        """Epochs that do not count yet."""
        return self._core.cooldown_counter

    @property
    def best(self) -> float | None:
        """The best value; None before the first."""
        return self._core.best

    def in_cooldown(self) -> bool:
        """Whether epochs do not count yet."""
        return self.cooldown_counter > 0
