"""Makes the model files of this folder, as this version of lamina writes them.

    python tests/golden/make_files.py 1

writes ``file1_*.lamina`` and ``file1.safetensors``: the inputs, what the models predicted when they
were saved, and what they predicted after two more epochs. Old files load for ever, so a number is
made once, by the version that it belongs to, and never again:

- 1: format version 1 without checksums (before the first release).

The tests (tests/python/test_golden_files.py, tests/cpp/io/golden_files_test.cpp) find every number.
Expected values stand in a safetensors file, which C++ can read too; it is written here, not by
lamina.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np

import lamina
from lamina import Input, Model, Sequential, layers

FOLDER = Path(__file__).parent


def data(*shape, seed):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def sequential():
    model = Sequential(
        [
            Input((5,)),
            layers.Dense(6, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.2),
            layers.Dense(3, "softmax"),
        ]
    )
    model.compile(
        lamina.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    x = data(32, 5, seed=1)
    return model, [x], np.abs(x).argmax(1) % 3


def functional():
    left, right = Input((4,), name="left"), Input((3,), name="right")
    features = layers.Dense(4, "tanh")(left)
    inner = Sequential([layers.Dense(4, "relu")], name="inner")
    together = layers.Concatenate()([features, inner(right)])
    model = Model([left, right], layers.Dense(2)(together))
    model.compile(lamina.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse")
    x = [data(24, 4, seed=2), data(24, 3, seed=3)]
    return model, x, np.stack([x[0].sum(1), x[1].prod(1)], 1)


def convolutional():
    model = Sequential(
        [
            Input((8, 8, 2)),
            layers.Conv2D(4, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(2),
            layers.Conv2D(3, 3, strides=2, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1, "sigmoid"),
        ]
    )
    model.compile(lamina.optimizers.RMSprop(0.003), "binary_crossentropy")
    x = data(16, 8, 8, 2, seed=4)
    return model, [x], (x.mean((1, 2, 3)) > 0).astype("float32")[:, None]


def write(path, arrays):
    header, offset = {}, 0
    names = {"float32": "F32", "int64": "I64"}
    for name, array in arrays.items():
        header[name] = {
            "dtype": names[str(array.dtype)],
            "shape": array.shape,
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(header).encode()
    blocks = [np.ascontiguousarray(array).tobytes() for array in arrays.values()]
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blocks))


def main():
    number = sys.argv[1]
    expected = FOLDER / f"file{number}.safetensors"
    if expected.exists():
        raise SystemExit(f"{expected} exists: old files are never made again")
    arrays = {}
    for make in (sequential, functional, convolutional):
        name = make.__name__
        lamina.utils.set_random_seed(7)
        model, x, y = make()
        fed = x if len(x) > 1 else x[0]
        model.fit(fed, y, batch_size=8, epochs=3, verbose=0)
        model.save(FOLDER / f"file{number}_{name}.lamina")
        for i, each in enumerate(x):
            arrays[f"{name}/x{i}"] = each
        arrays[f"{name}/y"] = y
        arrays[f"{name}/predicted"] = model.predict(fed, verbose=0)
        model.fit(fed, y, batch_size=8, epochs=5, initial_epoch=3, verbose=0)
        arrays[f"{name}/resumed"] = model.predict(fed, verbose=0)
    write(expected, arrays)


if __name__ == "__main__":
    main()
