"""Handwritten digits: trains a classifier, saves it, reloads it and predicts the same.

    pip install '.[examples]' && python examples/digits.py

The data are scikit-learn's 1,797 images of 8x8 pixels, which come with it.
"""

import tempfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import lamina
from lamina import layers


def main() -> None:
    lamina.utils.set_random_seed(1)
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
    model.fit(x_train, y_train, epochs=40, validation_split=0.1)

    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"test accuracy: {accuracy:.1%}")
    assert accuracy >= 0.97, "expected at least 97 %"

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "digits.lamina"
        model.save(path)
        reloaded = lamina.models.load_model(path)
        size = path.stat().st_size
    before, after = model.predict(x_test, verbose=0), reloaded.predict(x_test, verbose=0)
    assert np.array_equal(before, after)
    print(f"saved {size // 1024} KiB, reloaded: all {len(x_test)} predictions are the same")


if __name__ == "__main__":
    main()
