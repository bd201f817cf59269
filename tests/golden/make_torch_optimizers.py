"""Makes torch_optimizers.npz: 20 steps of PyTorch's optimizers, where their formulas are Keras's.

Run with PyTorch 2.13, after make_optimizers.py, whose weights and gradients it takes:

    python tests/golden/make_torch_optimizers.py

PyTorch adds epsilon after Adam's correction and RMSprop's root, Keras before: with one that
vanishes in float64 they agree. Its weight decay is Keras's in AdamW alone.
"""

import json
from pathlib import Path

import numpy as np
import torch

FOLDER = Path(__file__).parent
NAMES = ("kernel", "bias", "embeddings", "wide", "cube")
TINY = 1e-200
adam = {"learning_rate": 0.02, "beta_1": 0.8, "beta_2": 0.95, "epsilon": TINY}
torch_adam = {"lr": 0.02, "betas": (0.8, 0.95), "eps": TINY}
rmsprop = {"learning_rate": 0.02, "rho": 0.8, "epsilon": TINY}
torch_rmsprop = {"lr": 0.02, "alpha": 0.8, "eps": TINY}
# Name: lamina's class and arguments, PyTorch's.
CASES = {
    "sgd": ("SGD", {"learning_rate": 0.1}, "SGD", {"lr": 0.1}),
    "momentum": (
        "SGD",
        {"learning_rate": 0.1, "momentum": 0.8},
        "SGD",
        {"lr": 0.1, "momentum": 0.8},
    ),
    "nesterov": (
        "SGD",
        {"learning_rate": 0.1, "momentum": 0.8, "nesterov": True},
        "SGD",
        {"lr": 0.1, "momentum": 0.8, "nesterov": True},
    ),
    "adam": ("Adam", adam, "Adam", torch_adam),
    "amsgrad": ("Adam", {**adam, "amsgrad": True}, "Adam", {**torch_adam, "amsgrad": True}),
    "adamw": (
        "AdamW",
        {**adam, "weight_decay": 0.03},
        "AdamW",
        {**torch_adam, "weight_decay": 0.03},
    ),
    "adamax": ("Adamax", adam, "Adamax", torch_adam),
    "nadam": ("Nadam", adam, "NAdam", {**torch_adam, "momentum_decay": 1.0}),
    "rmsprop": ("RMSprop", rmsprop, "RMSprop", torch_rmsprop),
    "rmsprop_momentum": (
        "RMSprop",
        {**rmsprop, "momentum": 0.7},
        "RMSprop",
        {**torch_rmsprop, "momentum": 0.7},
    ),
    "rmsprop_centered": (
        "RMSprop",
        {**rmsprop, "centered": True},
        "RMSprop",
        {**torch_rmsprop, "centered": True},
    ),
    "adagrad": (
        "Adagrad",
        {"learning_rate": 0.1, "initial_accumulator_value": 0.2, "epsilon": TINY},
        "Adagrad",
        {"lr": 0.1, "initial_accumulator_value": 0.2, "eps": TINY},
    ),
    "adadelta": (
        "Adadelta",
        {"learning_rate": 0.5, "rho": 0.9, "epsilon": 1e-6},
        "Adadelta",
        {"lr": 0.5, "rho": 0.9, "eps": 1e-6},
    ),
}


def main():
    torch.set_default_dtype(torch.float64)  # of counts and products too
    with np.load(FOLDER / "optimizers.npz") as file:
        arrays = dict(file)
    result = {"spec": json.dumps({name: case[:2] for name, case in CASES.items()})}
    for name, (_, _, cls, arguments) in CASES.items():
        weights = [torch.tensor(arrays[f"start/{n}"].astype("float64")) for n in NAMES]
        optimizer = getattr(torch.optim, cls)(weights, **arguments)
        for step in range(20):
            for weight, n in zip(weights, NAMES, strict=True):
                weight.grad = torch.tensor(arrays[f"gradients/{n}"][step].astype("float64"))
            optimizer.step()
        result[name] = np.concatenate([np.ravel(weight.numpy()) for weight in weights])
    np.savez_compressed(FOLDER / "torch_optimizers.npz", **result)


if __name__ == "__main__":
    main()
