"""How many weights does a network need? Small ones are set to 0, and the rest learn on.

    pip install '.[examples]' && python examples/pruning.py [--data FOLDER]

LeNet-300-100, a network of 267,000 weights, learns MNIST's digits (11 MB are downloaded once). Then
a growing share of the weights of each layer, those nearest to 0, is set to 0. Half of them are
hardly missed, nine tenths are; but where the others may learn on after each cut, with what was cut
held at 0, one weight in twenty is nearly as good as all. Cutting weights by chance shows that it
matters which. The figure also shows which pixels the first layer still looks at: those at the
border, which are always white, have lost nearly all their weights.

References: LeCun, Denker and Solla, 1990, "Optimal brain damage"; Han et al., 2015, "Learning both
weights and connections for efficient neural networks".
"""

from pathlib import Path
from typing import Any

import numpy as np
from common import command_line, figures

import lamina
from lamina import layers

SHARES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01)  # of the weights kept


class Masked(lamina.Constraint):
    """Holds at 0 what was cut, after each step of the optimizer."""

    def __init__(self) -> None:
        self.mask: Any = None

    def __call__(self, w: Any) -> Any:
        return w if self.mask is None else w * self.mask


def network() -> lamina.Sequential:
    return lamina.Sequential(
        [
            layers.Input((28, 28)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(300, activation="relu", kernel_constraint=Masked()),
            layers.Dense(100, activation="relu", kernel_constraint=Masked()),
            layers.Dense(10, kernel_constraint=Masked()),
        ]
    )


def cut(model: lamina.Sequential, share: float, scores: Any = np.abs) -> None:
    """Keeps the share of each layer's weights whose scores are highest."""
    for layer in model.layers:
        if isinstance(layer, layers.Dense):
            weights = layer.kernel.numpy()
            score = scores(weights)
            mask = (score >= np.quantile(score, 1 - share)).astype("float32")
            layer.kernel.assign(weights * mask)
            layer.kernel_constraint.mask = mask


def draw(accuracies: dict[str, list[float]], kept: np.ndarray, path: Path) -> None:
    drawing = figures.figure(9, 3.6)
    if drawing is None:
        return
    curves, pixels = drawing.subplots(1, 2)
    for name, found in accuracies.items():
        curves.plot(SHARES, found, ".-", label=name)
    curves.set(xscale="log", xlabel="share of the weights kept", ylabel="test accuracy")
    curves.set(xticks=SHARES[::2], xticklabels=[f"{share:.0%}" for share in SHARES[::2]])
    curves.minorticks_off()
    curves.invert_xaxis()
    curves.legend()
    shades = pixels.imshow(kept.reshape(28, 28), cmap="viridis")
    drawing.colorbar(shades, ax=pixels)
    pixels.set(title="weights left a pixel, of 300", xticks=[], yticks=[])
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=5)
    options = command_line.begin(parser, reduced_epochs=4)
    (x, y), (x_test, y_test) = lamina.datasets.mnist.load_data()
    if options.reduced:
        x, y = x[:12000], y[:12000]
    chance = np.random.default_rng(options.seed)

    model = network()
    model.compile(
        lamina.optimizers.Adam(0.001),
        lamina.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(x, y, batch_size=64, epochs=options.epochs, verbose=2)
    learnt = model.get_weights()

    def accuracy() -> float:
        return model.evaluate(x_test, y_test, batch_size=256, verbose=0)[1]

    def unlearn() -> None:
        model.set_weights(learnt)
        cut(model, 1.0)

    accuracies: dict[str, list[float]] = {}
    for name, scores in (
        ("smallest cut", np.abs),
        ("cut by chance", lambda weights: chance.random(weights.shape)),
    ):
        accuracies[name] = []
        for share in SHARES:
            unlearn()
            cut(model, share, scores)
            accuracies[name].append(accuracy())
    unlearn()
    accuracies["smallest cut, learnt on"] = course = [accuracy()]
    for share in SHARES[1:]:
        cut(model, share)
        model.fit(x, y, batch_size=64, epochs=1, verbose=0)
        course.append(accuracy())
        if share == 0.05:
            kept = (model.layers[2].kernel.numpy() != 0).sum(axis=1)

    print(f"\n{'weights kept':24}" + "".join(f"{share:>8.0%}" for share in SHARES))
    for name, found in accuracies.items():
        print(f"{name:24}" + "".join(f"{number:8.1%}" for number in found))
    twentieth = SHARES.index(0.05)
    plain, random, on = (found[twentieth] for found in accuracies.values())
    assert on > plain > random, "expected to learn on to help, and chance to harm"
    assert on > course[0] - 0.05, "expected a twentieth of the weights to do nearly as well"
    draw(accuracies, kept, options.figures / "pruning.png")
    command_line.finish(
        f"test accuracy with 5% of the weights: {on:.1%} (with all: {course[0]:.1%})"
    )


if __name__ == "__main__":
    main()
