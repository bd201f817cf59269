"""Tables that notebooks show."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

_FIRST, _LAST = 5, 15  # rows of a long table
_EDGE = 3  # items at each end of a long axis
_MOST = 8  # items of an axis that is shown whole
_GAP: Any = "..."  # in the place of the others


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


def of_tensor(kind: str, details: Sequence[str], values: np.ndarray) -> str:
    """A tensor: what it is, and a table of its values, of several matrices the first.

    Args:
        kind: what stands first.
        details: what stands behind its shape and dtype.
        values: all of them.
    """
    shape = tuple(values.shape)
    title = ", ".join([kind, f"shape {shape}", f"dtype {values.dtype}", *details])
    if not values.ndim:
        return f"<p>{escape(title)}: {escape(_number(values[()]))}</p>"
    if not values.size:
        return f"<p>{escape(title)}</p>"
    matrix = values.reshape(1, -1) if values.ndim == 1 else values[(0,) * (values.ndim - 2)]
    rows, columns = (_places(extent) for extent in matrix.shape)
    body = [
        [str(row) if values.ndim > 1 else ""]
        + [_GAP if _GAP in (row, column) else _number(matrix[row, column]) for column in columns]
        for row in rows
    ]
    corner = "" if values.ndim < 3 else f"[{'0, ' * (values.ndim - 2)}:, :]"
    return f"<p>{escape(title)}</p>{table([corner, *map(str, columns)], body)}"


def _places(extent: int) -> list[Any]:
    if extent <= _MOST:
        return list(range(extent))
    return [*range(_EDGE), _GAP, *range(extent - _EDGE, extent)]


def _number(value: Any) -> str:
    return f"{value:.4g}" if value.dtype.kind == "f" else str(value)
