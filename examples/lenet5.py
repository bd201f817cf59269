"""LeNet-5 on handwritten digits, or on clothes.

    pip install . && python examples/lenet5.py [--data fashion] [--folder FOLDER]

The data, 70,000 images of 28x28 pixels, are read from a folder of .gz files, or downloaded once
(11 MB, fashion 30 MB) to ~/.cache/lamina.

Reference: LeCun et al., 1998, "Gradient-based learning applied to document recognition".
"""

import argparse
import math
import time
from pathlib import Path

from datasets import CACHE, IDX_SOURCES, load_idx
from schedules import CosineDecay

import lamina
from lamina import layers

EPOCHS = {"mnist": 5, "fashion": 10}
BATCH_SIZE = 64
LEARNING_RATE = 0.002


def lenet5() -> lamina.Model:
    return lamina.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=list(IDX_SOURCES), default="mnist")
    parser.add_argument("--folder", type=Path, help="where the four .gz files are already")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where downloads go")
    parser.add_argument("--epochs", type=int, help="5 by default, 10 of the clothes")
    parser.add_argument("--samples", type=int, help="train with the first so many images alone")
    options = parser.parse_args()
    epochs = options.epochs or EPOCHS[options.data]

    lamina.utils.set_random_seed(1)
    (x_train, y_train), (x_test, y_test) = load_idx(options.data, options.folder, options.cache)
    x_train, y_train = x_train[: options.samples], y_train[: options.samples]

    model = lenet5()
    model.summary()
    model.compile(
        lamina.optimizers.Adam(LEARNING_RATE),
        lamina.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    decay = CosineDecay(LEARNING_RATE, epochs * math.ceil(len(x_train) / BATCH_SIZE))
    begin = time.perf_counter()
    model.fit(x_train, y_train, batch_size=BATCH_SIZE, epochs=epochs, callbacks=[decay])
    seconds = time.perf_counter() - begin
    _, accuracy = model.evaluate(x_test, y_test, batch_size=256, verbose=0)
    print(
        f"test accuracy: {accuracy:.2%} after {epochs} epochs of {len(x_train)} images "
        f"in {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
