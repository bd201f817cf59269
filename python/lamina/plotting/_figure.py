"""Empty figures."""

import importlib
import math
from typing import Any


def figure(width: float, height: float) -> Any:
    """A figure of so many inches, in no window and in no list of pyplot's."""
    try:
        matplotlib = importlib.import_module("matplotlib.figure")
    except ImportError as error:
        raise ImportError("lamina.plotting needs Matplotlib: pip install matplotlib") from error
    return matplotlib.Figure(figsize=(width, height), layout="constrained")


def grid(count: int, size: float = 1.2) -> tuple[Any, list[Any]]:
    """A figure with so many axes, in about as many rows as columns; none has ticks."""
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    made = figure(size * columns, size * rows)
    axes = made.subplots(rows, columns, squeeze=False).ravel()
    for one in axes:
        one.set_axis_off()
    return made, list(axes[:count])
