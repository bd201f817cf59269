"""LeNet-5 on handwritten digits, or on clothes.

    pip install '.[examples]' && python examples/lenet5.py [--clothes] [--data FOLDER]

The network that read cheques in the 1990s: two convolutions find strokes and how they meet, each
followed by pooling, which forgets where exactly they were; three dense layers tell the ten classes
apart. Ten passes over the 60,000 digits of MNIST bring it to nearly 99 of 100 unseen digits. The
clothes of Fashion-MNIST come in the same form, and are harder: see in the confusion matrix which
are taken for which. examples/lenet5.cpp is the same network in C++.

Data: LeCun and Cortes, MNIST (11 MB); Xiao et al., 2017, "Fashion-MNIST" (30 MB).
Reference: LeCun et al., 1998, "Gradient-based learning applied to document recognition".
"""

import math

from common import command_line
from common.figures import save_confusion
from common.images import load_gray

import lamina
from lamina import datasets, layers
from lamina.optimizers.schedules import CosineDecay

BATCH_SIZE = 64
LEARNING_RATE = 0.002
CLOTHES = ["T-shirt", "trousers", "pullover", "dress", "coat"]
CLOTHES += ["sandal", "shirt", "sneaker", "bag", "boot"]


def lenet5() -> lamina.Model:
    """For images (28, 28, 1) from 0 to 1; it gives ten logits."""
    return lamina.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="tanh"),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10),
        ]
    )


def train(model: lamina.Model, x, y, epochs: int, verbose: int | str = "auto") -> lamina.Model:
    """The model after training; its learning rate falls along half a cosine."""
    steps = epochs * math.ceil(len(x) / BATCH_SIZE)
    model.compile(
        lamina.optimizers.Adam(CosineDecay(LEARNING_RATE, steps)),
        lamina.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(x, y, batch_size=BATCH_SIZE, epochs=epochs, verbose=verbose)
    return model


def main() -> None:
    parser = command_line.parser(__doc__, epochs=10)
    parser.add_argument("--clothes", action="store_true", help="Fashion-MNIST in place of MNIST")
    options = command_line.begin(parser, reduced_epochs=1)
    data = datasets.fashion_mnist if options.clothes else datasets.mnist
    names = CLOTHES if options.clothes else list("0123456789")
    (x, y), (x_test, y_test) = load_gray(data, 6400 if options.reduced else None)

    model = lenet5()
    model.summary()
    train(model, x, y, options.epochs)
    _, accuracy = model.evaluate(x_test, y_test, batch_size=256, verbose=0)
    predicted = model.predict(x_test, batch_size=256, verbose=0).argmax(axis=1)
    save_confusion(y_test, predicted, names, options.figures / "lenet5.png")
    command_line.finish(f"test accuracy: {accuracy:.2%}")


if __name__ == "__main__":
    main()
