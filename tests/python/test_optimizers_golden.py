"""Optimizers and schedules against Keras and PyTorch, by the files that make_optimizers.py and
make_torch_optimizers.py of tests/golden wrote.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import lamina
from lamina import optimizers
from lamina.optimizers import schedules

FOLDER = Path(__file__).parents[1] / "golden"
NAMES = ("kernel", "bias", "embeddings", "wide", "cube")
TOLERANCE = {"float32": 1e-5, "float64": 1e-9}


def load(name):
    with np.load(FOLDER / f"{name}.npz") as file:
        arrays = dict(file)
    return json.loads(str(arrays.pop("spec"))), arrays


SPEC, ARRAYS = load("optimizers")
SCHEDULES, RATES = load("schedules")
TORCH_SPEC, TORCH_ARRAYS = load("torch_optimizers")


def made(cls, config):
    config = dict(config)
    without_decay = config.pop("without_decay", None)
    rate = config.get("learning_rate")
    if isinstance(rate, list):
        config["learning_rate"] = getattr(schedules, rate[0])(**rate[1])
    optimizer = getattr(optimizers, cls)(**config)
    if without_decay:
        optimizer.exclude_from_weight_decay(var_names=without_decay)
    return optimizer


def run(optimizer, dtype, scale=1.0, infinite_at=None):
    weights = [lamina.Variable(ARRAYS[f"start/{n}"].astype(dtype), name=n) for n in NAMES]
    steps = len(ARRAYS["gradients/bias"])
    assert steps == 20
    for step in range(steps):
        gradients = [scale * ARRAYS[f"gradients/{name}"][step].astype(dtype) for name in NAMES]
        if step == infinite_at:
            gradients[1][0] = np.inf
        optimizer.apply(gradients, weights)
    after = np.concatenate([np.ravel(weight.numpy()) for weight in weights])
    optimizer.finalize_variable_values(weights)
    return np.stack([after, np.concatenate([np.ravel(weight.numpy()) for weight in weights])])


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", SPEC)
def test_twenty_steps(name, dtype):
    got = run(made(*SPEC[name]), dtype)
    np.testing.assert_allclose(got, ARRAYS[name], rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize("name", TORCH_SPEC)
def test_twenty_steps_are_those_of_pytorch(name):
    got = run(made(*TORCH_SPEC[name]), "float64")[0]
    np.testing.assert_allclose(got, TORCH_ARRAYS[name], rtol=1e-11, atol=1e-13)


def test_twenty_steps_of_a_scaled_loss():
    optimizer = optimizers.LossScaleOptimizer(optimizers.Adam(0.05), 8.0, dynamic_growth_steps=3)
    got = run(optimizer, "float64", 8.0, infinite_at=6)
    np.testing.assert_allclose(got, ARRAYS["loss_scale_optimizer"], rtol=1e-9)
    assert float(optimizer.dynamic_scale) == ARRAYS["dynamic_scale"]
    assert int(optimizer.iterations) == 19


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name):
    cls, config = SCHEDULES[name]
    schedule = getattr(schedules, cls)(**config)
    np.testing.assert_allclose(schedule(RATES["steps"]).numpy(), RATES[name], rtol=1e-6)
    assert schedule.get_config().items() >= config.items()
    again = schedules.deserialize(schedules.serialize(schedule))
    assert float(again(3)) == float(schedule(3))
