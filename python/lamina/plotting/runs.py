"""Figures of training."""

from collections.abc import Sequence
from typing import Any

from lamina.plotting._figure import figure


def history(history: Any, metrics: Sequence[str] | None = None) -> Any:
    """The course of the loss and the metrics, with that of the validation beside each.

    Args:
        history: what ``fit`` returned, or its dictionary.
        metrics: which to draw; by default all.

    Returns:
        A figure with axes for each.

    Raises:
        ValueError: nothing was recorded, or not that metric.

    >>> history(model.fit(x, y, epochs=5)).savefig("history.png")  # doctest: +SKIP
    """
    courses = getattr(history, "history", history)
    epochs = getattr(history, "epoch", None)
    names = [name for name in courses if not name.startswith("val_")]
    names += [name for name in courses if name.startswith("val_") and name[4:] not in courses]
    if metrics is not None:
        missing = [name for name in metrics if name not in courses]
        if missing:
            raise ValueError(
                f"the history has no {missing[0]!r}; it has {', '.join(courses) or 'nothing'}"
            )
        names = list(metrics)
    if not names:
        raise ValueError("the history is empty: no epoch ran")
    made = figure(4.5 * len(names), 3.2)
    for axes, name in zip(made.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        for course, label, style in ((name, "training", "-"), (f"val_{name}", "validation", "--")):
            if course not in courses:
                continue
            values = courses[course]
            # A run that went on has more values than its own epochs.
            places = epochs if epochs and len(epochs) == len(values) else range(len(values))
            marker = "o" if len(values) == 1 else None
            places = [place + 1 for place in places]
            axes.plot(places, values, style, marker=marker, label=label)
        axes.set(xlabel="epoch", ylabel=name)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
    return made


def learning_rates(found: Any) -> Any:
    """The loss over the learning rate, and the one to take.

    Args:
        found: what ``lamina.optimizers.find_learning_rate`` returned.

    >>> learning_rates(
    ...     lamina.optimizers.find_learning_rate(model, x, y)
    ... ).savefig("rates.png")  # doctest: +SKIP
    """
    made = figure(5, 3.2)
    found.plot(made.subplots())
    return made
