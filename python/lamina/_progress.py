"""What ``verbose`` shows of a run."""

import sys
import time
from typing import Any


def shown(verbose: Any, title: str | None = None) -> "ProgressBar | EpochLines | None":
    """A bar for 1 and "auto", a line an epoch for 2, None for 0.

    A program without a console has no ``sys.stderr``, and then no bar.
    """
    if verbose in (1, "auto"):
        return None if sys.stderr is None else ProgressBar(title)
    if verbose == 2:
        return EpochLines(title)
    if verbose == 0:
        return None
    raise ValueError(f"verbose is {verbose!r}, expected 0, 1, 2 or 'auto'")


def _title(title: str | None, epoch: int, epochs: int) -> str:
    return title or f"Epoch {epoch + 1}/{epochs}"


def _text(logs: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:.4g}" for name, value in logs.items()}


class ProgressBar:
    """A tqdm bar an epoch."""

    def __init__(self, title: str | None) -> None:
        # Only a bar needs tqdm: `import lamina` stays fast.
        from tqdm.auto import tqdm

        self._tqdm = tqdm
        self._title = title
        self._epoch: int | None = None
        self._bar: Any = None
        self._last = time.time()

    def __call__(
        self, epoch: int, epochs: int, batch: int, batches: int, logs: dict[str, float]
    ) -> None:
        if epoch != self._epoch:
            self.close()
            self._epoch = epoch
            # The first report of an epoch comes after its first batches: show nothing before, and
            # count from the last report of the epoch before it.
            title = _title(self._title, epoch, epochs)
            self._bar = self._tqdm(total=batches or None, desc=title, delay=1e-9, smoothing=0)
            self._bar.start_t = self._last
        self._bar.n, self._bar.total = batch, batches or None
        self._bar.set_postfix(_text(logs), refresh=False)
        self._bar.refresh()
        self._last = time.time()

    def close(self) -> None:
        """Ends the last bar."""
        if self._bar is not None:
            self._bar.close()


class EpochLines:
    """A printed line an epoch."""

    def __init__(self, title: str | None) -> None:
        self._title = title
        self._last: tuple[int, int, int, int, dict[str, float]] | None = None

    def __call__(
        self, epoch: int, epochs: int, batch: int, batches: int, logs: dict[str, float]
    ) -> None:
        # The last report of an epoch is its result; the next epoch's first report shows it was.
        if self._last is not None and self._last[0] != epoch:
            self.close()
        self._last = (epoch, epochs, batch, batches, logs)

    def close(self) -> None:
        """Prints the last epoch, if it was finished."""
        if self._last is None:
            return
        epoch, epochs, batch, batches, logs = self._last
        self._last = None
        if batch == batches:
            values = "".join(f" - {name}: {value}" for name, value in _text(logs).items())
            print(f"{_title(self._title, epoch, epochs)}{values}")
