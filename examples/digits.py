"""Handwritten digits: trains a classifier, saves it, reloads it and predicts the same.

    pip install '.[examples]' && python examples/digits.py

The data are scikit-learn's 1,797 images of 8x8 pixels, which come with it. The figure shows test
images that the network takes for another digit, with what it took them for and how sure it was.
"""

import tempfile
from pathlib import Path

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import lamina
from lamina import layers


def draw(images: np.ndarray, truth: np.ndarray, said: np.ndarray, path: Path) -> None:
    """The images that are taken for another digit, the surest errors first."""
    wrong = np.flatnonzero(said.argmax(axis=1) != truth)
    wrong = wrong[np.argsort(-said[wrong].max(axis=1))][:6]
    drawing = figures.figure(1.4 * max(1, len(wrong)), 1.9)
    if drawing is None or len(wrong) == 0:
        return
    for ax, i in zip(drawing.subplots(1, len(wrong), squeeze=False)[0], wrong, strict=True):
        ax.imshow(images[i].reshape(8, 8), cmap="gray_r")
        ax.set_title(f"{truth[i]} taken for {said[i].argmax()}\n{said[i].max():.0%} sure", size=9)
        ax.set(xticks=[], yticks=[])
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=40)
    options = command_line.begin(parser, reduced_epochs=10)
    images, labels = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(
        images / 16.0, labels, test_size=0.2, random_state=42, stratify=labels
    )

    model = lamina.Sequential(
        [
            layers.Input((64,)),
            layers.Dense(256, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.4),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.summary()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=options.epochs, validation_split=0.1)
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    assert accuracy >= 0.93, "expected at least 93 %"

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digits.lamina"
        model.save(path)
        reloaded = lamina.models.load_model(path)
        size = path.stat().st_size
    before, after = model.predict(x_test, verbose=0), reloaded.predict(x_test, verbose=0)
    assert np.array_equal(before, after)
    print(f"saved {size // 1024} KiB, reloaded: all {len(x_test)} predictions are the same")
    draw(x_test, y_test, before, options.figures / "digits.png")
    command_line.finish(f"test accuracy: {accuracy:.1%}")


if __name__ == "__main__":
    main()
