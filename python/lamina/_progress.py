"""What ``verbose`` shows of a run, and what callbacks say in the midst of it."""

import shutil
import sys
import textwrap
import time
from typing import Any, Protocol

from lamina import _lamina

_BAR_WIDTH = 20


class Display(Protocol):
    """Shows a run. It is called by the clock and at the end of each epoch."""

    def __call__(
        self,
        epoch: int,
        epochs: int,
        batch: int,
        batches: int,
        finished: bool,
        logs: dict[str, Any],
    ) -> None: ...
    def close(self) -> None: ...


def shown(verbose: Any, title: str | None = None) -> Display | None:
    """For 1 and "auto" a bar in a terminal or notebook and a line an epoch elsewhere, on
    ``sys.stderr``; for 2 Keras's lines on ``sys.stdout``; None for 0.

    ``title`` names what is not training. A program without a console has no ``sys.stderr``, and
    then no bar.
    """
    if verbose in (1, "auto"):
        if sys.stderr is None:
            return None
        return Bar(title) if _is_live(sys.stderr) else EpochLines(title)
    if verbose == 2:
        return KerasLines(title)
    if verbose == 0:
        return None
    raise ValueError(f"verbose is {verbose!r}, expected 0, 1, 2 or 'auto'")


def message(text: str) -> None:
    """Prints a line; a bar that is being drawn stays on the line above."""
    if _drawn is not None:
        _drawn.leave_line()
    print(text, flush=True)


_drawn: "Bar | None" = None  # the bar whose line the cursor is on
_lamina.set_message_printer(message)


def _is_live(stream: Any) -> bool:
    """Whether a line of the stream can be drawn again: in a terminal or a notebook."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) or "ipykernel" in sys.modules


def _per_step(seconds: float) -> str:
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s/step"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms/step"
    return f"{seconds * 1e6:.0f}us/step"


def _value(value: Any) -> str:
    """A number with four digits, as Keras writes it; other things as they are."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return f"{number:.4f}" if abs(number) > 1e-3 else f"{number:.4e}"


def _clock(seconds: float) -> str:
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}" if whole >= 60 else f"{whole}s"


class _Shown:
    """The time that an epoch has taken, and texts."""

    def __init__(self, title: str | None) -> None:
        self._title = title
        self._begun = time.monotonic()

    def _heading(self, epoch: int, epochs: int) -> str | None:
        """``"Epoch 1/3"``; None where there is but one, as in Keras."""
        return f"Epoch {epoch + 1}/{epochs}" if self._title is None and epochs > 1 else None

    def _times(self, batch: int) -> tuple[float, str]:
        """Seconds since the epoch began, and what a step takes."""
        seconds = time.monotonic() - self._begun
        return seconds, _per_step(seconds / max(batch, 1))

    def close(self) -> None:
        """Ends the display."""


def _pairs(logs: dict[str, Any]) -> list[str]:
    return [f"{name}: {_value(value)}" for name, value in logs.items()]


class Bar(_Shown):
    """A bar an epoch, never wider than the terminal: while it grows it shows the values that fit,
    the loss first; at the end of the epoch all of them, on more lines where they need them.
    """

    def __init__(self, title: str | None) -> None:
        super().__init__(title)
        self._stream = sys.stderr
        self._epoch: int | None = None
        self._width = 0  # of what stands on the line
        self._is_finished = True
        try:
            "━─".encode(getattr(self._stream, "encoding", None) or "ascii")
            self._full, self._empty = "━", "─"
        except UnicodeEncodeError:
            self._full, self._empty = "=", "."

    def __call__(
        self,
        epoch: int,
        epochs: int,
        batch: int,
        batches: int,
        finished: bool,
        logs: dict[str, Any],
    ) -> None:
        if epoch != self._epoch:
            self.leave_line()
            heading = self._heading(epoch, epochs)
            self._write(f"{heading}\n" if heading else "")
        self._epoch = epoch
        columns = max(shutil.get_terminal_size().columns - 1, 20)
        line = self._line(batch, batches, finished)
        pairs = _pairs(logs)
        while pairs and len(line) + 3 + len(pairs[0]) <= columns:
            line += f" - {pairs.pop(0)}"
        self._draw(line[:columns])
        if finished:
            if pairs:
                rest = textwrap.wrap(
                    " - ".join(pair.replace(" ", "\0") for pair in pairs),
                    columns,
                    initial_indent="    ",
                    subsequent_indent="    ",
                    break_on_hyphens=False,
                )
                self._write("".join(f"\n{line}" for line in rest).replace("\0", " "))
            self.leave_line()
            self._epoch = None
            self._begun = time.monotonic()

    def _line(self, batch: int, batches: int, finished: bool) -> str:
        seconds, step = self._times(batch)
        if not batches:
            return f"{batch:7d}/Unknown {_clock(seconds)} {step}"
        filled = _BAR_WIDTH * min(batch, batches) // batches
        bar = self._full * filled + self._empty * (_BAR_WIDTH - filled)
        left = seconds if finished else seconds / max(batch, 1) * (batches - batch)
        count = f"{batch:{len(str(batches))}d}/{batches}"
        return f"{count} {bar} {_clock(left)} {step}"

    def _draw(self, line: str) -> None:
        global _drawn
        _drawn = self
        # Spaces wipe out what stood there: not every notebook knows the terminal's code for it.
        self._write("\r" + line + " " * (self._width - len(line)))
        self._width = len(line)

    def leave_line(self) -> None:
        """Goes to a new line, if the bar's is not left yet."""
        global _drawn
        if _drawn is self:
            _drawn = None
            self._write("\n")
        self._width = 0

    def _write(self, text: str) -> None:
        if text and self._stream is not None:
            self._stream.write(text)
            self._stream.flush()

    def close(self) -> None:
        """Leaves the line of an epoch that did not end."""
        self.leave_line()


class EpochLines(_Shown):
    """One line an epoch, with all values: for files and pipes."""

    def __call__(
        self,
        epoch: int,
        epochs: int,
        batch: int,
        batches: int,
        finished: bool,
        logs: dict[str, Any],
    ) -> None:
        if not finished:
            return
        seconds, step = self._times(batch)
        heading = self._title or self._heading(epoch, epochs)
        count = f"{batch}/{batches or batch}"
        parts = [*([heading] if heading else []), count, f"{seconds:.0f}s", step, *_pairs(logs)]
        print(" - ".join(parts), file=sys.stderr, flush=True)
        self._begun = time.monotonic()


class KerasLines(_Shown):
    """Keras's lines of ``verbose=2``: the epoch, and at its end the values by their names."""

    def __init__(self, title: str | None) -> None:
        super().__init__(title)
        self._epoch: int | None = None

    def __call__(
        self,
        epoch: int,
        epochs: int,
        batch: int,
        batches: int,
        finished: bool,
        logs: dict[str, Any],
    ) -> None:
        heading = self._heading(epoch, epochs)
        if epoch != self._epoch and heading:
            print(heading, flush=True)
        self._epoch = epoch
        if not finished:
            return
        seconds, step = self._times(batch)
        count = f"{batch}/{batches or batch}"
        parts = [count, f"{seconds:.0f}s", step, *_pairs(dict(sorted(logs.items())))]
        print(" - ".join(parts), flush=True)
        self._begun = time.monotonic()
