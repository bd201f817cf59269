"""SwapEMAWeights."""

from lamina import _lamina
from lamina.callbacks.callback import CoreCallback


class SwapEMAWeights(CoreCallback):
    """Evaluates and predicts with the running means that the optimizer keeps of the weights.

    The optimizer must be made with ``use_ema=True``. Training goes on with the weights themselves.
    The core runs it.

    Args:
        swap_on_epoch: whether the means stand in the model from the end of an epoch to the
            beginning of the next, too, so that callbacks behind this one save them.

    Raises:
        ValueError: as an evaluation begins, if the optimizer keeps no means.

    >>> SwapEMAWeights(swap_on_epoch=True).swap_on_epoch
    True
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self._core: _lamina.SwapEMAWeights = _lamina.SwapEMAWeights(bool(swap_on_epoch))

    @property
    def swap_on_epoch(self) -> bool:
        """Whether the means stand in the model between epochs."""
        return self._core.swap_on_epoch
