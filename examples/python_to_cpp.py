"""A model that is trained in Python and asked from C++, with the same answers to the bit.

    pip install '.[examples]' && python examples/python_to_cpp.py

A small convolutional network learns scikit-learn's 1,797 digits of 8x8 pixels and is saved to one
file. The file holds all that answers need: the graph, the weights, and the scaling of pixels, which
is a layer. The program of python_to_cpp.cpp reads it in a line, without Python, and answers by the
same kernels; single digits take it some microseconds. The program is compiled here, by the CMake
project that PROJECT of common/programs.py shows, which is all that a program of yours needs. It
takes cmake and a compiler; --program names one that is there already.
"""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from common import command_line
from common.programs import compiled
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import lamina
from lamina import layers


def network() -> lamina.Model:
    model = lamina.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Rescaling(1 / 16),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        lamina.optimizers.Adam(0.002), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def main() -> None:
    parser = command_line.parser(__doc__, epochs=20)
    parser.add_argument("--program", type=Path, help="example_python_to_cpp, compiled already")
    options = command_line.begin(parser, reduced_epochs=5)
    x, y = load_digits(return_X_y=True)
    x = x.reshape(-1, 8, 8, 1).astype("float32")
    x, test, y, truth = train_test_split(x, y, stratify=y, random_state=options.seed)
    model = network()
    model.fit(x, y, epochs=options.epochs, verbose=2)
    ours = model.predict(test, verbose=0)
    accuracy = np.mean(ours.argmax(axis=1) == truth)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = options.program or compiled("python_to_cpp", folder)
        if program is None:
            command_line.finish(f"test accuracy: {accuracy:.1%} of Python, no C++ beside it")
            return
        model.save(folder / "digits.lamina")
        test.tofile(folder / "inputs")
        files = [folder / file for file in ("digits.lamina", "inputs", "outputs")]
        subprocess.run([program.resolve(), *files], check=True)
        theirs = np.fromfile(folder / "outputs", "float32").reshape(ours.shape)

    print(f"\n{'digit':6}{'Python says':>14}{'C++ says':>12}")
    for digit, one, other in zip(truth[:8], ours, theirs, strict=False):
        print(f"{digit:<6}{one.max():10.7f}: {one.argmax()}{other.max():10.7f}: {other.argmax()}")
    assert ours.tobytes() == theirs.tobytes(), "expected the same answers to the bit"
    command_line.finish(f"test accuracy: {accuracy:.1%}, C++ and Python equal to the bit")


if __name__ == "__main__":
    main()
