"""Several networks for one: averages of outputs, of weights along a course, and snapshots.

    pip install '.[examples]' && python examples/averaging.py [--data FOLDER]

Networks learn to tell clothes apart (10,000 images of Fashion-MNIST to learn from, as many to test
with; 30 MB are downloaded once). Five of them, from five starts, err in different places: the mean
of their outputs is right more often than they are, at five times the cost. The mean of their
weights is of no use, since their hidden units come in different orders. But weights of one course
may be averaged: with stochastic weight averaging (SWA) over the last epochs at a high rate,
or as a running mean after each step (EMA); both cost nothing, and do for a constant rate what a
falling one does. Snapshots are members that one course yields, one at the end of each fall of a
learning rate that rises again: with so few epochs a fall, the first are too weak to be of help.

References: Hansen and Salamon, 1990, "Neural network ensembles"; Izmailov et al., 2018, "Averaging
weights leads to wider optima and better generalization"; Huang et al., 2017, "Snapshot ensembles".
"""

from pathlib import Path
from typing import Any

import numpy as np
from common import command_line, figures

import lamina
from lamina import layers
from lamina.callbacks import LambdaCallback
from lamina.optimizers import SGD, schedules

MEMBERS, RATE, BATCH_SIZE = 5, 0.05, 64


def network() -> lamina.Sequential:
    return lamina.Sequential(
        [
            layers.Input((28, 28)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )


def train(
    x: np.ndarray, y: np.ndarray, seed: int, epochs: int, optimizer: Any, every: int | None = None
) -> tuple[lamina.Sequential, list[list[np.ndarray]]]:
    """A network, and its weights after each ``every`` epochs."""
    lamina.utils.set_random_seed(seed)
    model = network()
    model.compile(optimizer, lamina.losses.SparseCategoricalCrossentropy(from_logits=True))
    kept: list[list[np.ndarray]] = []

    def keep(epoch: int, logs: Any) -> None:
        if (epoch + 1) % every == 0:
            kept.append(model.get_weights())

    watch = [] if every is None else [LambdaCallback(on_epoch_end=keep)]
    model.fit(x, y, batch_size=BATCH_SIZE, epochs=epochs, callbacks=watch, verbose=0)
    return model, kept


def probabilities(model: lamina.Sequential, x: np.ndarray, weights: Any = None) -> np.ndarray:
    """What the model says, with these weights."""
    if weights is not None:
        model.set_weights(weights)
    return lamina.ops.softmax(model.predict(x, batch_size=256, verbose=0)).numpy()


def mean_of(several: list[list[np.ndarray]]) -> list[np.ndarray]:
    """The mean of each weight."""
    return [np.mean(same, axis=0) for same in zip(*several, strict=True)]


def draw(accuracies: dict[str, float], singles: dict[str, list[float]], path: Path) -> None:
    """The accuracy of each average, and of what it is made of."""
    drawing = figures.figure(8, 3.4)
    if drawing is None:
        return
    axes = drawing.subplots()
    for row, (name, accuracy) in enumerate(accuracies.items()):
        parts = singles.get(name, [])
        axes.plot(parts, [row] * len(parts), "o", color="grey", alpha=0.6)
        axes.plot(accuracy, row, "D", color="C3")
    axes.plot([], [], "o", color="grey", label="averaged")
    axes.plot([], [], "D", color="C3", label="average")
    axes.set_yticks(range(len(accuracies)), list(accuracies))
    axes.set(xlabel="test accuracy")
    axes.grid(axis="x", alpha=0.4)
    axes.invert_yaxis()
    axes.legend()
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=20)
    options = command_line.begin(parser, reduced_epochs=10)
    epochs, seed = options.epochs, options.seed
    count = 3000 if options.reduced else 10000
    (x, y), (x_test, y_test) = lamina.datasets.fashion_mnist.load_data()
    x, y = x[:count], y[:count]

    def accuracy(said: np.ndarray) -> float:
        return float((said.argmax(axis=1) == y_test).mean())

    steps = epochs * -(-count // BATCH_SIZE)
    members = []
    for member in range(MEMBERS):
        falling = SGD(schedules.CosineDecay(RATE, steps), momentum=0.9)
        members.append(train(x, y, 100 * seed + member, epochs, falling)[0])
    said = [probabilities(member, x_test) for member in members]
    course, kept = train(x, y, seed, epochs, SGD(RATE, momentum=0.9), every=1)
    late = kept[epochs // 2 :]
    running = SGD(RATE, momentum=0.9, use_ema=True, ema_momentum=0.995)
    with_ema, _ = train(x, y, seed, epochs, running)  # fit leaves the means in the model
    cycles = schedules.CosineDecayRestarts(RATE, steps // MEMBERS, t_mul=1.0)
    snapper, snapshots = train(x, y, seed, epochs, SGD(cycles, momentum=0.9), epochs // MEMBERS)

    singles = {
        "outputs of five": [accuracy(one) for one in said],
        "SWA": [accuracy(probabilities(course, x_test, weights)) for weights in late],
        "snapshots": [accuracy(probabilities(snapper, x_test, one)) for one in snapshots],
    }
    weights = mean_of([member.get_weights() for member in members])
    shots = [probabilities(snapper, x_test, one) for one in snapshots]
    accuracies = {
        "one network, rate falling": float(np.mean(singles["outputs of five"])),
        "outputs of five": accuracy(np.mean(said, axis=0)),
        "weights of five": accuracy(probabilities(network(), x_test, weights)),
        "one network, rate constant": accuracy(probabilities(course, x_test, kept[-1])),
        "SWA": accuracy(probabilities(course, x_test, mean_of(late))),
        "EMA": accuracy(probabilities(with_ema, x_test)),
        "snapshots": accuracy(np.mean(shots, axis=0)),
    }
    print(f"{'':28}{'accuracy':>9}   of what is averaged")
    for name, found in accuracies.items():
        parts = singles.get(name)
        made_of = f"{min(parts):.1%} to {max(parts):.1%}" if parts else ""
        print(f"{name:28}{found:9.1%}   {made_of}")

    assert accuracies["outputs of five"] > accuracies["one network, rate falling"]
    assert accuracies["SWA"] > max(accuracies["one network, rate constant"], *singles["SWA"][:-1])
    assert accuracies["EMA"] > accuracies["one network, rate constant"]
    assert accuracies["weights of five"] < accuracies["one network, rate falling"] - 0.1
    del accuracies["weights of five"]  # too far away for the figure
    draw(accuracies, singles, options.figures / "averaging.png")
    five, one = accuracies["outputs of five"], accuracies["one network, rate falling"]
    command_line.finish(f"test accuracy of the mean of five: {five:.1%} (one: {one:.1%})")


if __name__ == "__main__":
    main()
