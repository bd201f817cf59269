"""Gradients that vanish or explode, in deep networks and over long sequences.

    pip install '.[examples]' && python examples/vanishing_gradients.py

Backwards through a layer a gradient is multiplied by its weights and by the slope of its function.
That of the sigmoid is 1/4 at most: through 20 layers nothing is left, and the first layers do not
learn. ReLU has the slope 1, and with weights of the right size (He et al., 2015) the gradient stays
what it was; with weights twice that size it explodes. A recurrent network multiplies by the same
weights at each step; an LSTM adds to its state instead, so that what a step long ago did is felt.
The data are scikit-learn's digits, which come with it: as rows of 64 pixels for the deep networks,
read pixel by pixel by the recurrent ones.

References: Hochreiter and Schmidhuber, 1997, "Long short-term memory"; Glorot and Bengio, 2010,
"Understanding the difficulty of training deep feedforward neural networks"; He et al., 2015,
"Delving deep into rectifiers".
"""

from pathlib import Path
from typing import Any

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import lamina
from lamina import Tensor, layers, ops
from lamina.initializers import GlorotUniform, VarianceScaling

DEPTH = 20
LOSS = lamina.losses.SparseCategoricalCrossentropy(from_logits=True)


def deep(activation: str, initializer: Any) -> lamina.Sequential:
    hidden = [
        layers.Dense(32, activation=activation, kernel_initializer=initializer)
        for _ in range(DEPTH)
    ]
    return lamina.Sequential([layers.Input((64,)), *hidden, layers.Dense(10)])


def recurrent(layer: Any) -> lamina.Sequential:
    return lamina.Sequential([layers.Input((64, 1)), layer, layers.Dense(10)])


DEEP = {
    "sigmoid": lambda: deep("sigmoid", GlorotUniform()),
    "tanh": lambda: deep("tanh", GlorotUniform()),
    "ReLU": lambda: deep("relu", VarianceScaling(2.0)),
    "ReLU, weights doubled": lambda: deep("relu", VarianceScaling(8.0)),
}
RECURRENT = {
    "SimpleRNN": lambda: recurrent(layers.SimpleRNN(32, recurrent_initializer="glorot_uniform")),
    "LSTM": lambda: recurrent(layers.LSTM(32)),
}


def norms_by_layer(model: lamina.Sequential, x: np.ndarray, y: np.ndarray) -> list[float]:
    """The size of the gradient of each layer's kernel."""
    LOSS(y, model(Tensor(x))).backward()
    return [float(ops.norm(layer.kernel.grad)) for layer in model.layers]


def norms_by_step(model: lamina.Sequential, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How much the input of each step changes the loss: the mean size of its gradient."""
    inputs = Tensor(x, requires_grad=True)
    LOSS(y, model(inputs)).backward()
    return np.abs(inputs.grad.numpy()).mean(axis=(0, 2)) * len(x)


def draw(by_layer: dict, by_step: dict, path: Path) -> None:
    drawing = figures.figure(10, 3.8)
    if drawing is None:
        return
    left, right = drawing.subplots(1, 2)
    for name, norms in by_layer.items():
        left.plot(range(1, len(norms) + 1), norms, ".-", label=name)
    left.set(title="before training", xlabel="layer, from the input", ylabel="size of the gradient")
    for name, (before, after) in by_step.items():
        (line,) = right.plot(range(1, 65), after, label=f"{name}, trained")
        right.plot(range(1, 65), before, ":", color=line.get_color(), label=f"{name}, before")
    right.set(title="by the input of a step", xlabel="step (the output follows 64)")
    for axes in (left, right):
        axes.set_yscale("log")
        axes.legend(fontsize=8)
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=40)
    options = command_line.begin(parser, reduced_epochs=10)
    x, y = load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split(
        (x / 16).astype("float32"), y, test_size=0.3, stratify=y, random_state=1
    )
    pixels, pixels_test = x[..., None], x_test[..., None]

    by_layer, by_step, accuracies = {}, {}, {}
    print(f"{'':24}{'first gradient':>15}{'last':>10}{'test accuracy':>15}")
    for name, make in {**DEEP, **RECURRENT}.items():
        lamina.utils.set_random_seed(options.seed)
        model = make()
        train, test = (x, x_test) if name in DEEP else (pixels, pixels_test)
        norms = (norms_by_layer if name in DEEP else norms_by_step)(model, train[:256], y[:256])
        model.compile(lamina.optimizers.Adam(0.002), LOSS, metrics=["accuracy"])
        model.fit(train, y, epochs=options.epochs, batch_size=32, verbose=0)
        accuracies[name] = model.evaluate(test, y_test, verbose=0)[1]
        if name in DEEP:
            by_layer[name] = norms
        else:
            by_step[name] = norms, norms_by_step(model, train[:256], y[:256])
        print(f"{name:24}{norms[0]:15.1e}{norms[-1]:10.1e}{accuracies[name]:15.1%}", flush=True)
    draw(by_layer, by_step, options.figures / "vanishing_gradients.png")
    command_line.finish(f"test accuracy of ReLU in {DEPTH} layers: {accuracies['ReLU']:.1%}")


if __name__ == "__main__":
    main()
