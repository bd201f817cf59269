"""Tables that notebooks show."""

import re
from collections.abc import Iterable, Sequence

_FIRST, _LAST = 5, 15  # rows of a long table


def escape(text: str) -> str:
    """The text as HTML."""
    import html  # which brings a large table; `import lamina` stays fast

    return html.escape(text)


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; of a long one the first and the last rows."""
    shown = list(rows)
    if len(shown) > _FIRST + _LAST + 1:
        between = f"... {len(shown) - _FIRST - _LAST} more"
        gap = [between, *[""] * (len(heading) - 1)]
        shown = [*shown[:_FIRST], gap, *shown[-_LAST:]]
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in shown)
    return f"<table><thead><tr>{_cells('th', heading)}</tr></thead><tbody>{body}</tbody></table>"


def _cells(tag: str, texts: Iterable[str]) -> str:
    style = ' style="text-align: left"'
    return "".join(f"<{tag}{style}>{escape(text)}</{tag}>" for text in texts)


def of_summary(text: str) -> str:
    """A model's summary, as ``summary`` prints it: a heading, a table and a line of totals."""
    title, *lines = [line for line in text.splitlines() if line.strip()]
    rules = [number for number, line in enumerate(lines) if set(line) == {"-"}]
    # Two spaces or more part the columns.
    rows = [re.split(r" {2,}", line.strip()) for line in lines[: rules[-1]] if set(line) != {"-"}]
    totals = " ".join(lines[rules[-1] + 1 :])
    heading, *layers = rows
    shown = table(heading, layers)
    return f"<p>{escape(title)}</p>{shown}<p>{escape(totals)}</p>"
