"""Figures of predictions beside the truth."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina.plotting._figure import figure


def confusion_matrix(
    y_true: Any,
    y_pred: Any,
    classes: Sequence[Any] | None = None,
    normalize: bool = False,
) -> Any:
    """How often each class was taken for each: a row a true class, a column a predicted one.

    Args:
        y_true: the classes of samples; or a column a class.
        y_pred: the predicted ones; or a column a class, of which the largest counts.
        classes: what the classes are called, in order.
        normalize: whether to write shares of the true class in place of counts.

    Raises:
        ValueError: the lengths differ, or there are more classes than names.

    >>> confusion_matrix(y, model.predict(x)).savefig("confusion.png")  # doctest: +SKIP
    """
    truth, predicted = _classes(y_true), _classes(y_pred)
    if len(truth) != len(predicted):
        raise ValueError(f"y_true has {len(truth)} samples, y_pred {len(predicted)}")
    known = np.unique(np.concatenate([truth, predicted]))
    if classes is not None and np.issubdtype(known.dtype, np.number):
        if known.max() >= len(classes):
            raise ValueError(f"there is a class {known.max()}, but {len(classes)} names")
        known = np.arange(len(classes))
    names = known if classes is None else list(classes)
    if len(names) != len(known):
        raise ValueError(f"there are {len(known)} classes, but {len(names)} names")
    counts = np.zeros((len(known), len(known)), dtype=np.int64)
    places = np.searchsorted(known, truth), np.searchsorted(known, predicted)
    np.add.at(counts, places, 1)
    shares = counts / counts.sum(axis=1, keepdims=True).clip(1)

    made = figure(1.6 + 0.7 * len(known), 1.2 + 0.7 * len(known))
    axes = made.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        text = f"{share:.2f}" if normalize else f"{counts[row, column]}"
        colour = "white" if share > 0.5 else "black"
        axes.text(column, row, text, ha="center", va="center", color=colour)
    axes.set_xticks(range(len(known)), names)
    axes.set_yticks(range(len(known)), names)
    axes.set(xlabel="predicted", ylabel="true")
    return made


def roc_curve(y_true: Any, y_score: Any, classes: Sequence[Any] | None = None) -> Any:
    """The share of positives found over that of negatives taken for such, for all thresholds.

    Args:
        y_true: 0 and 1, or two classes, the second of which is positive; or several classes.
        y_score: what speaks for the positive class; or a column a class, with a curve for each.
        classes: what the classes are called.

    Reference: Fawcett, 2006, "An introduction to ROC analysis".

    >>> roc_curve(y, model.predict(x)).savefig("roc.png")  # doctest: +SKIP
    """
    made = figure(4, 4)
    axes = made.subplots()
    for name, truth, score in _against_rest(y_true, y_score, classes):
        found, wrong = _found(truth, score)
        positive_rate = np.concatenate([[0], found / max(found[-1], 1)])
        false_rate = np.concatenate([[0], wrong / max(wrong[-1], 1)])
        heights = (positive_rate[1:] + positive_rate[:-1]) / 2
        area = float(np.sum(np.diff(false_rate) * heights))
        axes.plot(false_rate, positive_rate, label=f"{name}area {area:.3f}")
    axes.plot([0, 1], [0, 1], ":", color="grey")
    axes.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal")
    axes.legend(loc="lower right")
    return made


def precision_recall_curve(y_true: Any, y_score: Any, classes: Sequence[Any] | None = None) -> Any:
    """The share of true ones among the found over that of the found among the true ones, for all
    thresholds.

    Args:
        y_true: 0 and 1, or two classes, the second of which is positive; or several classes.
        y_score: what speaks for the positive class; or a column a class, with a curve for each.
        classes: what the classes are called.

    >>> precision_recall_curve(y, model.predict(x)).savefig("curve.png")  # doctest: +SKIP
    """
    made = figure(4, 4)
    axes = made.subplots()
    for name, truth, score in _against_rest(y_true, y_score, classes):
        found, wrong = _found(truth, score)
        recall = np.concatenate([[0], found / max(found[-1], 1)])
        precision = found / (found + wrong)
        # The mean of the precision over the steps of recall (average precision).
        mean = float(np.sum(np.diff(recall) * precision))
        precision = np.concatenate([[1], precision])
        axes.step(recall, precision, where="pre", label=f"{name}average {mean:.3f}")
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="lower left")
    return made


def calibration(
    y_true: Any, y_prob: Any, bins: int = 10, classes: Sequence[Any] | None = None
) -> Any:
    """How often a class came where it was said to be so likely, and how often that was said.

    Args:
        y_true: 0 and 1, or two classes, the second of which is positive; or several classes.
        y_prob: how likely the positive class is, from 0 to 1; or a column a class.
        bins: number of groups of equal width.
        classes: what the classes are called.

    Reference: Niculescu-Mizil and Caruana, 2005, "Predicting good probabilities with supervised
    learning".

    >>> calibration(y, model.predict(x)).savefig("calibration.png")  # doctest: +SKIP
    """
    made = figure(4, 5)
    upper, lower = made.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    edges = np.linspace(0, 1, bins + 1)
    for name, truth, probability in _against_rest(y_true, y_prob, classes):
        if probability.min() < 0 or probability.max() > 1:
            raise ValueError(
                f"y_prob lies between {probability.min():.3g} and {probability.max():.3g}, "
                "expected 0 to 1: apply a sigmoid or softmax"
            )
        group = np.minimum((probability * bins).astype(int), bins - 1)
        counts = np.bincount(group, minlength=bins)
        there = counts > 0
        said = np.bincount(group, probability, minlength=bins)[there] / counts[there]
        came = np.bincount(group, truth, minlength=bins)[there] / counts[there]
        upper.plot(said, came, "o-", label=name.rstrip(": ") or None)
        lower.hist(probability, bins=edges, histtype="step")
    upper.plot([0, 1], [0, 1], ":", color="grey")
    upper.set(ylabel="how often it came")
    if upper.get_legend_handles_labels()[0]:
        upper.legend()
    lower.set(xlabel="predicted probability", ylabel="samples")
    return made


def _array(values: Any) -> Any:
    array = np.asarray(values)
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def _classes(values: Any) -> Any:
    """Classes of samples, from a column of them or a column a class."""
    array = _array(values)
    if array.ndim == 2:
        return array.argmax(axis=1)
    if array.ndim != 1:
        raise ValueError(f"expected a class a sample or a column a class, got {array.shape}")
    if np.issubdtype(array.dtype, np.floating):
        if np.any(array != np.round(array)):  # outputs of a sigmoid
            return (array > 0.5).astype(np.int64)
        return array.astype(np.int64)
    return array.astype(np.int64) if array.dtype == bool else array


def _against_rest(
    y_true: Any, y_score: Any, names: Sequence[Any] | None
) -> list[tuple[str, Any, Any]]:
    """For each curve a name, which samples are positive, and their scores."""
    truth, score = _classes(y_true), _array(y_score)
    if len(truth) != len(score):
        raise ValueError(f"y_true has {len(truth)} samples, y_score {len(score)}")
    known = np.unique(truth)
    if score.ndim == 2 and score.shape[1] == 2 and len(known) <= 2:
        score = score[:, 1]
    if score.ndim == 1:
        if len(known) != 2:
            raise ValueError(
                f"y_true has {len(known)} classes; with one score a sample expected two"
            )
        return [("", truth == known[1], score.astype(np.float64))]
    columns = score.shape[1]
    if len(known) > columns:
        raise ValueError(f"y_true has {len(known)} classes, y_score {columns} columns")
    labels: Any = known if len(known) == columns else np.arange(columns)
    shown = labels if names is None else names
    return [
        (f"{shown[i]}: ", truth == label, score[:, i].astype(np.float64))
        for i, label in enumerate(labels)
        if np.any(truth == label)
    ]


def _found(truth: Any, score: Any) -> tuple[Any, Any]:
    """How many positives and negatives score at least as much as each threshold."""
    order = np.argsort(-score, kind="stable")
    truth, score = truth[order], score[order]
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)  # of equal scores
    found = np.cumsum(truth)[last]
    return found, last + 1 - found
