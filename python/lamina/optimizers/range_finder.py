"""Which learning rates a model can be trained with."""

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from lamina.optimizers.optimizer import Optimizer


@dataclass(frozen=True)
class LearningRateRange:
    """What ``find_learning_rate`` measured.

    Attributes:
        learning_rates: one for each step, rising.
        losses: the loss of each step's batch, before the step.
        smoothed: running means of them.
        suggestion: the learning rate at which the smoothed loss falls fastest.

    >>> model = Sequential([Input((3,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> found = find_learning_rate(model, np.eye(3), np.ones((3, 1)), steps=20)
    >>> found.losses.shape
    (20,)
    """

    learning_rates: np.ndarray[Any, Any]
    losses: np.ndarray[Any, Any]
    smoothed: np.ndarray[Any, Any]
    suggestion: float

    def plot(self, ax: Any = None) -> Any:
        """Draws the smoothed loss over the learning rate, with matplotlib; returns the axes."""
        if ax is None:
            try:
                pyplot = importlib.import_module("matplotlib.pyplot")
            except ImportError as error:
                raise ImportError("plot needs matplotlib: pip install matplotlib") from error
            ax = pyplot.figure().subplots()
        ax.semilogx(self.learning_rates, self.smoothed)
        ax.axvline(self.suggestion, linestyle=":", label=f"{self.suggestion:.2g}")
        ax.set_xlabel("learning rate")
        ax.set_ylabel("loss")
        ax.legend()
        return ax


def _rows(data: Any, chosen: Any) -> Any:
    """Some samples of an array, or of the arrays in a list, tuple or dictionary."""
    if isinstance(data, dict):
        return {name: _rows(each, chosen) for name, each in data.items()}
    if isinstance(data, (list, tuple)):
        return type(data)(_rows(each, chosen) for each in data)
    return np.asarray(data)[chosen]


def _count(data: Any) -> int:
    while isinstance(data, (dict, list, tuple)):
        data = next(iter(data.values())) if isinstance(data, dict) else data[0]
    return len(data)


def find_learning_rate(
    model: Any,
    x: Any,
    y: Any,
    start: float = 1e-6,
    end: float = 10.0,
    steps: int = 100,
    batch_size: int = 32,
    smoothing: float = 0.9,
    divergence: float = 4.0,
    seed: int = 0,
) -> LearningRateRange:
    """Trains for some steps with a learning rate that rises from one to the next, and looks at the
    loss. Then weights and optimizer are set back to what they were.

    Args:
        model: a model that is compiled and built.
        x: samples: an array, or a list or dictionary of arrays.
        y: what the model should give for them.
        start: the first learning rate.
        end: the last; each is larger than the one before by the same factor.
        steps: how many.
        batch_size: samples of each, drawn at random.
        smoothing: weight of the past in the running mean of losses, in [0, 1).
        divergence: it ends early when the mean is this many times its smallest, or not finite.
        seed: of the draws.

    Reference: Smith, 2017, "Cyclical learning rates for training neural networks".

    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> x = np.linspace(-1, 1, 64)[:, None]
    >>> found = lamina.optimizers.find_learning_rate(model, x, 3 * x)
    >>> 0.01 < found.suggestion < 1
    True
    """
    if not 0 < start < end or steps < 2 or not 0 <= smoothing < 1:
        raise ValueError(
            f"got start={start}, end={end}, steps={steps}, smoothing={smoothing}; expected "
            "0 < start < end, steps of at least 2, smoothing in [0, 1)"
        )
    optimizer: Optimizer = model.optimizer
    if optimizer is None or not model.built:
        raise RuntimeError("find_learning_rate needs a model that is compiled and built")
    rate = optimizer._core.learning_rate
    optimizer.build(model.trainable_variables)
    weights, state = model.get_weights(), [each.numpy() for each in optimizer.variables]
    rates = start * (end / start) ** (np.arange(steps) / (steps - 1))
    rng = np.random.default_rng(seed)
    losses: list[float] = []
    smoothed: list[float] = []
    mean = 0.0
    try:
        for i in range(steps):
            optimizer.learning_rate = rates[i]
            chosen = rng.choice(_count(x), size=min(batch_size, _count(x)), replace=False)
            logs = model.train_on_batch(_rows(x, chosen), _rows(y, chosen), return_dict=True)
            losses.append(logs["loss"])
            mean = smoothing * mean + (1 - smoothing) * losses[-1]
            smoothed.append(mean / (1 - smoothing ** (i + 1)))
            if not smoothed[-1] < divergence * max(min(smoothed), 1e-12):
                break
    finally:
        model.set_weights(weights)
        for variable, value in zip(optimizer.variables, state, strict=True):
            variable.assign(value)
        optimizer.learning_rate = rate
    tried, means = rates[: len(losses)], np.array(smoothed)
    slopes = np.gradient(means, np.log(tried)) if len(means) > 1 else np.zeros(1)
    # The first means are of so few losses that their noise is steeper than any fall.
    noisy = min(int(1 / (1 - smoothing)), len(means) - 1)
    slopes[:noisy] = np.inf
    slopes[~np.isfinite(slopes)] = np.inf
    return LearningRateRange(tried, np.array(losses), means, float(tried[np.argmin(slopes)]))
