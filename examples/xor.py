"""A hidden layer learns XOR, which one neuron cannot; how many units it takes.

    pip install '.[examples]' && python examples/xor.py

Each hidden unit draws a line, and the output draws one through what they say: bent back to the
inputs it parts the corners of XOR. The figure shows both, for two hidden units. Two suffice, but
from many initial weights they get stuck; the table counts from how many of ten starts networks of
each size learn it. A layer wider than needed is easier to train.

Reference: Rumelhart, Hinton and Williams, 1986, "Learning representations by back-propagating
errors".
"""

from pathlib import Path

import numpy as np
from common import command_line, figures

import lamina
from lamina import layers

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype="float32")
XOR = np.array([0, 1, 1, 0])
UNITS = (1, 2, 3, 4, 8)


def train(units: int, seed: int, epochs: int) -> lamina.Sequential:
    lamina.utils.set_random_seed(seed)
    model = lamina.Sequential(
        [
            layers.Input((2,)),
            layers.Dense(units, activation="tanh"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(lamina.optimizers.Adam(0.05), "binary_crossentropy")
    model.fit(CORNERS, XOR, epochs=epochs, verbose=0)
    return model


def accuracy(model: lamina.Sequential) -> float:
    return float(((model.predict(CORNERS, verbose=0)[:, 0] > 0.5) == XOR).mean())


def draw(model: lamina.Sequential, path: Path) -> None:
    """What two hidden units and the output say of every input, and how these see the corners."""
    drawing = figures.figure(13, 3.2)
    if drawing is None:
        return
    first, second, unit_space, output = drawing.subplots(1, 4)
    side = np.linspace(-0.5, 1.5, 101, dtype="float32")
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    hidden = lamina.Model(model.inputs, model.layers[0].output)
    units, outputs = hidden.predict(grid, verbose=0), model.predict(grid, verbose=0)[:, 0]
    for axes, values, lowest, title in (
        (first, units[:, 0], -1, "hidden unit 1"),
        (second, units[:, 1], -1, "hidden unit 2"),
        (output, outputs, 0, "output"),
    ):
        height, middle = values.reshape(101, 101), (lowest + 1) / 2
        levels = np.linspace(lowest, 1, 21)
        shades = axes.contourf(side, side, height, levels=levels, cmap="RdBu_r")
        drawing.colorbar(shades, ax=axes, ticks=[lowest, middle, 1])
        axes.contour(side, side, height, levels=[middle], colors="black")
        axes.set(title=title, xlabel="first input", ylabel="second input")
    seen = hidden.predict(CORNERS, verbose=0)
    (u, v), bias = model.layers[1].kernel.numpy()[:, 0], model.layers[1].bias.numpy()[0]
    ends = np.array([-1.2, 1.2])
    unit_space.plot(ends, -(u * ends + bias) / v, color="black")
    unit_space.set(xlim=ends, ylim=ends, title="what the output sees")
    unit_space.set(xlabel="hidden unit 1", ylabel="hidden unit 2")
    for axes in (first, second, unit_space, output):
        places = seen if axes is unit_space else CORNERS
        for kind, colour in ((0, "C0"), (1, "C3")):
            axes.scatter(*places[kind == XOR].T, color=colour, edgecolors="white", s=60, zorder=3)
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=500)
    options = command_line.begin(parser, reduced_epochs=250)
    starts = range(options.seed, options.seed + (5 if options.reduced else 10))
    print(f"hidden units   starts that learn XOR (of {len(starts)})")
    learnt, best = {}, None
    for units in UNITS:
        models = [train(units, seed, options.epochs) for seed in starts]
        right = [model for model in models if accuracy(model) == 1]
        learnt[units] = len(right) / len(starts)
        print(f"{units:12}   {len(right)}")
        if units == 2 and right:
            best = right[0]
    assert learnt[1] == 0, "one hidden unit is one line"
    assert learnt[8] >= learnt[2], "expected wide layers to learn it from more starts"
    if best is not None:
        draw(best, options.figures / "xor.png")
    command_line.finish(f"starts from which 8 hidden units learn XOR: {learnt[8]:.0%}")


if __name__ == "__main__":
    main()
