"""Gradient descent and its relatives on loss surfaces of two parameters.

    pip install '.[examples]' && python examples/surfaces.py

The first surface is the squared error of a linear model of two measurements of 442 diabetes
patients: these two go together, so that it is a ravine, steep across and flat along. Batches,
mini-batches and single samples descend it, each optimizer, and one optimizer with three rates.
The others are a saddle, whose sides lead to where it is flat, and a plateau with a hole far off.
Momentum shortens the way through the ravine. On the plateau plain descent takes steps as small as
the gradients; who divides by the size of past gradients (Adagrad and those after it) leaves it
first, but nears the ravine's floor in steps of a size of their own: RMSprop stays a little above.

References: Ruder, 2016, "An overview of gradient descent optimization algorithms"; Dauphin et al.,
2014, "Identifying and attacking the saddle point problem".
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_diabetes

from lamina import Tensor, Variable, ops
from lamina.optimizers import SGD, Adadelta, Adagrad, Adam, Nadam, RMSprop

Surface = Callable[[Any], Any]  # the loss of parameters (2, n): (n,)

OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "plain": lambda: SGD(0.3),
    "momentum": lambda: SGD(0.3, momentum=0.6),
    "Nesterov": lambda: SGD(0.3, momentum=0.6, nesterov=True),
    "Adagrad": lambda: Adagrad(0.5),
    "RMSprop": lambda: RMSprop(0.05),
    "Adadelta": lambda: Adadelta(40.0),  # its first step is 0.001 times as long as the rate
    "Adam": lambda: Adam(0.15),
    "Nadam": lambda: Nadam(0.15),
}


def ravine(rows: np.ndarray, targets: np.ndarray) -> Surface:
    """The mean squared error of a linear model."""
    return lambda w: ops.mean((ops.matmul(rows, w) - targets[:, None]) ** 2, axis=0)


def saddle(w: Any) -> Any:
    return w[0] ** 2 - w[1] ** 2 / 2 + w[1] ** 4 / 16


def plateau(w: Any) -> Any:
    return 1 - ops.exp(-(w[0] ** 2 + w[1] ** 2) / 2)


def descend(surfaces: list[Surface], start: list[float], optimizer: Any, steps: int) -> np.ndarray:
    """The points (steps + 1, 2) of a descent that takes the surfaces in turn, batch by batch."""
    w = Variable(np.array(start, "float32")[:, None])
    points = [w.numpy()[:, 0].copy()]
    for step in range(steps):
        w.zero_grad()
        ops.sum(surfaces[step % len(surfaces)](w)).backward()
        optimizer.step([w])
        points.append(w.numpy()[:, 0].copy())
    return np.array(points)


def steps_to(surface: Surface, points: np.ndarray, goal: float) -> int | None:
    """After how many steps the loss stays below the goal; None if it does not."""
    above = np.flatnonzero(~(surface(Tensor(points.T)).numpy() <= goal))
    return 0 if len(above) == 0 else int(above[-1]) + 1 if above[-1] < len(points) - 1 else None


def draw_paths(axes: Any, title: str, surface: Surface, box: tuple, paths: dict) -> None:
    """Paths over contours of the loss."""
    x, y = (np.linspace(low, high, 121, dtype="float32") for low, high in (box[:2], box[2:]))
    grid = np.stack(np.meshgrid(x, y)).reshape(2, -1)
    heights = surface(Tensor(grid)).numpy().reshape(121, 121)
    levels = heights.min() + np.ptp(heights) * np.linspace(0.03, 1, 24) ** 2
    axes.contour(x, y, heights, levels=levels, colors="0.7", linewidths=0.6)
    for name, points in paths.items():
        axes.plot(*points.T, ".-", markersize=3, linewidth=1.2, label=name)
    axes.plot(*next(iter(paths.values()))[0], "ko", markersize=6)
    axes.set(title=title, xlim=box[:2], ylim=box[2:])
    axes.set_aspect("equal")
    axes.legend(fontsize=7)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__))
    x, y = load_diabetes(return_X_y=True)
    # Two kinds of cholesterol, with a correlation of 0.9; shuffled once, to take batches in turn.
    order = np.random.default_rng(options.seed).permutation(len(x))
    x, y = x[order][:, [4, 5]], y[order]
    x = ((x - x.mean(axis=0)) / x.std(axis=0)).astype("float32")
    y = ((y - y.mean()) / y.std()).astype("float32")
    loss, start = ravine(x, y), [-1.6, 1.1]
    lowest = float(np.linalg.lstsq(x, y)[1][0]) / len(x)

    batches = {}
    for name, size, rate in (("batch", len(x), 0.3), ("mini-batch", 32, 0.1), ("single", 1, 0.03)):
        parts = [ravine(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]
        batches[name] = descend(parts, start, SGD(rate), 60)
    rates = {
        f"{name}: {rate}": descend([loss], start, SGD(rate), 25)
        for name, rate in (("too large", 0.54), ("right", 0.3), ("too small", 0.01))
    }
    # Where each begins, and the loss that counts as arrived.
    places = {
        "ravine": (loss, start, lowest + 0.001),
        "saddle": (saddle, [-1.5, 0.001], -0.9),
        "plateau": (plateau, [3.2, 2.0], 0.1),
    }
    paths: dict[str, dict[str, np.ndarray]] = {place: {} for place in places}
    steps: dict[str, dict[str, int | None]] = {place: {} for place in places}
    print("steps until the loss is low\n" + " " * 10 + "".join(f"{place:>9}" for place in places))
    for name, make in OPTIMIZERS.items():
        for place, (surface, begin, goal) in places.items():
            paths[place][name] = descend([surface], begin, make(), 200)
            steps[place][name] = steps_to(surface, paths[place][name], goal)
        print(f"{name:10}" + "".join(f"{found[name] or '-':>9}" for found in steps.values()))
    print("(-: not within 200 steps)\n")
    begun = float(loss(Tensor(start)[:, None])[0])
    ended = [float(loss(Tensor(path[-1:].T))[0]) for path in rates.values()]
    for name, value in zip(rates, ended, strict=True):
        print(f"rate {name:15} loss {begun:.2f} before, {value:.2f} after 25 steps")
    assert steps["ravine"]["Nesterov"] < steps["ravine"]["plain"] > steps["ravine"]["momentum"]
    far = {name: count or 1000 for name, count in steps["plateau"].items()}
    assert max(list(far.values())[3:]) < far["momentum"] < far["plain"], far
    assert ended[0] > begun > ended[2] > ended[1], "expected the middle rate to be best"

    drawing = figures.figure(13, 8)
    if drawing is not None:
        axes = drawing.subplots(2, 3).ravel()
        box = (-2.2, 1.2, -1.3, 2.1)
        draw_paths(axes[0], "ravine: samples a step", loss, box, batches)
        draw_paths(axes[1], "ravine: learning rates", loss, box, rates)
        draw_paths(axes[2], "ravine: optimizers", loss, box, paths["ravine"])
        draw_paths(axes[3], "saddle", saddle, (-2, 2, -1.5, 2.5), paths["saddle"])
        draw_paths(axes[4], "plateau", plateau, (-1.5, 4, -2, 3.5), paths["plateau"])
        for name, points in paths["ravine"].items():
            axes[5].plot(loss(Tensor(points.T)).numpy() - lowest, label=name)
        axes[5].set(title="ravine: loss above the lowest", xlabel="step", yscale="log")
        axes[5].set(ylim=(1e-6, 3))
        axes[5].legend(fontsize=7)
        figures.save(drawing, options.figures / "surfaces.png")
    saved = steps["ravine"]
    command_line.finish(
        f"steps through the ravine with momentum: {saved['momentum']} (without: {saved['plain']})"
    )


if __name__ == "__main__":
    main()
