"""TerminateOnNaN."""

from lamina import _lamina
from lamina.callbacks.callback import CoreCallback


class TerminateOnNaN(CoreCallback):
    """Ends training when the loss is NaN or infinite.

    The core runs it. It reads the loss after each batch, for which a device is waited for.

    Args:
        raise_error: whether to raise ``RuntimeError``, so that no callback's ``on_train_end`` is
            called, instead of an orderly end.

    >>> import numpy as np
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x = np.full((4, 1), np.inf)
    >>> len(model.fit(x, x, epochs=9, callbacks=[TerminateOnNaN()], verbose=0).epoch)
    Batch 0: Invalid loss, terminating training
    1
    """

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self._core: _lamina.TerminateOnNaN = _lamina.TerminateOnNaN(bool(raise_error))

    @property
    def raise_error(self) -> bool:
        """Whether it raises an error."""
        return self._core.raise_error
