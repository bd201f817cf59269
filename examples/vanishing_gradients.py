"""Gradients that vanish or explode, in deep networks and over long sequences.

    pip install '.[examples]' && python examples/vanishing_gradients.py

Backwards through a layer a gradient is multiplied by its weights and by the slope of its function.
That of the sigmoid is 1/4 at most: through 20 layers nothing is left, and the first layers do not
learn. ReLU has the slope 1, and with weights of the right size (He et al., 2015) the gradient stays
what it was; with weights twice that size it explodes.

A recurrent network multiplies by the same weights at each step. Here it reads the eight rows of a
digit, then 56 blank ones, and must still know the digit. With recurrent weights too small nothing
comes through, with large ones too much, with orthogonal ones about what it should. An LSTM carries
its state on, times its forget gate: begun at a bias of 1, a gate that is three quarters open
forgets as fast; begun at 3 it remembers from the start, and learns steadily what to forget. The
data are scikit-learn's digits, which come with it.

References: Hochreiter and Schmidhuber, 1997, "Long short-term memory"; Gers et al., 2000,
"Learning to forget"; Glorot and Bengio, 2010, "Understanding the difficulty of training deep
feedforward neural networks"; He et al., 2015, "Delving deep into rectifiers".
"""

from pathlib import Path
from typing import Any

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import lamina
from lamina import Tensor, layers, ops
from lamina.initializers import GlorotUniform, Orthogonal, VarianceScaling

DEPTH = 20
LOSS = lamina.losses.SparseCategoricalCrossentropy(from_logits=True)


def deep(activation: str, initializer: Any) -> lamina.Sequential:
    hidden = [
        layers.Dense(32, activation=activation, kernel_initializer=initializer)
        for _ in range(DEPTH)
    ]
    return lamina.Sequential([layers.Input((64,)), *hidden, layers.Dense(10)])


def recurrent(layer: Any) -> lamina.Sequential:
    return lamina.Sequential([layers.Input((64, 8)), layer, layers.Dense(10)])


def simple(gain: float) -> lamina.Sequential:
    return recurrent(layers.SimpleRNN(32, recurrent_initializer=Orthogonal(gain)))


def lstm(forget: float) -> lamina.Sequential:
    """With so large a bias of the forget gate, the second of four parts."""
    layer = layers.LSTM(32)
    model = recurrent(layer)
    bias = np.concatenate([np.zeros(32), np.full(32, forget), np.zeros(64)])
    layer.weights[2].assign(bias.astype("float32"))
    return model


DEEP = {
    "sigmoid": lambda: deep("sigmoid", GlorotUniform()),
    "tanh": lambda: deep("tanh", GlorotUniform()),
    "ReLU": lambda: deep("relu", VarianceScaling(2.0)),
    "ReLU, weights doubled": lambda: deep("relu", VarianceScaling(8.0)),
}
RECURRENT = {
    "SimpleRNN, weights halved": lambda: simple(0.5),
    "SimpleRNN, orthogonal": lambda: simple(1.0),
    "SimpleRNN, weights x 1.5": lambda: simple(1.5),
    "LSTM, forget bias 1": lambda: lstm(1.0),
    "LSTM, forget bias 3": lambda: lstm(3.0),
}


def norms_by_layer(model: lamina.Sequential, x: np.ndarray, y: np.ndarray) -> list[float]:
    """How much the input of each layer changes the loss: the size of its gradient."""
    inputs = [Tensor(x, requires_grad=True)]
    for layer in model.layers:
        inputs.append(layer(inputs[-1]))
    found = lamina.autograd.grad(LOSS(y, inputs.pop()), inputs)
    return [float(ops.norm(gradient)) for gradient in found]


def norms_by_step(model: lamina.Sequential, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """How much the input of each step changes the loss: the size of its gradient."""
    inputs = Tensor(x, requires_grad=True)
    LOSS(y, model(inputs)).backward()
    return np.linalg.norm(inputs.grad.numpy(), axis=(0, 2))


def draw(norms: dict[str, Any], path: Path) -> None:
    drawing = figures.figure(11, 4)
    if drawing is None:
        return
    left, right = drawing.subplots(1, 2)
    for name, found in norms.items():
        axes = left if name in DEEP else right
        axes.plot(range(1, len(found) + 1), found, ".-", markersize=4, label=name)
    left.set(title="depth", xlabel="layer", ylabel="size of the gradient")
    right.set(title="time", xlabel="step: digit until 8, then blank", ylim=(1e-21, 1e7))
    left.xaxis.get_major_locator().set_params(integer=True)
    for axes in (left, right):
        axes.set_yscale("log")
        axes.legend(fontsize=8)
    drawing.suptitle("gradients before training")
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=40)
    options = command_line.begin(parser, reduced_epochs=15)
    x, y = load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split(
        (x / 16).astype("float32"), y, test_size=0.3, stratify=y, random_state=1
    )

    def with_blanks(images: np.ndarray) -> np.ndarray:
        return np.pad(images.reshape(-1, 8, 8), ((0, 0), (0, 56), (0, 0)))

    norms, accuracies = {}, {}
    print(f"{'':28}{'first gradient':>15}{'last':>10}{'test accuracy':>15}")
    for name, make in {**DEEP, **RECURRENT}.items():
        lamina.utils.set_random_seed(options.seed)
        model, size = make(), norms_by_layer if name in DEEP else norms_by_step
        train, test = (x, x_test) if name in DEEP else (with_blanks(x), with_blanks(x_test))
        norms[name] = size(model, train[:256], y[:256])
        model.compile(lamina.optimizers.Adam(0.003, clipnorm=1.0), LOSS, metrics=["accuracy"])
        model.fit(train, y, epochs=options.epochs, batch_size=32, verbose=0)
        accuracies[name] = model.evaluate(test, y_test, verbose=0)[1]
        first, last = norms[name][0], norms[name][-1]
        print(f"{name:28}{first:15.1e}{last:10.1e}{accuracies[name]:15.1%}", flush=True)

    assert norms["sigmoid"][0] < 1e-6 * norms["sigmoid"][-1]
    assert 0.01 < norms["ReLU"][0] / norms["ReLU"][-1] < 100
    assert norms["ReLU, weights doubled"][0] > 1000 * norms["ReLU, weights doubled"][-1]
    assert accuracies["ReLU"] > accuracies["sigmoid"] + 0.3
    closed, opened = "LSTM, forget bias 1", "LSTM, forget bias 3"
    assert norms[opened][0] > 1000 * norms[closed][0]
    assert accuracies[opened] > accuracies[closed] + 0.2
    draw(norms, options.figures / "vanishing_gradients.png")
    command_line.finish(f"test accuracy of ReLU in {DEPTH} layers: {accuracies['ReLU']:.1%}")


if __name__ == "__main__":
    main()
