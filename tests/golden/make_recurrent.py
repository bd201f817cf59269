"""Makes recurrent.npz: recurrent layers of Keras (on PyTorch) with every option, and of PyTorch.

Run it where Keras 3 and PyTorch are: ``python make_recurrent.py``. Keras computes recurrence in
float32, whatever the dtype.
"""

import itertools
import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch

BATCH, STEPS, FEATURES, UNITS = 3, 5, 2, 3
rng = np.random.default_rng(1)
arrays, rows = {}, []


def normal(*shape, dtype="float32"):
    return rng.normal(size=shape).astype(dtype)


OPTIONS = {
    "cls": ["SimpleRNN", "GRU", "LSTM"],
    "return_sequences": [False, True],
    "return_state": [False, True],
    "go_backwards": [False, True],
    "use_bias": [True, False],
    "activation": ["tanh", "relu", "softsign"],
    "recurrent_activation": ["sigmoid", "hard_sigmoid"],
    "reset_after": [True, False],
    "zero_output_for_mask": [False, True],
    "masked": [False, True],
    "given_state": [False, True],
    "merge_mode": ["no wrapper", "no wrapper", "concat", "sum", "mul", "ave", None],
}


def pairwise():
    """Choices such that every two values of two options meet."""
    missing = {
        (a, x, b, y)
        for a, b in itertools.combinations(OPTIONS, 2)
        for x in OPTIONS[a]
        for y in OPTIONS[b]
        if not (a == "go_backwards" and x and b == "merge_mode" and y != "no wrapper")
    }

    def pairs(choice):
        return {(a, choice[a], b, choice[b]) for a, b in itertools.combinations(OPTIONS, 2)}

    while missing:
        draws = [
            {key: values[rng.integers(len(values))] for key, values in OPTIONS.items()}
            for _ in range(60)
        ]
        for choice in draws:  # what is wrapped walks forward
            choice["go_backwards"] &= choice["merge_mode"] == "no wrapper"
        best = max(draws, key=lambda choice: len(pairs(choice) & missing))
        if pairs(best) & missing:
            missing -= pairs(best)
            yield best


def differentiated(row, outputs, inputs, weights):
    """Keeps outputs, and gradients of the sum of the outputs times a direction."""
    total = 0
    for i, output in enumerate(outputs):
        direction = normal(*output.shape)
        arrays[f"{row}/direction_{i}"] = direction
        arrays[f"{row}/output_{i}"] = output.detach().numpy()
        total = total + (output * torch.tensor(direction, dtype=output.dtype)).sum()
    total.backward()
    for name, tensor in [*inputs.items(), *weights.items()]:
        grad = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        arrays[f"{row}/grad_{name}"] = grad.numpy()


def keras_row(number, choice):
    row, choice = f"keras_{number}", dict(choice)
    cls, masked, given_state = choice.pop("cls"), choice.pop("masked"), choice.pop("given_state")
    merge_mode = choice.pop("merge_mode")
    if cls == "SimpleRNN":
        choice.pop("recurrent_activation")
    if cls != "GRU":
        choice.pop("reset_after")
    layer = getattr(keras.layers, cls)(UNITS, **choice)
    wrapped = merge_mode != "no wrapper"
    if wrapped:
        layer = keras.layers.Bidirectional(layer, merge_mode=merge_mode)
    layer.build((BATCH, STEPS, FEATURES))
    values = [normal(*weight.shape) * 0.7 for weight in layer.weights]
    for weight, value in zip(layer.weights, values, strict=True):
        weight.assign(value)
    x = torch.tensor(normal(BATCH, STEPS, FEATURES), requires_grad=True)
    mask = None
    if masked:
        mask = rng.random((BATCH, STEPS)) > 0.4
        mask[0, :2] = False
    count = (2 if cls == "LSTM" else 1) * (2 if wrapped else 1)
    states = [torch.tensor(normal(BATCH, UNITS), requires_grad=True) for _ in range(count)]
    outputs = layer(
        x,
        initial_state=states if given_state else None,
        mask=None if mask is None else torch.tensor(mask),
    )
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    rows.append(
        {
            "row": row,
            "cls": cls,
            "units": UNITS,
            "config": choice,
            "merge_mode": merge_mode,
            "weights": [list(value.shape) for value in values],
            "paths": [weight.path for weight in layer.weights],
            "states": count if given_state else 0,
            "masked": masked,
            "outputs": len(outputs),
        }
    )
    arrays[f"{row}/x"] = x.detach().numpy()
    if masked:
        arrays[f"{row}/mask"] = mask
    for i, value in enumerate(values):
        arrays[f"{row}/weight_{i}"] = value
    for i, state in enumerate(states if given_state else []):
        arrays[f"{row}/state_{i}"] = state.detach().numpy()
    inputs = {"x": x}
    if given_state:
        inputs |= {f"state_{i}": state for i, state in enumerate(states)}
    weights = {f"weight_{i}": weight.value for i, weight in enumerate(layer.weights)}
    differentiated(row, outputs, inputs, weights)


