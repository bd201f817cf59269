"""Makes optimizers.npz and schedules.npz: what Keras computes, in float64.

    pip install keras
    python tests/golden/make_optimizers.py

optimizers.npz: five weights after 20 steps with the same random gradients, for every optimizer
with its own options, and with each option that all share. schedules.npz: the rates of schedules.
``spec`` is the JSON of what made them. Nothing here knows lamina.
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "numpy"  # of one code for all backends; operations one by one

import keras
import numpy as np
from keras.src.backend.common import dtypes as keras_dtypes

FOLDER = Path(__file__).parent
STEPS = 20
SHAPES = {"kernel": (4, 3), "bias": (3,), "embeddings": (5, 2), "wide": (2, 6), "cube": (2, 3, 2)}

OWN = {
    "SGD": [{}, {"momentum": 0.9}, {"momentum": 0.8, "nesterov": True}],
    "Adam": [{}, {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}, {"amsgrad": True}],
    "AdamW": [{}, {"weight_decay": 0.1}],
    "Nadam": [{}, {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}],
    "Adamax": [{}, {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-2}],
    "Adagrad": [{}, {"initial_accumulator_value": 0.5, "epsilon": 1e-2}],
    "Adadelta": [{}, {"rho": 0.8, "epsilon": 1e-2}],
    "RMSprop": [
        {},
        {"momentum": 0.5, "rho": 0.8},
        {"centered": True, "epsilon": 1e-2},
        {"centered": True, "momentum": 0.5},
    ],
    "Ftrl": [
        {},
        {"l1_regularization_strength": 0.3, "l2_regularization_strength": 0.1, "beta": 0.2},
        {"learning_rate_power": -0.7, "l2_shrinkage_regularization_strength": 0.05},
        {"learning_rate_power": 0.0, "initial_accumulator_value": 0.5},
    ],
    "Lion": [{}, {"beta_1": 0.7, "beta_2": 0.8}],
    "Adafactor": [
        {},
        {"relative_step": False, "clip_threshold": 0.5},
        {"beta_2_decay": -0.5, "epsilon_1": 1e-3, "epsilon_2": 0.1},
    ],
    "Lamb": [{}, {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-2}],
    "Muon": [
        {},
        {"nesterov": False, "ns_steps": 3, "rms_rate": None, "momentum": 0.8},
        {"exclude_layers": ["wide"], "exclude_embeddings": False, "adam_weight_decay": None},
        {"adam_lr_ratio": 0.5, "adam_beta_1": 0.8, "adam_beta_2": 0.95, "weight_decay": 0.1},
    ],
    "ScheduleFreeAdamW": [{}, {"warmup_steps": 5, "beta_1": 0.8, "epsilon": 1e-3}],
}
SCHEDULES = {
    "exponential": [
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6},
    ],
    "exponential_stairs": [
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6, "staircase": True},
    ],
    "piecewise": ["PiecewiseConstantDecay", {"boundaries": [5, 12], "values": [0.1, 0.05, 0.01]}],
    "polynomial": [
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 9, "power": 2.0},
    ],
    "polynomial_cycle": [
        "PolynomialDecay",
        {
            "initial_learning_rate": 0.1,
            "decay_steps": 9,
            "end_learning_rate": 0.01,
            "power": 0.5,
            "cycle": True,
        },
    ],
    "inverse": [
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.7},
    ],
    "inverse_stairs": [
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.7, "staircase": True},
    ],
    "cosine": ["CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 15, "alpha": 0.1}],
    "cosine_warm": [
        "CosineDecay",
        {"initial_learning_rate": 0.01, "decay_steps": 15, "warmup_target": 0.2, "warmup_steps": 6},
    ],
    "restarts": [
        "CosineDecayRestarts",
        {
            "initial_learning_rate": 0.1,
            "first_decay_steps": 5,
            "t_mul": 1.7,
            "m_mul": 0.8,
            "alpha": 0.05,
        },
    ],
    "restarts_equal": [
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 6.5, "t_mul": 1.0, "m_mul": 0.9},
    ],
}
SHARED = {
    "decay": {"weight_decay": 0.1},
    "clipnorm": {"clipnorm": 0.7},
    "clipvalue": {"clipvalue": 0.3},
    "global_clipnorm": {"global_clipnorm": 1.1},
    "ema": {"use_ema": True, "ema_momentum": 0.8},
    "ema_overwrite": {"use_ema": True, "ema_momentum": 0.6, "ema_overwrite_frequency": 3},
    "loss_scale": {"loss_scale_factor": 8.0},
    "accumulation": {"gradient_accumulation_steps": 4},
    "schedule": {"learning_rate": SCHEDULES["cosine_warm"]},
    "all": {
        "weight_decay": 0.1,
        "global_clipnorm": 0.9,
        "use_ema": True,
        "ema_momentum": 0.7,
        "ema_overwrite_frequency": 2,
        "loss_scale_factor": 4.0,
        "gradient_accumulation_steps": 3,
        "learning_rate": SCHEDULES["exponential"],
        "without_decay": ["bias", "wide"],
    },
}


def made(cls, config):
    config = dict(config)
    without_decay = config.pop("without_decay", None)
    rate = config.get("learning_rate")
    if isinstance(rate, list):
        config["learning_rate"] = getattr(keras.optimizers.schedules, rate[0])(**rate[1])
    optimizer = getattr(keras.optimizers, cls)(**config)
    if without_decay:
        optimizer.exclude_from_weight_decay(var_names=without_decay)
    return optimizer


def run(optimizer, start, gradients):
    variables = [keras.Variable(start[name], dtype="float64", name=name) for name in SHAPES]
    for step in range(STEPS):
        optimizer.apply([gradients[name][step] for name in SHAPES], variables)
    after = np.concatenate([np.ravel(v.numpy()) for v in variables])
    optimizer.finalize_variable_values(variables)
    return np.stack([after, np.concatenate([np.ravel(v.numpy()) for v in variables])])


def main():
    keras.config.set_floatx("float64")
    # Keras rounds results of float64 to float32, unless its table says otherwise.
    keras_dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
    rng = np.random.default_rng(12)
    start = {name: rng.normal(size=shape) for name, shape in SHAPES.items()}
    gradients = {name: rng.normal(size=(STEPS, *shape)) for name, shape in SHAPES.items()}
    arrays = {f"start/{name}": value for name, value in start.items()}
    arrays |= {f"gradients/{name}": value for name, value in gradients.items()}
    spec = {}
    for cls, variants in OWN.items():
        for i, own in enumerate(variants):
            spec[f"{cls}_{i}"] = [cls, {"learning_rate": 0.05, **own}]
        for name, shared in SHARED.items():
            spec[f"{cls}_{name}"] = [cls, {"learning_rate": 0.05, **variants[-1], **shared}]
    for name, (cls, config) in spec.items():
        arrays[name] = run(made(cls, config), start, gradients)
    # The seventh gradient overflows; the scale grows after every three finite steps.
    scaled = {name: 8.0 * value for name, value in gradients.items()}
    scaled["bias"][6, 0] = np.inf
    inner = keras.optimizers.Adam(0.05)
    optimizer = keras.optimizers.LossScaleOptimizer(inner, 8.0, dynamic_growth_steps=3)
    arrays["loss_scale_optimizer"] = run(optimizer, start, scaled)
    arrays["dynamic_scale"] = np.array(float(optimizer.dynamic_scale.numpy()))
    np.savez_compressed(FOLDER / "optimizers.npz", spec=np.array(json.dumps(spec)), **arrays)

    steps = np.arange(41.0)
    rates = {
        name: np.array(
            [float(getattr(keras.optimizers.schedules, cls)(**config)(s)) for s in steps]
        )
        for name, (cls, config) in SCHEDULES.items()
    }
    np.savez_compressed(
        FOLDER / "schedules.npz", spec=np.array(json.dumps(SCHEDULES)), steps=steps, **rates
    )


if __name__ == "__main__":
    main()
