"""Makes derived.npz: Keras (on JAX) running the classes of tests/python/derived_classes.py.

Run it where Keras 3 and JAX are: ``python make_derived.py``.
"""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
sys.path.insert(0, str(Path(__file__).parents[1] / "python"))

import keras
import numpy as np
from derived_classes import layer_cases, normal, optimizer_cases, trained

arrays = {}
keras.utils.set_random_seed(1)
for name, (layer, shapes) in layer_cases(keras).items():
    inputs = [normal(3 + i, 6, *shape) for i, shape in enumerate(shapes)]
    layer(*inputs)
    for i, weight in enumerate(layer.weights):
        weight.assign(normal(50 + i, *weight.shape) * 0.3 + (len(weight.shape) < 2))
        arrays[f"{name}/weight_{i}"] = keras.ops.convert_to_numpy(weight)
    arrays[f"{name}/output"] = np.array(layer(*inputs))
    if name == "residual":
        arrays[f"{name}/training"] = np.array(layer(*inputs, training=True))
        arrays[f"{name}/moving_mean"] = keras.ops.convert_to_numpy(layer.moving_mean)
for name, optimizer in optimizer_cases(keras).items():
    _, course, before, after = trained(keras, optimizer)
    arrays[f"{name}/course"] = course
    for i, (one, other) in enumerate(zip(before, after, strict=True)):
        arrays[f"{name}/before_{i}"] = one
        arrays[f"{name}/after_{i}"] = other
np.savez_compressed(Path(__file__).parent / "derived.npz", **arrays)