CONVOLUTIONS = [
    ("ConvLSTM1D", (6, 2), {"kernel_size": 3}),
    ("ConvLSTM1D", (7, 1), {"kernel_size": 2, "strides": 2, "go_backwards": True}),
    ("ConvLSTM2D", (4, 5, 1), {"kernel_size": (2, 3), "return_sequences": True}),
    (
        "ConvLSTM2D",
        (1, 4, 4),
        {"kernel_size": 3, "padding": "same", "data_format": "channels_first"},
    ),
    ("ConvLSTM2D", (6, 6, 1), {"kernel_size": 2, "dilation_rate": 2, "use_bias": False}),
    ("ConvLSTM3D", (3, 3, 4, 1), {"kernel_size": 2, "recurrent_activation": "hard_sigmoid"}),
]


def convolution_row(number, cls, shape, config):
    row = f"convolution_{number}"
    layer = getattr(keras.layers, cls)(2, return_state=True, **config)
    x = torch.tensor(normal(2, 3, *shape), requires_grad=True)
    layer.build(tuple(x.shape))
    values = [normal(*weight.shape) * 0.5 for weight in layer.weights]
    for weight, value in zip(layer.weights, values, strict=True):
        weight.assign(value)
    outputs = list(layer(x))
    rows.append(
        {
            "row": row,
            "cls": cls,
            "units": 2,
            "config": {**config, "return_state": True},
            "merge_mode": "no wrapper",
            "weights": [list(value.shape) for value in values],
            "states": 0,
            "masked": False,
            "outputs": len(outputs),
        }
    )
    arrays[f"{row}/x"] = x.detach().numpy()
    for i, value in enumerate(values):
        arrays[f"{row}/weight_{i}"] = value
    weights = {f"weight_{i}": weight.value for i, weight in enumerate(layer.weights)}
    differentiated(row, outputs, {"x": x}, weights)


def torch_row(cls):
    """PyTorch's layer, with its weights laid out as Keras's."""
    row = f"torch_{cls}"
    order = {"RNN": [0], "GRU": [1, 0, 2], "LSTM": [0, 1, 2, 3]}[cls]  # Keras's gates in PyTorch's
    layer = getattr(torch.nn, cls)(FEATURES, UNITS, batch_first=True, dtype=torch.float64)
    x = torch.tensor(normal(BATCH, STEPS, FEATURES, dtype="float64"), requires_grad=True)
    sequence, _ = layer(x)

    def laid_out(value):
        parts = np.split(value, len(order), axis=0)
        return np.concatenate([parts[i] for i in order], axis=0)

    direction = normal(*sequence.shape, dtype="float64")
    (sequence * torch.tensor(direction)).sum().backward()
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    for suffix, read in (("", lambda p: p.detach()), ("grad_", lambda p: p.grad)):
        w, u, b, c = (laid_out(read(getattr(layer, name)).numpy()) for name in names)
        bias = np.stack([b, c]) if cls == "GRU" else b + c if not suffix else b
        for i, value in enumerate((w.T, u.T, bias)):
            arrays[f"{row}/{suffix}weight_{i}"] = value
    arrays[f"{row}/x"] = x.detach().numpy()
    arrays[f"{row}/grad_x"] = x.grad.numpy()
    arrays[f"{row}/direction_0"] = direction
    arrays[f"{row}/output_0"] = sequence.detach().numpy()


def training():
    """Ten steps of a stacked bidirectional net."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((6, 3)),
            keras.layers.Masking(),
            keras.layers.Bidirectional(keras.layers.LSTM(5, return_sequences=True)),
            keras.layers.Bidirectional(keras.layers.GRU(4)),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse")
    x, y = normal(16, 6, 3), normal(16, 1)
    x[:5, 4:] = 0
    for i, weight in enumerate(model.get_weights()):
        arrays[f"training/before_{i}"] = weight
    losses = [float(model.train_on_batch(x, y)) for _ in range(10)]
    arrays["training/x"], arrays["training/y"] = x, y
    arrays["training/losses"] = np.array(losses)
    for i, weight in enumerate(model.get_weights()):
        arrays[f"training/after_{i}"] = weight


for number, choice in enumerate(pairwise()):
    keras_row(number, choice)
for number, given in enumerate(CONVOLUTIONS):
    convolution_row(number, *given)
for cls in ("RNN", "GRU", "LSTM"):
    torch_row(cls)
training()
arrays["rows"] = np.array(json.dumps(rows))
np.savez_compressed(Path(__file__).with_name("recurrent.npz"), **arrays)
print(f"{len(rows)} rows of Keras {keras.__version__}, 3 of PyTorch {torch.__version__}")
