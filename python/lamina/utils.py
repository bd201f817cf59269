"""Utilities."""

import os
import random
from typing import Any

import numpy as np

from lamina import _lamina
from lamina._lamina import set_random_seed as _set_core_seed
from lamina._numerical import normalize, to_categorical
from lamina._sequences import pad_sequences, timeseries_dataset_from_array
from lamina.saving import (
    CustomObjectScope,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "model_to_dot",
    "normalize",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "serialize_keras_object",
    "set_random_seed",
    "timeseries_dataset_from_array",
    "to_categorical",
]


def set_random_seed(seed: int) -> None:
    """Seeds what lamina draws, and the generators of Python's ``random`` and of NumPy.

    Args:
        seed: a whole number of at least 0; NumPy gets its last 32 bits.

    >>> set_random_seed(1)
    >>> first = lamina.random.normal((3,))
    >>> set_random_seed(1)
    >>> bool((first.numpy() == lamina.random.normal((3,)).numpy()).all())
    True
    """
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or seed < 0:
        raise ValueError(f"set_random_seed needs a whole number of at least 0, got {seed!r}")
    _set_core_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 - the generator that users' code draws from


def model_to_dot(model: Any, show_shapes: bool = False) -> str:
    """The model as a graph in Graphviz's language.

    Args:
        model: a model, built if shapes are to be shown.
        show_shapes: whether to show the shapes that layers give.

    >>> print(model_to_dot(Sequential([Input((3,)), Dense(2)], name="small")))
    digraph "small" {
      node [shape=box];
      0 [label="input (Input)"];
      1 [label="dense (Dense)"];
      0 -> 1;
    }
    <BLANKLINE>
    """
    core = getattr(model, "_core", None)
    if not isinstance(core, _lamina.Model):
        raise TypeError(f"expected a model, got {model!r}")
    return core.dot(bool(show_shapes))


def plot_model(
    model: Any, to_file: str | os.PathLike[str] = "model.png", show_shapes: bool = False
) -> str | None:
    """Draws the model to a file, in the format that its ending names.

    Files that end in ``.dot`` or ``.txt`` need nothing else; others need Graphviz's program
    ``dot``. Where that is missing the model's summary is printed instead; a ``.dot`` file can be
    drawn elsewhere.

    Args:
        model: a built model.
        to_file: where to draw.
        show_shapes: whether to show the shapes that layers give.

    Returns:
        The file's name, or None where it was printed.

    Raises:
        RuntimeError: Graphviz refused to draw.
        TypeError: it is no model.
    """
    path = os.fspath(to_file)
    ending = os.path.splitext(path)[1].lstrip(".").lower() or "png"
    graph = model_to_dot(model, show_shapes)
    if ending in ("dot", "txt"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(graph if ending == "dot" else model._core.summary())
        return path
    # Only a drawing needs them: `import lamina` stays fast.
    import shutil
    import subprocess

    program = shutil.which("dot")
    if program is None:
        print(f"Graphviz's program dot, which draws {path}, was not found; here is the model:")
        print(model._core.summary())
        return None
    command = [program, f"-T{ending}", "-o", path]
    done = subprocess.run(command, input=graph.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"dot could not draw {path}: {done.stderr.decode(errors='replace')}")
    return path
