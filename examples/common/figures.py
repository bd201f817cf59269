"""Figures of the examples, drawn where Matplotlib is installed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np


def figure(width: float, height: float) -> Any:
    """An empty figure of so many inches, or None where Matplotlib is missing."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        print("(with matplotlib installed a figure would be drawn)")
        return None
    return Figure(figsize=(width, height), layout="constrained")


def save(drawing: Any, path: str | Path) -> None:
    """Writes a figure, and says where."""
    drawing.savefig(path, dpi=120)
    print(f"figure: {path}")


def save_confusion(truth: Any, predicted: Any, names: Sequence[str], path: str | Path) -> None:
    """The confusion matrix: a row a true class, a column a predicted one, counts and shares."""
    from sklearn.metrics import confusion_matrix

    drawing = figure(1.5 + len(names), 0.9 + len(names))
    if drawing is None:
        return
    counts = confusion_matrix(truth, predicted, labels=range(len(names)))
    shares = counts / counts.sum(axis=1, keepdims=True).clip(1)
    axes = drawing.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        colour = "white" if share > 0.5 else "black"
        text = f"{counts[row, column]}\n{share:.0%}"
        axes.text(column, row, text, ha="center", va="center", color=colour)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="predicted", ylabel="true")
    save(drawing, path)
