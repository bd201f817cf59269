"""A table of what classifiers reached."""

from typing import NamedTuple

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score


class Scores(NamedTuple):
    """Of a classifier: shares of 1."""

    accuracy: float
    f1: float
    auc: float


def print_scores(truth: np.ndarray, said: dict[str, np.ndarray]) -> dict[str, Scores]:
    """Prints accuracy, F1 and area under the ROC curve, and returns them.

    With two classes F1 is that of the second; with more it is the mean over the classes, and the
    area is the mean of each class against the rest.

    Args:
        truth: classes, from 0.
        said: for each model the probability of class 1, (samples,), or of each class,
            (samples, classes).
    """
    found = {}
    print(f"\n{'':22}{'accuracy':>10}{'F1':>8}{'ROC AUC':>10}")
    for name, p in said.items():
        if p.ndim == 1:
            predicted, average = p > 0.5, "binary"
        else:
            p = p / p.sum(axis=1, keepdims=True)  # sums of float32 are not quite 1
            predicted, average = p.argmax(axis=1), "macro"
        f1 = f1_score(truth, predicted, average=average, zero_division=0)
        auc = roc_auc_score(truth, p, multi_class="ovr")
        found[name] = Scores(float(np.mean(truth == predicted)), float(f1), float(auc))
        print(f"{name:22}{found[name].accuracy:10.3f}{f1:8.3f}{auc:10.3f}")
    return found
