"""What Keras gives for ``derived_classes.py``, and the model that the tests train."""

from pathlib import Path

import numpy as np

import lamina

with np.load(Path(__file__).parents[1] / "golden" / "derived.npz") as file:
    GOLDEN = dict(file)


def golden_names(what):
    """The cases that have such an array."""
    return sorted(key.partition("/")[0] for key in GOLDEN if key.endswith("/" + what))


def golden(name):
    """The arrays of a case, by what they are."""
    return {k.partition("/")[2]: v for k, v in GOLDEN.items() if k.startswith(name + "/")}


def numbered(arrays, what):
    return [arrays[f"{what}_{i}"] for i in range(sum(k.startswith(what + "_") for k in arrays))]


def model_of(*stack, shape=(4,), **compiled):
    model = lamina.Sequential([lamina.Input(shape), *stack])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **compiled})
    return model
