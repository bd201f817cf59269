"""Rosenblatt's perceptron learns AND and OR, and cannot learn XOR; and two tasks on real flowers.

    pip install '.[examples]' && python examples/perceptron.py

One neuron draws one line. It learns from its errors, and ends for certain where a line parts the
classes (Novikoff, 1962). None parts XOR: its four cases ask for b < 0, u + b >= 0, v + b >= 0 and
u + v + b < 0, but the middle two add up to u + v + b >= -b > 0 (Minsky and Papert, 1969). The same
happens to Fisher's irises: setosa is learnt from two lengths, versicolor and virginica overlap.
The figure shows the line after each epoch, from light to dark.
"""

import warnings
from pathlib import Path

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_iris

from lamina import Perceptron

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def tasks() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Inputs of two numbers, and the class 0 or 1 of each."""
    iris = load_iris()
    petals = iris.data[:, 2:]  # length and width in cm
    later = iris.target > 0
    return {
        "AND": (CORNERS, np.array([0, 0, 0, 1])),
        "OR": (CORNERS, np.array([0, 1, 1, 1])),
        "XOR": (CORNERS, np.array([0, 1, 1, 0])),
        "setosa": (petals, (iris.target == 0).astype(int)),
        "virginica": (petals[later], (iris.target[later] == 2).astype(int)),
    }


def courses(x: np.ndarray, y: np.ndarray, epochs: int, seed: int) -> list[Perceptron]:
    """Perceptrons that stopped after one epoch, after two and so on, until one has converged."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # that it did not converge
        while len(found) < epochs and not (found and found[-1].converged):
            neuron = Perceptron(max_epochs=len(found) + 1, shuffle=True, seed=seed)
            found.append(neuron.fit(x, y))
    return found


def draw(learnt: dict[str, list[Perceptron]], path: Path) -> None:
    """The samples of each task, and the line after each epoch, the last one in black."""
    drawing = figures.figure(3 * len(learnt), 3.2)
    if drawing is None:
        return
    all_axes = drawing.subplots(1, len(learnt))
    for axes, (name, (x, y)) in zip(all_axes, tasks().items(), strict=True):
        low, high = x.min(axis=0), x.max(axis=0)
        margin = 0.25 * (high - low)
        ends = np.array([low[0] - margin[0], high[0] + margin[0]])
        shown = learnt[name][-12:]
        for age, neuron in enumerate(shown):
            (u, v), bias = neuron.get_weights()
            colour = "black" if age == len(shown) - 1 else str(0.9 - 0.4 * age / len(shown))
            if v != 0:
                axes.plot(ends, -(u * ends + bias) / v, color=colour, zorder=1)
            elif u != 0:
                axes.axvline(-bias / u, color=colour, zorder=1)
        for kind, marker in ((0, "o"), (1, "s")):
            axes.scatter(*x[y == kind].T, marker=marker, edgecolors="white", label=f"{kind}")
        axes.set(xlim=ends, ylim=(low[1] - margin[1], high[1] + margin[1]))
        ended = f"{len(learnt[name])} epochs" if learnt[name][-1].converged else "not learnt"
        axes.set_title(f"{name}: {ended}")
    for axes in all_axes[3:]:
        axes.set(xlabel="petal length in cm", ylabel="petal width in cm")
    all_axes[0].legend(loc="center left", title="class")
    figures.save(drawing, path)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__))
    epochs = 30 if options.reduced else 100
    learnt, share = {}, {}
    print(f"{'':10}{'epochs':>7}{'errors of the last':>20}{'accuracy':>10}   weights and bias")
    for name, (x, y) in tasks().items():
        learnt[name] = courses(x, y, epochs, options.seed)
        neuron = learnt[name][-1]
        share[name] = neuron.score(x, y)
        said = "  ".join(f"{weight:.2f}" for weight in (*neuron.weights, neuron.bias))
        print(f"{name:10}{neuron.n_epochs:7}{neuron.errors[-1]:20}{share[name]:10.1%}   {said}")

    parted = [name for name, neurons in learnt.items() if neurons[-1].converged]
    assert parted == ["AND", "OR", "setosa"], parted
    assert share["XOR"] <= 0.75, "no line has more than three of four corners right"
    draw(learnt, options.figures / "perceptron.png")
    right = min(share[name] for name in parted)
    command_line.finish(f"accuracy where a line parts the classes: {right:.1%}")


if __name__ == "__main__":
    main()
