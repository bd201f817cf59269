"""A progress bar for loops of one's own."""

import sys
import time
from typing import Any

from lamina import _progress


class Progbar:
    """Shows how far a loop is, with means of values.

    Args:
        target: how many steps there are, None where that is not known.
        width: characters of the bar.
        verbose: 1 shows a bar, 2 a line at the end, 0 nothing.
        interval: seconds from one drawing to the next at least.
        stateful_metrics: names of values to show as they are; means of the others are shown.
        stateless_metrics: names of values of which means are shown; the others as they are. Give
            one of both.
        unit_name: what a step is called.

    >>> bar = Progbar(3, verbose=2)
    >>> for step in range(3):
    ...     bar.add(1, values=[("loss", 3.0 - step)])  # doctest: +ELLIPSIS
    3/3 - 0s - ... - loss: 1.0000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Any = None,
        stateless_metrics: Any = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError("give stateful_metrics or stateless_metrics, not both")
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.unit_name = unit_name
        self.stateful_metrics = None if stateful_metrics is None else set(stateful_metrics)
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self._seen = 0
        self._sums: dict[str, tuple[float, float]] = {}  # of values, and what they weigh
        self._start = time.monotonic()
        self._drawn = 0.0
        self._is_open = False

    def update(self, current: int, values: Any = None, finalize: bool | None = None) -> None:
        """Says that ``current`` steps are done.

        Args:
            current: how many.
            values: pairs of names and values of the steps since the last update.
            finalize: whether these are all; by default whether ``target`` is reached.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        steps = max(current - self._seen, 1)
        for name, value in values or []:
            number = float(value)
            # The values of the end are those of the whole loop.
            if finalize or not self._is_averaged(name):
                self._sums[name] = (number, 1)
            else:
                total, weight = self._sums.get(name, (0.0, 0.0))
                self._sums[name] = (total + number * steps, weight + steps)
        self._seen = current
        now = time.monotonic()
        if sys.stdout is None or self.verbose not in (1, 2):
            return
        if self.verbose == 2:
            if finalize:
                sys.stdout.write(self._line(now) + "\n")
        elif finalize or now - self._drawn >= self.interval:
            self._drawn = now
            sys.stdout.write(f"\r{self._bar()}{self._line(now)}" + ("\n" if finalize else ""))
        sys.stdout.flush()

    def add(self, n: int, values: Any = None) -> None:
        """Says that ``n`` more steps are done."""
        self.update(self._seen + n, values)

    def _is_averaged(self, name: str) -> bool:
        if self.stateless_metrics is not None:
            return name in self.stateless_metrics
        return name not in (self.stateful_metrics or ())

    def _bar(self) -> str:
        if not self.target:
            return ""
        done = int(self.width * min(self._seen / self.target, 1))
        return "━" * done + "─" * (self.width - done) + " "

    def _line(self, now: float) -> str:
        seconds = now - self._start
        of = "Unknown" if self.target is None else self.target
        each = _progress.per_step(seconds / max(self._seen, 1)).replace("step", self.unit_name)
        parts = [f"{self._seen}/{of}", f"{seconds:.0f}s", each]
        for name, (total, weight) in self._sums.items():
            parts.append(f"{name}: {_progress.value_text(total / weight)}")
        return " - ".join(parts)
