"""Figures of runs, predictions and models. They need Matplotlib: ``pip install 'lamina[plot]'``.

Every function returns a ``matplotlib.figure.Figure`` that belongs to no window: show it in a
notebook, or write it by its ``savefig(path)``.
"""

from lamina.plotting.models import (
    embeddings,
    feature_maps,
    filters,
    saliency,
    weight_histograms,
)
from lamina.plotting.predictions import (
    calibration,
    confusion_matrix,
    precision_recall_curve,
    roc_curve,
)
from lamina.plotting.runs import history, learning_rates

__all__ = [
    "calibration",
    "confusion_matrix",
    "embeddings",
    "feature_maps",
    "filters",
    "history",
    "learning_rates",
    "precision_recall_curve",
    "roc_curve",
    "saliency",
    "weight_histograms",
]
