"""What ``verbose`` shows of a run, and what callbacks say in the midst of it."""

import sys
import time
from typing import Any, Protocol

from lamina import _lamina, _settings

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
    then no bar. Where ``lamina.config.disable_interactive_logging`` was called, "auto" is 2.
    """
    if verbose == "auto" and not _settings.interactive_logging:
        verbose = 2
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
    """Prints a line; a bar that is being drawn goes on below it."""
    if _drawn is None:
        print(text, flush=True)
    else:
        _drawn.write(text)


_drawn: "Bar | None" = None  # the bar that is being drawn
_lamina.set_message_printer(message)


def _is_live(stream: Any) -> bool:
    """Whether a line of the stream can be drawn again: in a terminal or a notebook."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) or "ipykernel" in sys.modules


def per_step(seconds: float) -> str:
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s/step"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms/step"
    return f"{seconds * 1e6:.0f}us/step"


def value_text(value: Any) -> str:
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
        return seconds, per_step(seconds / max(batch, 1))

    def close(self) -> None:
        """Ends the display."""


def _pairs(logs: dict[str, Any]) -> list[str]:
    return [f"{name}: {value_text(value)}" for name, value in logs.items()]


def _lines(text: str, pairs: list[str], columns: int) -> list[str]:
    """``text`` and the pairs behind it, on as many lines as they need."""
    lines = [text[:columns]]
    for pair in pairs:
        if len(lines[-1]) + 3 + len(pair) <= columns:
            lines[-1] += f" - {pair}"
        else:
            lines.append(f"    {pair}"[:columns])
    return lines


class Bar(_Shown):
    """A tqdm bar an epoch, never wider than the terminal: while it grows it shows the values that
    fit, the loss first; at the end of the epoch all of them, on more lines where they need them.
    """

    def __init__(self, title: str | None) -> None:
        super().__init__(title)
        self._stream = sys.stderr
        self._epoch: int | None = None
        self._bar: Any = None
        try:
            "━─".encode(getattr(self._stream, "encoding", None) or "ascii")
            self._letters = "─━"
        except UnicodeEncodeError:
            self._letters = ".="

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
            self.close()
            heading = self._heading(epoch, epochs)
            if heading:
                self._stream.write(f"{heading}\n")
            self._open(batches)
        self._epoch = epoch
        import shutil  # takes long to import

        columns = max(shutil.get_terminal_size().columns - 1, 20)
        seconds, step = self._times(batch)
        left = seconds if finished or not batches else seconds / max(batch, 1) * (batches - batch)
        text, pairs = f"{_clock(left)} {step}", _pairs(logs)
        # Before it stand the count and the bar.
        room = columns - (len(f"{batch}/Unknown ") if not batches else self._bar_width(batches))
        while pairs and len(text) + 3 + len(pairs[0]) <= room:
            text += f" - {pairs.pop(0)}"
        self._bar.ncols = columns
        self._bar.n, self._bar.total = batch, batches or None
        self._bar.set_description_str(text[:room], refresh=False)
        self._bar.refresh()
        if finished:
            self.close()
            if pairs:
                import textwrap  # only where it is needed, as tqdm

                rest = textwrap.wrap(
                    " - ".join(pair.replace(" ", "\0") for pair in pairs),
                    columns,
                    initial_indent="    ",
                    subsequent_indent="    ",
                    break_on_hyphens=False,
                )
                self._stream.write("".join(f"{line}\n" for line in rest).replace("\0", " "))
            self._begun = time.monotonic()

    def _open(self, batches: int) -> None:
        global _drawn
        # Only a bar needs tqdm: `import lamina` stays fast.
        from tqdm.std import tqdm

        # The first report of an epoch comes after its first batches: it draws nothing before.
        count = f"{{n:{len(str(batches))}d}}/{batches} {{bar:{_BAR_WIDTH}}} {{desc}}"
        self._bar = tqdm(
            file=self._stream,
            total=batches or None,
            ascii=self._letters,
            bar_format=count if batches else "{n}/Unknown {desc}",
            delay=1e-9,
        )
        _drawn = self

    @staticmethod
    def _bar_width(batches: int) -> int:
        return 2 * len(str(batches)) + _BAR_WIDTH + 3

    def write(self, text: str) -> None:
        """Prints a line above the bar."""
        self._bar.write(text)

    def close(self) -> None:
        """Leaves the line of the bar, if there is one."""
        global _drawn
        if self._bar is not None:
            _drawn, bar, self._bar, self._epoch = None, self._bar, None, None
            bar.close()


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
