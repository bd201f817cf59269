"""Says whether an installed lamina works here: trains, saves and loads small networks in seconds.

    python smoke.py

Needs NumPy and lamina alone; the numbers that it checks are worked by hand or in NumPy.
"""

import tempfile
from pathlib import Path

import numpy as np

import lamina
from lamina.layers import GRU, Conv2D, Dense, Flatten, Input, MaxPooling2D
from lamina.models import Sequential, load_model


def dense_and_numpy() -> None:
    x = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)
    layer = Dense(5, activation="tanh")
    y = layer(x).numpy()
    kernel, bias = (np.asarray(weight, dtype=np.float64) for weight in layer.get_weights())
    np.testing.assert_allclose(y, np.tanh(x @ kernel + bias), atol=1e-6)


def learns_xor(threads: int) -> list[np.ndarray]:
    lamina.set_num_threads(threads)
    lamina.utils.set_random_seed(1)
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    y = np.array([[0], [1], [1], [0]], dtype=np.float32)
    model = Sequential([Input((2,)), Dense(16, activation="tanh"), Dense(1, activation="sigmoid")])
    model.compile(optimizer=lamina.optimizers.Adam(0.05), loss="binary_crossentropy")
    model.fit(x, y, batch_size=4, epochs=200, verbose=0)
    assert (np.round(model.predict(x, verbose=0)) == y).all(), model.predict(x, verbose=0)
    return model.get_weights()


def trains_saves_and_loads(model: Sequential, x: np.ndarray, y: np.ndarray) -> None:
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    losses = model.fit(x, y, batch_size=16, epochs=8, verbose=0).history["loss"]
    assert losses[-1] < 0.8 * losses[0], losses
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.lamina"
        model.save(path)
        loaded = load_model(path)
    expected = model.predict(x, verbose=0)
    assert loaded.predict(x, verbose=0).tobytes() == expected.tobytes()


def main() -> None:
    dense_and_numpy()
    for one, many in zip(learns_xor(1), learns_xor(3), strict=True):
        assert one.tobytes() == many.tobytes(), "the number of threads changed a weight's bits"

    # A bright square stands left or right; a sequence rises or falls.
    draw = np.random.default_rng(1)
    labels = draw.integers(0, 2, 64)
    images = draw.normal(0, 0.3, (64, 12, 12, 1)).astype(np.float32)
    for image, label in zip(images, labels, strict=True):
        image[4:8, 6 * label + 1 : 6 * label + 5] += 1
    convolutions = [Conv2D(8, 3, activation="relu"), MaxPooling2D(2), Conv2D(8, 3), Flatten()]
    trains_saves_and_loads(
        Sequential([Input((12, 12, 1)), *convolutions, Dense(2, activation="softmax")]),
        images,
        labels,
    )
    slopes = np.where(labels == 1, 1, -1)[:, None, None]
    sequences = (slopes * np.linspace(-1, 1, 10)[:, None]).astype(np.float32)
    trains_saves_and_loads(
        Sequential([Input((10, 1)), GRU(12), Dense(2, activation="softmax")]), sequences, labels
    )
    print(f"lamina {lamina.__version__} works: {lamina.isa()}, {Path(lamina.__file__).parent}")


if __name__ == "__main__":
    main()
