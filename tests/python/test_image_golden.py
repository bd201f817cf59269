"""Operations on images and layers over them beside Keras's numbers (golden/make_images.py)."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lamina
from lamina import layers, ops

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "images.npz")
CASES = json.loads(str(GOLDEN["cases"]))
OPERATIONS = [case for case in CASES if "operation" in case]
LAYERS = [case for case in CASES if "layer" in case]
# What lamina's layers call what Keras's draw, and how it lies in a batch.
DRAWS = {
    "contrast_factor": ("factor", (-1, 1, 1, 1)),
    "factor": ("factor", (-1, 1, 1, 1)),
    "apply_inversion": ("chosen", (-1, 1, 1, 1)),
    "additions": ("additions", (-1, 1, 1, 1)),
    "thresholds": ("thresholds", (-1, 1, 1, 1)),
    "should_apply_blur": ("chosen", (-1, 1, 1, 1)),
    "blur_factor": ("sigma", (-1,)),
    "mix_weight": ("weight", (-1,)),
    "permutation_order": ("order", (-1,)),
}


def array(name):
    return GOLDEN[name] if isinstance(name, str) and name in GOLDEN else name


def name_of(case):
    return case.get("operation") or case["layer"]


def ids(cases):
    return [f"{name_of(case)}_{i}" for i, case in enumerate(cases)]


def near(got, case):
    expected = array(case["output"])
    assert got.shape == expected.shape
    # Keras computes places in float32; pixels are up to 255.
    tolerance = 1e-4 * max(1.0, float(np.abs(expected).max()))
    if expected.dtype == "uint8":  # what lies half between two numbers may be rounded either way
        got, expected, tolerance = got.astype(int), expected.astype(int), 1
    if case["options"].get("mode") == "angle":  # of which -pi and pi are one
        got, expected = np.exp(1j * got), np.exp(1j * expected)
    assert_allclose(got, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("case", OPERATIONS, ids=ids(OPERATIONS))
def test_operations(case):
    inputs = [array(each) for each in case["inputs"]]
    got = getattr(ops.image, case["operation"])(*inputs, **case["options"])
    assert got.dtype == array(case["output"]).dtype
    near(got.numpy(), case)


@pytest.mark.parametrize("case", LAYERS, ids=ids(LAYERS))
def test_layers(case):
    images = array(case["inputs"][0])
    layer = getattr(layers, case["layer"])(**case["options"])
    if case["draws"] is None:
        outputs = layer(images, training=True)
        near(outputs.numpy(), case)
        assert layer.compute_output_shape(images.shape) == outputs.shape
        return
    draws = {}
    for name, given in case["draws"].items():
        key, shape = DRAWS[name]
        draws[key] = lamina.Tensor(array(given)).reshape(shape)
    near(layer._changed(lamina.Tensor(images), draws).numpy(), case)
