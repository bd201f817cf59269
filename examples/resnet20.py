"""ResNet-20 on small colour photographs, with random flips and crops.

    pip install . && python examples/resnet20.py [--folder FOLDER]

The data, CIFAR-10, are read from a folder of files of its binary version, or downloaded once
(170 MB) to ~/.cache/lamina. All 50,000 images and 60 epochs take their time: begin with
--samples 5000 --epochs 10.

Reference: He et al., 2016, "Deep residual learning for image recognition", section 4.2, with
shortcuts by projection where the shape changes.
"""

import argparse
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from datasets import CACHE, load_cifar10
from schedules import CosineDecay

import lamina
from lamina import layers
from lamina.callbacks import Callback
from lamina.regularizers import L2

BATCH_SIZE = 128
LEARNING_RATE = 0.1
WEIGHT_DECAY = 1e-4
SHIFT = 4  # pixels, in each direction


def resnet20() -> lamina.Model:
    def convolution(x, filters, size=3, strides=1):
        x = layers.Conv2D(
            filters,
            size,
            strides=strides,
            padding="same",
            use_bias=False,
            kernel_initializer="he_normal",
            kernel_regularizer=L2(WEIGHT_DECAY / 2),
        )(x)
        # The moving averages must follow runs of few steps: Keras's 0.99 is for long ones.
        return layers.BatchNormalization(momentum=0.9)(x)

    inputs = lamina.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    x = layers.ReLU()(convolution(x, 16))
    for filters in (16, 32, 64):
        for block in range(3):
            shrinks = block == 0 and filters > 16
            strides = 2 if shrinks else 1
            shortcut = convolution(x, filters, 1, strides) if shrinks else x
            x = layers.ReLU()(convolution(x, filters, strides=strides))
            x = layers.ReLU()(layers.Add()([shortcut, convolution(x, filters)]))
    x = layers.GlobalAveragePooling2D()(x)
    return lamina.Model(inputs, layers.Dense(10)(x))


class Augmented:
    """Batches of an epoch: in another order each time, every image shifted and perhaps flipped."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, seed: int) -> None:
        edges = ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0))
        self.padded = np.pad(images, edges, constant_values=127)  # grey
        self.labels, self.size = labels, images.shape[1]
        self.random = np.random.default_rng(seed)

    def __len__(self) -> int:
        return math.ceil(len(self.labels) / BATCH_SIZE)

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        # windows[n, top, left] is an image's crop that begins there.
        shape, axes = (self.size, self.size), (1, 2)
        windows = np.lib.stride_tricks.sliding_window_view(self.padded, shape, axes)
        order = self.random.permutation(len(self.labels))
        for begin in range(0, len(order), BATCH_SIZE):
            chosen = order[begin : begin + BATCH_SIZE]
            top, left = self.random.integers(0, 2 * SHIFT + 1, (2, len(chosen)))
            batch = np.moveaxis(windows[chosen, top, left], 1, -1)
            flipped = self.random.random((len(chosen), 1, 1, 1)) < 0.5
            batch = np.where(flipped, batch[:, :, ::-1], batch)
            yield np.ascontiguousarray(batch), self.labels[chosen]


class Report(Callback):
    """A line an epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.begin = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        print(
            f"epoch {epoch + 1:3}: loss {logs['loss']:.3f}, "
            f"training accuracy {logs['accuracy']:.1%}, "
            f"test accuracy {logs['val_accuracy']:.1%}, {time.perf_counter() - self.begin:.1f} s",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where .bin or .bin.gz files are already")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where the download goes")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--samples", type=int, help="train with the first so many images alone")
    options = parser.parse_args()

    lamina.utils.set_random_seed(1)
    (x_train, y_train), (x_test, y_test) = load_cifar10(options.folder, options.cache)
    x_train, y_train = x_train[: options.samples], y_train[: options.samples]

    model = resnet20()
    print(f"{model.count_params()} parameters, {len(x_train)} images")
    model.compile(
        lamina.optimizers.SGD(LEARNING_RATE, momentum=0.9),
        lamina.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    batches = Augmented(x_train, y_train, seed=1)
    steps = options.epochs * len(batches)
    model.fit(
        batches,
        epochs=options.epochs,
        validation_data=(x_test, y_test),
        validation_batch_size=250,
        callbacks=[CosineDecay(LEARNING_RATE, steps, warmup_steps=steps // 20), Report()],
        verbose=0,
    )
    _, accuracy = model.evaluate(x_test, y_test, batch_size=250, verbose=0)
    print(f"test accuracy: {accuracy:.2%}")


if __name__ == "__main__":
    main()
