"""Makes the golden files of this folder: what PyTorch and Keras on JAX compute.

    pip install torch jax keras
    python tests/golden/make_golden.py

Each file holds NumPy arrays and, as ``spec``, the JSON of what made them. Nothing here knows
lamina; tests/python/test_golden.py compares it with the files.

- ``chain_*.npz``: ten training steps in float64. PyTorch differentiates, the optimizers and batch
  normalization are Keras's formulas written out, and Keras itself must agree to 1e-11.
- ``float32_*.npz``: single steps, fit, evaluate and predict of Keras in float32; Keras in float64
  must agree to 5e-6, so that a difference of 1e-5 is an error and no rounding.
- ``layers.npz``, ``losses.npz``, ``initializers.npz``, ``stft.npz``: outputs, weights, gradients,
  statistics.
- ``convolutions.npz``: PyTorch's convolutions and their gradients, in float64.
- ``layer_family.npz``: every layer with its arguments: weights, output and gradients in float64.
- ``regularizers.npz``: values of regularizers and constraints.
- ``merge_layers.npz``: layers that take lists: output and gradients in float64.
- ``functional.npz``: five steps in float64 of a model with two inputs, two outputs and a shared
  layer.
- ``regularized_*.npz``: five steps in float64 with regularizers, constraints and frozen weights.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
PART = sys.argv[1] if len(sys.argv) > 1 else None
os.environ["JAX_ENABLE_X64"] = "0" if PART == "float32" else "1"

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from keras.src.backend.common import dtypes as keras_dtypes  # noqa: E402
from torch.nn import functional  # noqa: E402

FOLDER = Path(__file__).parent
STEPS, BATCH, FEATURES, CLASSES = 10, 6, 5, 3


def save(name, spec, **arrays):
    np.savez_compressed(FOLDER / f"{name}.npz", spec=np.array(json.dumps(spec)), **arrays)


def dense(units, activation=None, **config):
    return ["Dense", {"units": units, "activation": activation, **config}]


# ---- Ten steps in float64 ----

NORMALIZED = [
    dense(8, use_bias=False),
    ["BatchNormalization", {}],
    ["Activation", {"activation": "relu"}],
    ["Dropout", {"rate": 0.0}],
    dense(CLASSES),
]
CHAINS = {
    "sgd_relu_mse": {
        "layers": [dense(8, "relu"), dense(6, "relu"), dense(2)],
        "loss": ["MeanSquaredError", {}],
        "optimizer": ["SGD", {"learning_rate": 0.05}],
    },
    "momentum_tanh_categorical": {
        "layers": [dense(8, "tanh"), dense(CLASSES, "softmax")],
        "loss": ["CategoricalCrossentropy", {}],
        "optimizer": ["SGD", {"learning_rate": 0.1, "momentum": 0.9}],
    },
    "nesterov_sigmoid_categorical_logits": {
        "layers": [dense(8, "sigmoid"), dense(CLASSES)],
        "loss": ["CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}],
        "optimizer": ["SGD", {"learning_rate": 0.1, "momentum": 0.8, "nesterov": True}],
    },
    "adam_sparse_logits": {
        "layers": [["Flatten", {}], dense(10, "relu"), dense(CLASSES)],
        "input": [FEATURES, 2],
        "loss": ["SparseCategoricalCrossentropy", {"from_logits": True}],
        "optimizer": ["Adam", {"learning_rate": 0.02}],
    },
    "amsgrad_sparse": {
        "layers": [dense(8, "tanh"), dense(CLASSES), ["Activation", {"activation": "softmax"}]],
        "loss": ["SparseCategoricalCrossentropy", {}],
        "optimizer": ["Adam", {"learning_rate": 0.05, "amsgrad": True, "beta_2": 0.9}],
    },
    "decay_binary": {
        "layers": [dense(8, "tanh"), dense(1, "sigmoid")],
        "loss": ["BinaryCrossentropy", {}],
        "optimizer": ["SGD", {"learning_rate": 0.2, "momentum": 0.5, "weight_decay": 0.04}],
    },
    "adam_decay_binary_logits": {
        "layers": [dense(8, "sigmoid"), dense(2)],
        "loss": ["BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.2}],
        "optimizer": ["Adam", {"learning_rate": 0.01, "weight_decay": 0.1, "epsilon": 1e-3}],
    },
    "batchnorm_adam_sparse": {
        "layers": NORMALIZED,
        "loss": ["SparseCategoricalCrossentropy", {"from_logits": True}],
        "optimizer": ["Adam", {"learning_rate": 0.01}],
    },
    "batchnorm_nesterov_mse": {
        "layers": [
            dense(6, "tanh"),
            ["BatchNormalization", {"momentum": 0.7, "epsilon": 0.01, "scale": False}],
            dense(2),
        ],
        "input": [4, FEATURES],
        "loss": ["MeanSquaredError", {}],
        "optimizer": ["SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}],
    },
    "clipnorm": {
        "layers": [dense(8, "tanh"), dense(2)],
        "loss": ["MeanSquaredError", {"reduction": "sum"}],
        "optimizer": ["SGD", {"learning_rate": 0.05, "clipnorm": 4.0, "weight_decay": 0.01}],
    },
    "clipvalue": {
        "layers": [dense(8, "relu"), dense(2)],
        "loss": ["MeanSquaredError", {}],
        "optimizer": ["Adam", {"learning_rate": 0.03, "clipvalue": 0.2}],
    },
    "global_clipnorm": {
        "layers": [dense(8, "tanh"), dense(CLASSES)],
        "loss": ["SparseCategoricalCrossentropy", {"from_logits": True}],
        "optimizer": ["SGD", {"learning_rate": 0.3, "momentum": 0.9, "global_clipnorm": 0.9}],
    },
    "weighted_sparse": {
        "layers": [dense(8, "relu"), dense(CLASSES)],
        "loss": ["SparseCategoricalCrossentropy", {"from_logits": True}],
        "optimizer": ["Adam", {"learning_rate": 0.02}],
        "weighted": True,
    },
    "weighted_mse": {
        "layers": [dense(8, "sigmoid"), dense(2)],
        "input": [3, FEATURES],
        "loss": ["MeanSquaredError", {}],
        "optimizer": ["SGD", {"learning_rate": 0.1, "momentum": 0.9}],
        "weighted": True,
    },
    "rmsprop_mse": {
        "layers": [dense(8, "tanh"), dense(2)],
        "loss": ["MeanSquaredError", {}],
        "optimizer": ["RMSprop", {"learning_rate": 0.01}],
    },
    "rmsprop_momentum_huber": {
        "layers": [dense(8, "relu"), dense(2)],
        "loss": ["Huber", {"delta": 0.7}],
        "optimizer": ["RMSprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.9}],
    },
    "rmsprop_centered_sparse": {
        "layers": [dense(8, "sigmoid"), dense(CLASSES)],
        "loss": ["SparseCategoricalCrossentropy", {"from_logits": True}],
        "optimizer": ["RMSprop", {"learning_rate": 0.01, "centered": True, "epsilon": 1e-3}],
    },
    "rmsprop_all_mae": {
        "layers": [dense(8, "tanh"), dense(2)],
        "loss": ["MeanAbsoluteError", {}],
        "optimizer": [
            "RMSprop",
            {"learning_rate": 0.01, "momentum": 0.5, "centered": True, "weight_decay": 0.1},
        ],
    },
    "adamw_mae": {
        "layers": [dense(8, "tanh"), dense(2)],
        "input": [3, FEATURES],
        "loss": ["MeanAbsoluteError", {}],
        "optimizer": ["AdamW", {"learning_rate": 0.02, "weight_decay": 0.2}],
        "weighted": True,
    },
    "adamw_amsgrad_huber": {
        "layers": [dense(8, "sigmoid"), dense(2)],
        "loss": ["Huber", {"delta": 0.7, "reduction": "sum"}],
        "optimizer": ["AdamW", {"learning_rate": 0.02, "amsgrad": True, "beta_2": 0.9}],
    },
    "sgd_huber": {
        "layers": [dense(8, "tanh"), dense(2)],
        "loss": ["Huber", {"delta": 0.7}],
        "optimizer": ["SGD", {"learning_rate": 0.1}],
    },
    "nadam_decay_log_cosh": {
        "layers": [dense(8, "tanh"), dense(2)],
        "loss": ["LogCosh", {}],
        "optimizer": ["Nadam", {"learning_rate": 0.02, "epsilon": 1e-3, "weight_decay": 0.1}],
    },
}
REGRESSION = ("MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh")


def make_targets(random, loss, shape):
    if loss in REGRESSION:
        return random.normal(size=shape)
    if loss == "BinaryCrossentropy":
        return random.integers(0, 2, shape).astype(float)
    classes = random.integers(0, shape[-1], shape[:-1])
    return classes if loss.startswith("Sparse") else np.eye(shape[-1])[classes]


def build_keras(layers, input_shape):
    keras.utils.clear_session(free_memory=False)
    made = [getattr(keras.layers, cls)(**config) for cls, config in layers]
    return keras.Sequential([keras.Input(input_shape), *made])


def compile_keras(model, spec, **more):
    (loss, loss_config), (optimizer, optimizer_config) = spec["loss"], spec["optimizer"]
    model.compile(
        getattr(keras.optimizers, optimizer)(**optimizer_config),
        getattr(keras.losses, loss)(**loss_config),
        **more,
    )


def random_weights(random, model):
    """Like Keras's own, but with every bias, scale and statistic away from its special value."""
    result = []
    for weight in model.weights:
        scale = 1 / np.sqrt(weight.shape[0]) if len(weight.shape) == 2 else 0.3
        value = random.normal(0, scale, weight.shape)
        if weight.name in ("gamma", "moving_variance"):
            value = 1 + np.abs(value)
        result.append(value)
    return result


def flat(values):
    return np.concatenate([np.ravel(value) for value in values])


class TorchChain:
    """A model of a spec with PyTorch's gradients and, by hand, Keras's optimizers."""

    def __init__(self, spec, weights, trainable):
        self.spec = spec
        self.weights = [torch.tensor(w, dtype=torch.float64) for w in weights]
        self.trainable = [w for w, on in zip(self.weights, trainable, strict=True) if on]
        self.slots = [[torch.zeros_like(w) for _ in range(3)] for w in self.trainable]
        self.iterations, self.momenta = 0, 1.0

    def forward(self, x):
        weights = iter(self.weights)
        for cls, config in self.spec["layers"]:
            if cls == "Flatten":
                x = x.flatten(1)
            elif cls == "Dense":
                x = x @ next(weights)
                if config.get("use_bias", True):
                    x = x + next(weights)
            elif cls == "BatchNormalization":
                x = self.normalize(x, config, weights)
            activation = config.get("activation")
            if activation == "softmax":
                x = torch.softmax(x, -1)
            elif activation:
                x = getattr(torch, activation)(x)
        return x

    def normalize(self, x, config, weights):
        momentum, epsilon = config.get("momentum", 0.99), config.get("epsilon", 1e-3)
        gamma = next(weights) if config.get("scale", True) else 1.0
        beta, moving_mean, moving_variance = next(weights), next(weights), next(weights)
        axes = tuple(range(x.ndim - 1))
        mean = x.mean(axes)
        variance = ((x - mean) ** 2).mean(axes)  # biased, for the moving variance too
        with torch.no_grad():
            moving_mean.copy_(momentum * moving_mean + (1 - momentum) * mean)
            moving_variance.copy_(momentum * moving_variance + (1 - momentum) * variance)
        return (x - mean) / torch.sqrt(variance + epsilon) * gamma + beta

    def loss(self, y, predicted, sample_weight):
        name, config = self.spec["loss"]
        smoothing = config.get("label_smoothing", 0.0)
        logits = config.get("from_logits", False)
        predicted, y = torch.as_tensor(predicted), torch.as_tensor(y)
        if name == "MeanSquaredError":
            losses = functional.mse_loss(predicted, y, reduction="none").mean(-1)
        elif name == "MeanAbsoluteError":
            losses = functional.l1_loss(predicted, y, reduction="none").mean(-1)
        elif name == "Huber":
            losses = functional.huber_loss(predicted, y, "none", config["delta"]).mean(-1)
        elif name == "LogCosh":
            losses = torch.log(torch.cosh(predicted - y)).mean(-1)
        elif name == "BinaryCrossentropy":
            suffix = "_with_logits" if logits else ""
            function = getattr(functional, "binary_cross_entropy" + suffix)
            y = y * (1 - smoothing) + smoothing / 2
            losses = function(predicted, y, reduction="none").mean(-1)
        elif logits:
            losses = functional.cross_entropy(
                predicted, y, reduction="none", label_smoothing=smoothing
            )
        else:
            classes = y if name.startswith("Sparse") else y.argmax(-1)
            losses = functional.nll_loss(predicted.log(), classes, reduction="none")
        if sample_weight is not None:
            losses = losses * torch.tensor(sample_weight).reshape(-1, *[1] * (losses.ndim - 1))
        return losses.sum() if config.get("reduction") == "sum" else losses.mean()

    def step(self, x, y, sample_weight):
        for weight in self.trainable:
            weight.requires_grad_()
        loss = self.loss(y, self.forward(torch.tensor(x)), sample_weight)
        gradients = torch.autograd.grad(loss, self.trainable)
        with torch.no_grad():
            self.update(gradients)
        for weight in self.trainable:
            weight.requires_grad_(False)
        return loss.item(), [gradient.numpy() for gradient in gradients]

    def clip(self, gradients, config):
        if limit := config.get("clipvalue"):
            return [gradient.clip(-limit, limit) for gradient in gradients]
        if limit := config.get("clipnorm"):
            return [g * limit / max(g.norm().item(), limit) for g in gradients]
        if limit := config.get("global_clipnorm"):
            norm = torch.sqrt(sum((g**2).sum() for g in gradients)).item()
            return [g * limit / max(norm, limit) for g in gradients]
        return gradients

    def update(self, gradients):
        name, config = self.spec["optimizer"]
        self.iterations += 1
        rate = config["learning_rate"]
        clipped = self.clip(gradients, config)
        now, after = (
            config.get("beta_1", 0.9) * (1 - 0.5 * 0.96 ** (self.iterations + more))
            for more in (0, 1)
        )
        self.momenta *= now
        decay = config.get("weight_decay", 0.004 if name == "AdamW" else 0.0)
        for weight, g, slots in zip(self.trainable, clipped, self.slots, strict=True):
            weight -= weight * decay * rate
            if name == "RMSprop":
                rho, momentum = config.get("rho", 0.9), config.get("momentum", 0.0)
                slots[0].mul_(rho).add_((1 - rho) * g**2)
                variance = slots[0] + config.get("epsilon", 1e-7)
                if config.get("centered"):
                    slots[1].mul_(rho).add_((1 - rho) * g)
                    variance = variance - slots[1] ** 2
                slots[2].mul_(momentum).add_(rate * g / torch.sqrt(variance))
                weight -= slots[2]
                continue
            if name == "SGD":
                momentum = config.get("momentum", 0.0)
                slots[0].mul_(momentum).sub_(rate * g)
                nesterov = config.get("nesterov", False)
                weight += momentum * slots[0] - rate * g if nesterov else slots[0]
                continue
            beta_1, beta_2 = config.get("beta_1", 0.9), config.get("beta_2", 0.999)
            slots[0].add_((g - slots[0]) * (1 - beta_1))
            slots[1].add_((g**2 - slots[1]) * (1 - beta_2))
            if name == "Nadam":
                mean = after * slots[0] / (1 - self.momenta * after)
                mean = mean + (1 - now) * g / (1 - self.momenta)
                root = torch.sqrt(slots[1] / (1 - beta_2**self.iterations))
                weight -= rate * mean / (root + config.get("epsilon", 1e-7))
                continue
            second = slots[1]
            if config.get("amsgrad"):
                slots[2].copy_(torch.maximum(slots[2], second))
                second = slots[2]
            alpha = rate * (1 - beta_2**self.iterations) ** 0.5 / (1 - beta_1**self.iterations)
            weight -= alpha * slots[0] / (second.sqrt() + config.get("epsilon", 1e-7))


def clipped_share(config, sizes, gradients):
    """The share of elements, weights or steps that the optimizer's clipping changed."""
    cuts = np.cumsum(sizes)[:-1]
    if limit := config.get("clipvalue"):
        return np.mean(np.abs(gradients) > limit)
    if limit := config.get("clipnorm"):
        norms = [np.linalg.norm(part) for g in gradients for part in np.split(g, cuts)]
        return np.mean(np.array(norms) > limit)
    return np.mean(np.linalg.norm(gradients, axis=1) > config["global_clipnorm"])


def per_row(sample_weight, model):
    """Keras does not spread a sample's weight over its rows by itself."""
    rows = len(model.output_shape) - 2
    return sample_weight if sample_weight is None else sample_weight.reshape(-1, *[1] * rows)


def make_chain(name, spec, seed):
    random = np.random.default_rng(seed)
    spec = {"input": [FEATURES], **spec}
    model = build_keras(spec["layers"], spec["input"])
    compile_keras(model, spec)
    loss_name = spec["loss"][0]
    x = random.normal(size=(STEPS, BATCH, *spec["input"]))
    y = make_targets(random, loss_name, (STEPS, BATCH, *model.output_shape[1:]))
    arrays = {"x": x, "y": y}
    if spec.get("weighted"):
        arrays["sample_weight"] = random.uniform(0, 2, (STEPS, BATCH))
    model.set_weights(random_weights(random, model))
    chain = TorchChain(spec, model.get_weights(), [w.trainable for w in model.weights])
    weights, losses, gradients = [flat(chain.weights)], [], []
    for step in range(STEPS):
        sample_weight = arrays["sample_weight"][step] if spec.get("weighted") else None
        loss, gradient = chain.step(x[step], y[step], sample_weight)
        keras_loss = model.train_on_batch(x[step], y[step], per_row(sample_weight, model))
        losses.append(loss)
        gradients.append(flat(gradient))
        weights.append(flat(chain.weights))
        np.testing.assert_allclose(keras_loss, loss, rtol=1e-11, err_msg=name)
        np.testing.assert_allclose(
            flat(model.get_weights()), weights[-1], rtol=1e-11, atol=1e-11, err_msg=name
        )
    config = spec["optimizer"][1]
    if any("clip" in option for option in config):
        share = clipped_share(config, [w.numel() for w in chain.trainable], gradients)
        assert 0.1 < share < 0.9, f"{name} clips a share of {share}, which tests one side"
    save(
        f"chain_{name}",
        spec,
        **arrays,
        weights=np.stack(weights),
        losses=np.array(losses),
        gradients=np.stack(gradients),
    )


# ---- Keras in float32 ----

SAMPLES, VALIDATION, FIT_BATCH, EPOCHS = 29, 13, 8, 2
FLOAT32 = {
    "classes": {
        "layers": [dense(16, "relu"), dense(12, "tanh"), dense(CLASSES, "softmax")],
        "loss": ["SparseCategoricalCrossentropy", {}],
        "optimizer": ["SGD", {"learning_rate": 0.1, "momentum": 0.9}],
    },
    "batchnorm": {
        "layers": NORMALIZED,
        "loss": ["SparseCategoricalCrossentropy", {"from_logits": True}],
        "optimizer": ["SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}],
    },
    "one_hot": {
        "layers": [["Flatten", {}], dense(16, "sigmoid"), dense(CLASSES)],
        "input": [FEATURES, 2],
        "loss": ["CategoricalCrossentropy", {"from_logits": True}],
        "optimizer": ["Adam", {"learning_rate": 0.01, "epsilon": 1e-3}],
    },
    "binary": {
        "layers": [dense(12, "tanh"), dense(1, "sigmoid")],
        "loss": ["BinaryCrossentropy", {}],
        "optimizer": ["Adam", {"learning_rate": 0.01, "epsilon": 1e-3, "weight_decay": 0.01}],
        "weighted": True,
    },
}


def run_float32_case(spec, data, dtype):
    """One step from each of the golden weights, then fit, evaluate and predict."""
    keras.config.set_floatx(dtype)
    floats = {k: v.astype(dtype) if v.dtype.kind == "f" else v for k, v in data.items()}
    x, y, weight = floats["x"], floats["y"], floats.get("sample_weight")
    shapes = [w.shape for w in build_keras(spec["layers"], spec["input"]).weights]
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]

    def start(vector):
        model = build_keras(spec["layers"], spec["input"])
        parts = np.split(vector.astype(dtype), cuts)
        model.set_weights([p.reshape(s) for p, s in zip(parts, shapes, strict=True)])
        compile_keras(model, spec, metrics=["accuracy"])
        return model

    steps = {"step_logs": [], "step_weights": []}
    for i in range(len(data["start_weights"])):
        rows = slice(i * FIT_BATCH, (i + 1) * FIT_BATCH)
        model = start(data["start_weights"][i])
        rows_weight = None if weight is None else weight[rows]
        steps["step_logs"].append(model.train_on_batch(x[rows], y[rows], rows_weight))
        steps["step_weights"].append(flat(model.get_weights()))
    model = start(data["start_weights"][0])
    history = model.fit(
        x,
        y,
        batch_size=FIT_BATCH,
        epochs=EPOCHS,
        verbose=0,
        shuffle=False,
        sample_weight=weight,
        validation_data=(floats["validation_x"], floats["validation_y"]),
    ).history
    return {
        **{key: np.array(value) for key, value in steps.items()},
        **{f"history_{key}": np.array(value) for key, value in history.items()},
        "fit_weights": flat(model.get_weights()),
        "evaluate": np.array(
            model.evaluate(x, y, batch_size=FIT_BATCH, verbose=0, sample_weight=weight)
        ),
        "predict": model.predict(x, batch_size=FIT_BATCH, verbose=0),
    }


def make_float32(name, spec, seed):
    random = np.random.default_rng(seed)
    spec = {"input": [FEATURES], **spec, "batch_size": FIT_BATCH, "epochs": EPOCHS}
    model = build_keras(spec["layers"], spec["input"])
    data = {}
    for prefix, count in (("", SAMPLES), ("validation_", VALIDATION)):
        data[prefix + "x"] = random.normal(size=(count, *spec["input"])).astype("float32")
        targets = make_targets(random, spec["loss"][0], (count, *model.output_shape[1:]))
        data[prefix + "y"] = targets.astype("float32" if targets.dtype.kind == "f" else "int64")
    if spec.get("weighted"):
        data["sample_weight"] = random.uniform(0, 2, SAMPLES).astype("float32")
    data["start_weights"] = np.stack(
        [flat(random_weights(random, model)) for _ in range(3)]
    ).astype("float32")
    save(f"float32_{name}", spec, **data, **run_float32_case(spec, data, "float32"))


def check_float32(name):
    """The same in float64, from the arrays of the file."""
    with np.load(FOLDER / f"float32_{name}.npz") as file:
        arrays = dict(file)
    spec = json.loads(str(arrays.pop("spec")))
    for key, value in run_float32_case(spec, arrays, "float64").items():
        np.testing.assert_allclose(arrays[key], value, atol=5e-6, err_msg=f"{name}: {key}")


# ---- Layers, losses and initializers ----

LAYERS = {
    **{name: (dense(4, name), [5]) for name in ("linear", "relu", "tanh", "sigmoid", "softmax")},
    "dense_no_bias": (dense(4, use_bias=False), [5]),
    "dense_rank_4": (dense(4, "tanh"), [2, 3, 5]),
    "activation": (["Activation", {"activation": "softmax"}], [3, 5]),
    "flatten": (["Flatten", {}], [2, 3, 4]),
    "dropout": (["Dropout", {"rate": 0.0}], [5]),
    "batchnorm": (["BatchNormalization", {}], [5]),
    "batchnorm_rank_4": (["BatchNormalization", {"momentum": 0.5, "epsilon": 0.1}], [3, 2, 5]),
    "batchnorm_bare": (["BatchNormalization", {"center": False, "scale": False}], [5]),
}
NAMED = [*NORMALIZED, ["BatchNormalization", {"scale": False}], dense(4), dense(1, use_bias=False)]


def make_layers(seed):
    random = np.random.default_rng(seed)
    spec, arrays = {"layers": {}}, {}
    for name, (layer, shape) in LAYERS.items():
        x = random.normal(size=(6, *shape))
        model = build_keras([layer], shape)
        model.set_weights(random_weights(random, model))
        arrays[f"{name}/x"] = x
        for i, weight in enumerate(model.get_weights()):
            arrays[f"{name}/weight_{i}"] = weight
        arrays[f"{name}/inferred"] = np.asarray(model(x, training=False))
        arrays[f"{name}/trained"] = np.asarray(model(x, training=True))
        for i, weight in enumerate(model.get_weights()):
            arrays[f"{name}/weight_{i}_after"] = weight
        spec["layers"][name] = {"layer": layer, "weights": len(model.weights)}
    model = build_keras(NAMED, [FEATURES])
    spec["named"] = {
        "layers": NAMED,
        "input": [FEATURES],
        "weights": [
            ["/".join(w.path.split("/")[-2:]), list(w.shape), w.trainable] for w in model.weights
        ],
    }
    save("layers", spec, **arrays)


PROBABILITIES = [[0.7, 0.2, 0.1], [1.0, 0.0, 0.0], [0.2, 0.5, 0.9], [1e-9, 0.3, 0.7]]
LOGITS = [[3.0, 1.0, -3.0], [1000.0, -1000.0, 0.0], [0.0, 0.0, 0.0], [-50.0, 2.0, 60.0]]
ONE_HOT = np.eye(3)[[0, 1, 2, 0]].tolist()
SPARSE = [0, 1, 2, 0]
LOSSES = {
    "mse": ("MeanSquaredError", {}, ONE_HOT, LOGITS),
    "mse_sum": ("MeanSquaredError", {"reduction": "sum"}, ONE_HOT, LOGITS),
    "binary": ("BinaryCrossentropy", {}, ONE_HOT, PROBABILITIES),
    "binary_smooth": ("BinaryCrossentropy", {"label_smoothing": 0.3}, ONE_HOT, PROBABILITIES),
    "binary_logits": ("BinaryCrossentropy", {"from_logits": True}, ONE_HOT, LOGITS),
    "categorical": ("CategoricalCrossentropy", {}, ONE_HOT, PROBABILITIES),
    "categorical_smooth": (
        "CategoricalCrossentropy",
        {"label_smoothing": 0.3},
        ONE_HOT,
        PROBABILITIES,
    ),
    "categorical_logits": ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, LOGITS),
    "sparse": ("SparseCategoricalCrossentropy", {}, SPARSE, PROBABILITIES),
    "sparse_logits": ("SparseCategoricalCrossentropy", {"from_logits": True}, SPARSE, LOGITS),
}


def make_losses():
    """In both dtypes, for float32 has no 1 - 1e-7 to clip a probability of 1 to."""
    sample_weight = np.array([1.0, 0.5, 0.0, 2.0])
    spec, arrays = {}, {"sample_weight": sample_weight}
    for name, (cls, config, y_true, y_pred) in LOSSES.items():
        spec[name] = {"loss": [cls, config], "y_true": y_true, "y_pred": y_pred}
        y_true = np.array(y_true)
        for dtype in ("float32", "float64"):
            loss = getattr(keras.losses, cls)(**config, dtype=dtype)
            for suffix, weight in (("", None), ("_weighted", sample_weight.astype(dtype))):
                # Bound now: the loop goes on.
                function = jax.value_and_grad(lambda p, f=loss, t=y_true, w=weight: f(t, p, w))
                value, gradient = function(np.array(y_pred, dtype))
                assert gradient.dtype == dtype
                arrays[f"{name}/{dtype}/value{suffix}"] = np.asarray(value)
                arrays[f"{name}/{dtype}/gradient{suffix}"] = np.asarray(gradient)
    save("losses", spec, **arrays)


SCALED = {"scale": 3.0, "mode": "fan_out", "distribution": "untruncated_normal"}
INITIALIZERS = {
    "zeros": ("Zeros", {}),
    "ones": ("Ones", {}),
    "constant": ("Constant", {"value": 0.3}),
    "glorot_uniform": ("GlorotUniform", {}),
    "glorot_normal": ("GlorotNormal", {}),
    "he_uniform": ("HeUniform", {}),
    "he_normal": ("HeNormal", {}),
    "random_uniform": ("RandomUniform", {"minval": -0.2, "maxval": 0.7}),
    "random_normal": ("RandomNormal", {"mean": 0.5, "stddev": 0.2}),
    "scaled_normal": ("VarianceScaling", SCALED),
}


def make_initializers(seed):
    shape = [512, 256]
    spec, arrays = {"shape": shape, "initializers": INITIALIZERS}, {}
    for i, (name, (cls, config)) in enumerate(INITIALIZERS.items()):
        seeded = {} if cls in ("Zeros", "Ones", "Constant") else {"seed": seed + i}
        values = np.asarray(getattr(keras.initializers, cls)(**config, **seeded)(shape))
        arrays[f"{name}/quantiles"] = np.quantile(values, np.linspace(0, 1, 21))
        arrays[f"{name}/std"] = values.std()
    save("initializers", spec, **arrays)


STFT_WINDOWS = (
    "boxcar",
    "hann",
    "hamming",
    "blackman",
    "nuttall",
    "blackmanharris",
    "flattop",
    None,
)


def make_stft():
    arrays, spec = {}, []
    for i, window in enumerate(STFT_WINDOWS):
        config = {
            "side": ("real", "imag")[i % 2],
            "window": window,
            "scaling": ("density", "spectrum", None)[i % 3],
            "periodic": i % 4 < 2,
        }
        shape = [6 + i % 2, 1, 4]
        arrays[str(i)] = np.asarray(keras.initializers.STFT(**config)(shape, "float64"))
        spec.append([config, shape])
    save("stft", spec, **arrays)


# ---- Every layer with its arguments, regularizers and constraints ----


def named(class_name, **config):
    return {"class_name": class_name, "config": config}


SCALE_AND_SHIFT = {
    "gamma_initializer": named("Constant", value=1.5),
    "beta_initializer": named("Constant", value=0.25),
    "gamma_regularizer": named("L2", l2=0.1),
    "beta_regularizer": named("L1", l1=0.2),
    "gamma_constraint": named("NonNeg"),
    "beta_constraint": named("MaxNorm", max_value=0.5, axis=0),
}
DENSE = {
    "kernel_initializer": named("Constant", value=0.5),
    "bias_initializer": named("Constant", value=-0.25),
    "kernel_regularizer": named("L1L2", l1=0.1, l2=0.2),
    "bias_regularizer": named("L2", l2=0.3),
    "activity_regularizer": named("L2", l2=0.05),
    "kernel_constraint": named("MinMaxNorm", min_value=0.2, max_value=0.8, rate=0.5, axis=1),
    "bias_constraint": named("UnitNorm", axis=0),
}
EMBEDDING = {
    "embeddings_initializer": named("Constant", value=0.5),
    "embeddings_regularizer": named("L2", l2=0.1),
    "embeddings_constraint": named("UnitNorm", axis=1),
}
PRELU = {
    "alpha_initializer": named("Constant", value=0.25),
    "alpha_regularizer": named("L1", l1=0.1),
    "alpha_constraint": named("NonNeg"),
}
STATISTICS = {
    "moving_mean_initializer": named("Constant", value=0.5),
    "moving_variance_initializer": named("Constant", value=2.0),
}
CONV = {
    "activation": "tanh",
    "use_bias": True,
    **{key: DENSE[key] for key in DENSE if key != "kernel_constraint"},
    "kernel_constraint": named("MaxNorm", max_value=0.8, axis=0),
}
TURNED = {key.replace("kernel", "depthwise"): value for key, value in CONV.items()}
SEPARABLE = {
    **TURNED,
    "pointwise_initializer": named("Constant", value=-0.5),
    "pointwise_regularizer": named("L2", l2=0.15),
    "pointwise_constraint": named("NonNeg"),
}
FIRST = {"data_format": "channels_first"}


def convolutions():
    """A plain layer of each class, and one with every argument."""
    rows = {}
    for rank, sample in ((1, [7, 4]), (2, [6, 5, 4]), (3, [4, 5, 3, 4])):
        size = [3, 2, 2][:rank]
        turned = [sample[-1], *sample[:-1]]
        plain = {"filters": 2, "kernel_size": 2}
        full = {"filters": 4, "kernel_size": size, **CONV, **FIRST}
        wide = {"strides": [2, 1, 2][:rank], "padding": "same", "dilation_rate": 1}
        far = {"strides": 1, "padding": "same", "dilation_rate": [2, 1, 2][:rank]}
        conv, transpose = f"Conv{rank}D", f"Conv{rank}DTranspose"
        rows[f"conv{rank}d"] = (conv, plain, sample)
        rows[f"conv{rank}d_strides"] = (conv, {**full, **wide, "groups": 2}, turned)
        rows[f"conv{rank}d_dilation"] = (conv, {**full, **far}, turned)
        rows[f"conv{rank}d_transpose"] = (transpose, plain, sample)
        rows[f"conv{rank}d_transpose_full"] = (
            transpose,
            {**full, **wide, "output_padding": [1, 0, 1][:rank]},
            turned,
        )
        rows[f"conv{rank}d_transpose_valid"] = (transpose, {**plain, "strides": 3}, sample)
        if rank == 3:
            continue
        deep = {"kernel_size": size, "depth_multiplier": 2, **FIRST}
        same = {"strides": 2, "padding": "same", "dilation_rate": 1}
        rows[f"depthwise_conv{rank}d"] = (f"DepthwiseConv{rank}D", {"kernel_size": 2}, sample)
        rows[f"depthwise_conv{rank}d_full"] = (
            f"DepthwiseConv{rank}D",
            {**deep, **same, **TURNED},
            turned,
        )
        rows[f"separable_conv{rank}d"] = (f"SeparableConv{rank}D", plain, sample)
        rows[f"separable_conv{rank}d_full"] = (
            f"SeparableConv{rank}D",
            {"filters": 3, **deep, **same, **SEPARABLE},
            turned,
        )
    rows["conv1d_causal"] = (
        "Conv1D",
        {"filters": 2, "kernel_size": 3, "padding": "causal", "dilation_rate": 2},
        [7, 2],
    )
    return rows


# Of each row: class, arguments, shape of a sample. Of some: the call is one of training.
FAMILY = {
    "activation_gelu": ("Activation", {"activation": "gelu"}, [3]),
    "activation_softmax": ("Activation", {"activation": "softmax"}, [2, 3]),
    "activation_softplus": ("Activation", {"activation": "softplus"}, [3]),
    "activity_regularization": ("ActivityRegularization", {}, [3]),
    "activity_regularization_l1": ("ActivityRegularization", {"l1": 0.2}, [3]),
    "activity_regularization_both": ("ActivityRegularization", {"l1": 0.2, "l2": 0.3}, [2, 3]),
    "alpha_dropout": ("AlphaDropout", {"rate": 0.3, "noise_shape": [None, 1], "seed": 1}, [3]),
    "batch_normalization": ("BatchNormalization", {}, [3]),
    "batch_normalization_axis": ("BatchNormalization", {"axis": 1, "epsilon": 0.05}, [3, 4]),
    "batch_normalization_no_scale": ("BatchNormalization", {"scale": False}, [3]),
    "batch_normalization_training": ("BatchNormalization", {"momentum": 0.7}, [2, 3], "training"),
    "batch_normalization_axis_training": (
        "BatchNormalization",
        {"axis": -2, "momentum": 0.6, "epsilon": 0.01, "center": False, **STATISTICS},
        [2, 3, 4],
        "training",
    ),
    "batch_normalization_full": ("BatchNormalization", {**SCALE_AND_SHIFT, **STATISTICS}, [3]),
    **convolutions(),
    "dense": ("Dense", {"units": 4}, [3]),
    "dense_no_bias": ("Dense", {"units": 4, "activation": "relu", "use_bias": False}, [3]),
    "dense_full": ("Dense", {"units": 4, "activation": "tanh", **DENSE}, [2, 3]),
    "dropout": ("Dropout", {"rate": 0.3, "noise_shape": [None, 1], "seed": 1}, [3]),
    "elu": ("ELU", {}, [4]),
    "elu_alpha": ("ELU", {"alpha": 0.4}, [2, 4]),
    "embedding": ("Embedding", {"input_dim": 7, "output_dim": 3}, []),
    "embedding_full": ("Embedding", {"input_dim": 7, "output_dim": 3, **EMBEDDING}, [4]),
    "embedding_rank_3": ("Embedding", {"input_dim": 7, "output_dim": 2}, [2, 3]),
    "flatten": ("Flatten", {}, [2, 3, 2]),
    "flatten_numbers": ("Flatten", {}, []),
    "gaussian_dropout": ("GaussianDropout", {"rate": 0.3, "seed": 1}, [3]),
    "gaussian_noise": ("GaussianNoise", {"stddev": 0.3, "seed": 1}, [3]),
    "group_normalization": ("GroupNormalization", {}, [64]),
    "group_normalization_one": ("GroupNormalization", {"groups": 1}, [2, 4]),
    "group_normalization_two": ("GroupNormalization", {"groups": 2}, [2, 3, 4]),
    "group_normalization_each": ("GroupNormalization", {"groups": -1, "epsilon": 0.1}, [3, 2]),
    "group_normalization_axis": ("GroupNormalization", {"groups": 2, "axis": 1}, [4, 2, 3]),
    "group_normalization_inner": ("GroupNormalization", {"groups": 2, "axis": -2}, [3, 4, 2]),
    "group_normalization_bare": (
        "GroupNormalization",
        {"groups": 2, "center": False, "scale": False},
        [3, 4],
    ),
    "group_normalization_full": ("GroupNormalization", {"groups": 2, **SCALE_AND_SHIFT}, [3, 4]),
    "identity": ("Identity", {}, [2, 3]),
    "layer_normalization": ("LayerNormalization", {}, [4]),
    "layer_normalization_epsilon": ("LayerNormalization", {"epsilon": 0.1}, [2, 4]),
    "layer_normalization_axis": ("LayerNormalization", {"axis": 1}, [3, 2]),
    "layer_normalization_inner": ("LayerNormalization", {"axis": [-2]}, [2, 4, 3]),
    "layer_normalization_axes": ("LayerNormalization", {"axis": [1, 2]}, [3, 2]),
    "layer_normalization_apart": ("LayerNormalization", {"axis": [3, 1]}, [3, 2, 2]),
    "layer_normalization_no_center": ("LayerNormalization", {"center": False}, [4]),
    "layer_normalization_no_scale": ("LayerNormalization", {"scale": False}, [4]),
    "layer_normalization_bare": ("LayerNormalization", {"center": False, "scale": False}, [4]),
    "layer_normalization_full": ("LayerNormalization", SCALE_AND_SHIFT, [3, 4]),
    "leaky_relu": ("LeakyReLU", {}, [4]),
    "leaky_relu_slope": ("LeakyReLU", {"negative_slope": 0.1}, [2, 4]),
    "normalization": ("Normalization", {}, [4]),
    "normalization_all": ("Normalization", {"axis": None}, [2, 3]),
    "normalization_axis": ("Normalization", {"axis": 1}, [3, 2]),
    "normalization_axes": ("Normalization", {"axis": [1, 3]}, [3, 2, 2]),
    "normalization_invert": ("Normalization", {"invert": True}, [2, 3]),
    "normalization_given": ("Normalization", {"mean": 0.5, "variance": 4.0}, [3]),
    "normalization_given_each": (
        "Normalization",
        {"axis": 1, "mean": [0.5, -1.0, 2.0], "variance": [4.0, 0.25, 1.5]},
        [3, 2],
    ),
    "normalization_given_invert": (
        "Normalization",
        {"axis": -1, "mean": [0.5, -1.0], "variance": [4.0, 0.25], "invert": True},
        [3, 2],
    ),
    "normalization_given_all": (
        "Normalization",
        {"axis": None, "mean": 0.5, "variance": 0.0625, "invert": True},
        [3],
    ),
    "permute": ("Permute", {"dims": [2, 1]}, [3, 2]),
    "permute_three": ("Permute", {"dims": [3, 1, 2]}, [2, 3, 4]),
    "prelu": ("PReLU", {}, [4]),
    "prelu_rank_3": ("PReLU", PRELU, [2, 3]),
    "prelu_shared": ("PReLU", {"shared_axes": [1, 2], **PRELU}, [3, 2, 2]),
    "prelu_shared_last": ("PReLU", {"shared_axes": [2]}, [3, 4]),
    "relu": ("ReLU", {}, [4]),
    "relu_max": ("ReLU", {"max_value": 0.75}, [2, 4]),
    "relu_slope": ("ReLU", {"negative_slope": 0.2}, [4]),
    "relu_threshold": ("ReLU", {"threshold": 0.5}, [6]),
    "relu_all": ("ReLU", {"max_value": 1.0, "negative_slope": 0.2, "threshold": 0.5}, [2, 6]),
    "repeat_vector": ("RepeatVector", {"n": 3}, [2]),
    "rescaling": ("Rescaling", {"scale": 0.25}, [3]),
    "rescaling_offset": ("Rescaling", {"scale": -2.0, "offset": 0.5}, [2, 3]),
    "reshape": ("Reshape", {"target_shape": [3, 2]}, [6]),
    "reshape_rest": ("Reshape", {"target_shape": [2, -1, 2]}, [4, 3]),
    "rms_normalization": ("RMSNormalization", {}, [4]),
    "rms_normalization_axes": ("RMSNormalization", {"axis": [1, 2]}, [3, 2]),
    "rms_normalization_epsilon": ("RMSNormalization", {"epsilon": 0.1}, [2, 4]),
    "softmax": ("Softmax", {}, [4]),
    "softmax_axis": ("Softmax", {"axis": 1}, [3, 2]),
    "softmax_axes": ("Softmax", {"axis": [1, 3]}, [3, 2, 4]),
    "unit_normalization": ("UnitNormalization", {}, [4]),
    "unit_normalization_axis": ("UnitNormalization", {"axis": 1}, [3, 2]),
    "unit_normalization_axes": ("UnitNormalization", {"axis": [1, 2]}, [3, 2]),
    "spatial_dropout_1d": ("SpatialDropout1D", {"rate": 0.3, "seed": 1}, [3, 2]),
    "spatial_dropout_2d": ("SpatialDropout2D", {"rate": 0.3, "seed": 1}, [3, 2, 2]),
    "spatial_dropout_2d_first": (
        "SpatialDropout2D",
        {"rate": 0.3, "seed": 1, "data_format": "channels_first"},
        [3, 2, 2],
    ),
    "spatial_dropout_3d": (
        "SpatialDropout3D",
        {"rate": 0.3, "seed": 1, "data_format": "channels_last"},
        [3, 2, 2, 2],
    ),
    "max_pooling_1d": ("MaxPooling1D", {}, [6, 2]),
    "max_pooling_1d_same": (
        "MaxPooling1D",
        {"pool_size": 3, "strides": 2, "padding": "same", "data_format": "channels_last"},
        [6, 2],
    ),
    "max_pooling_2d": ("MaxPooling2D", {}, [5, 4, 3]),
    "max_pooling_2d_overlapping": (
        "MaxPooling2D",
        {"pool_size": [3, 2], "strides": [2, 1], "padding": "same"},
        [5, 4, 3],
    ),
    "max_pooling_2d_first": (
        "MaxPooling2D",
        {"pool_size": 2, "strides": 1, "data_format": "channels_first"},
        [2, 3, 4],
    ),
    "max_pooling_3d": ("MaxPooling3D", {}, [4, 3, 2, 2]),
    "max_pooling_3d_same": (
        "MaxPooling3D",
        {
            "pool_size": [1, 2, 3],
            "strides": [1, 2, 1],
            "padding": "same",
            "data_format": "channels_first",
        },
        [2, 2, 3, 3],
    ),
    "average_pooling_1d": ("AveragePooling1D", {"pool_size": 2}, [5, 2]),
    "average_pooling_1d_same": (
        "AveragePooling1D",
        {"pool_size": 3, "strides": 1, "padding": "same", "data_format": "channels_last"},
        [5, 2],
    ),
    "average_pooling_2d": ("AveragePooling2D", {"pool_size": 2}, [4, 5, 3]),
    "average_pooling_2d_same": (
        "AveragePooling2D",
        {"pool_size": [2, 3], "strides": [1, 2], "padding": "same"},
        [4, 5, 3],
    ),
    "average_pooling_2d_first": (
        "AveragePooling2D",
        {"pool_size": 2, "data_format": "channels_first"},
        [2, 4, 3],
    ),
    "average_pooling_3d": ("AveragePooling3D", {"pool_size": 2}, [2, 3, 4, 2]),
    "average_pooling_3d_same": (
        "AveragePooling3D",
        {"pool_size": 2, "strides": 1, "padding": "same", "data_format": "channels_first"},
        [2, 2, 3, 3],
    ),
    "min_pooling_1d": ("MinPooling1D", {}, [6, 2]),
    "min_pooling_1d_same": (
        "MinPooling1D",
        {"pool_size": 3, "strides": 2, "padding": "same", "data_format": "channels_last"},
        [6, 2],
    ),
    "min_pooling_2d": ("MinPooling2D", {}, [4, 5, 3]),
    "min_pooling_2d_same": (
        "MinPooling2D",
        {"pool_size": [3, 2], "strides": 1, "padding": "same", "data_format": "channels_first"},
        [2, 3, 4],
    ),
    "min_pooling_3d": ("MinPooling3D", {}, [4, 3, 2, 2]),
    "min_pooling_3d_same": (
        "MinPooling3D",
        {"pool_size": 2, "strides": 1, "padding": "same", "data_format": "channels_last"},
        [2, 2, 3, 3],
    ),
    "global_max_pooling_1d": ("GlobalMaxPooling1D", {}, [4, 3]),
    "global_max_pooling_1d_keepdims": (
        "GlobalMaxPooling1D",
        {"data_format": "channels_first", "keepdims": True},
        [4, 3],
    ),
    "global_max_pooling_2d": ("GlobalMaxPooling2D", {}, [3, 4, 2]),
    "global_max_pooling_2d_keepdims": (
        "GlobalMaxPooling2D",
        {"data_format": "channels_first", "keepdims": True},
        [3, 4, 2],
    ),
    "global_max_pooling_3d": ("GlobalMaxPooling3D", {}, [2, 3, 2, 2]),
    "global_max_pooling_3d_keepdims": (
        "GlobalMaxPooling3D",
        {"data_format": "channels_first", "keepdims": True},
        [2, 3, 2, 2],
    ),
    "global_average_pooling_1d": ("GlobalAveragePooling1D", {}, [4, 3]),
    "global_average_pooling_1d_keepdims": (
        "GlobalAveragePooling1D",
        {"data_format": "channels_first", "keepdims": True},
        [4, 3],
    ),
    "global_average_pooling_2d": ("GlobalAveragePooling2D", {}, [3, 4, 2]),
    "global_average_pooling_2d_keepdims": (
        "GlobalAveragePooling2D",
        {"data_format": "channels_first", "keepdims": True},
        [3, 4, 2],
    ),
    "global_average_pooling_3d": ("GlobalAveragePooling3D", {}, [2, 3, 2, 2]),
    "global_average_pooling_3d_keepdims": (
        "GlobalAveragePooling3D",
        {"data_format": "channels_first", "keepdims": True},
        [2, 3, 2, 2],
    ),
    "adaptive_max_pooling_1d": ("AdaptiveMaxPooling1D", {"output_size": 3}, [5, 3]),
    "adaptive_max_pooling_1d_first": (
        "AdaptiveMaxPooling1D",
        {"output_size": 2, "data_format": "channels_first"},
        [5, 3],
    ),
    "adaptive_max_pooling_2d": ("AdaptiveMaxPooling2D", {"output_size": [3, 2]}, [5, 4, 2]),
    "adaptive_max_pooling_2d_first": (
        "AdaptiveMaxPooling2D",
        {"output_size": 2, "data_format": "channels_first"},
        [5, 4, 2],
    ),
    "adaptive_max_pooling_3d": ("AdaptiveMaxPooling3D", {"output_size": [2, 2, 3]}, [3, 4, 5, 2]),
    "adaptive_max_pooling_3d_first": (
        "AdaptiveMaxPooling3D",
        {"output_size": 2, "data_format": "channels_first"},
        [3, 4, 5, 2],
    ),
    "adaptive_average_pooling_1d": ("AdaptiveAveragePooling1D", {"output_size": 3}, [5, 3]),
    "adaptive_average_pooling_1d_first": (
        "AdaptiveAveragePooling1D",
        {"output_size": 2, "data_format": "channels_first"},
        [5, 3],
    ),
    "adaptive_average_pooling_2d": ("AdaptiveAveragePooling2D", {"output_size": [3, 2]}, [5, 4, 2]),
    "adaptive_average_pooling_2d_first": (
        "AdaptiveAveragePooling2D",
        {"output_size": 2, "data_format": "channels_first"},
        [5, 4, 2],
    ),
    "adaptive_average_pooling_3d": (
        "AdaptiveAveragePooling3D",
        {"output_size": [2, 2, 3]},
        [3, 4, 5, 2],
    ),
    "adaptive_average_pooling_3d_first": (
        "AdaptiveAveragePooling3D",
        {"output_size": 2, "data_format": "channels_first"},
        [3, 4, 5, 2],
    ),
    "zero_padding_1d": ("ZeroPadding1D", {}, [3, 2]),
    "zero_padding_1d_first": (
        "ZeroPadding1D",
        {"padding": [1, 2], "data_format": "channels_first"},
        [2, 3],
    ),
    "zero_padding_2d": ("ZeroPadding2D", {}, [2, 3, 2]),
    "zero_padding_2d_axes": ("ZeroPadding2D", {"padding": [1, 2]}, [2, 3, 2]),
    "zero_padding_2d_first": (
        "ZeroPadding2D",
        {"padding": [[1, 2], [0, 3]], "data_format": "channels_first"},
        [2, 2, 3],
    ),
    "zero_padding_3d": ("ZeroPadding3D", {}, [2, 1, 2, 2]),
    "zero_padding_3d_first": (
        "ZeroPadding3D",
        {"padding": [[1, 0], [0, 2], [1, 1]], "data_format": "channels_first"},
        [2, 1, 2, 2],
    ),
    "cropping_1d": ("Cropping1D", {}, [4, 2]),
    "cropping_1d_uneven": ("Cropping1D", {"cropping": [2, 0]}, [4, 2]),
    "cropping_2d": ("Cropping2D", {}, [3, 4, 2]),
    "cropping_2d_axes": ("Cropping2D", {"cropping": [1, 0]}, [3, 4, 2]),
    "cropping_2d_first": (
        "Cropping2D",
        {"cropping": [[1, 0], [0, 2]], "data_format": "channels_first"},
        [2, 3, 4],
    ),
    "cropping_3d": ("Cropping3D", {}, [3, 4, 3, 2]),
    "cropping_3d_first": (
        "Cropping3D",
        {"cropping": [[1, 0], [0, 2], [0, 0]], "data_format": "channels_first"},
        [2, 2, 3, 2],
    ),
    "up_sampling_1d": ("UpSampling1D", {"size": 3}, [3, 2]),
    "up_sampling_2d": ("UpSampling2D", {}, [2, 3, 2]),
    "up_sampling_2d_first": (
        "UpSampling2D",
        {"size": [2, 3], "data_format": "channels_first"},
        [2, 2, 3],
    ),
    "up_sampling_2d_bilinear": ("UpSampling2D", {"interpolation": "bilinear"}, [2, 3, 2]),
    "up_sampling_2d_bilinear_first": (
        "UpSampling2D",
        {"size": [3, 4], "interpolation": "bilinear", "data_format": "channels_first"},
        [2, 3, 1],
    ),
    "up_sampling_3d": ("UpSampling3D", {}, [2, 1, 2, 2]),
    "up_sampling_3d_first": (
        "UpSampling3D",
        {"size": [1, 2, 3], "data_format": "channels_first"},
        [2, 1, 2, 2],
    ),
}
SAMPLES_OF_FAMILY = 3


def negated(pooling):
    """Min pooling, which Keras lacks: the largest of the negated values, negated."""

    class MinPooling(pooling):
        def call(self, inputs):
            return -super().call(-inputs)

    return MinPooling


LACKING_IN_KERAS = {
    f"MinPooling{rank}D": negated(getattr(keras.layers, f"MaxPooling{rank}D")) for rank in (1, 2, 3)
}


def float32_normal(random, shape):
    """Normal values that float32 holds exactly, so that inputs differ in no precision."""
    return random.normal(size=shape).astype("float32").astype("float64")


def family_weights(random, layer):
    for weight in layer.weights:
        value = float32_normal(random, weight.shape)
        if weight.name in ("gamma", "scale", "variance", "moving_variance"):
            value = (0.5 + np.abs(value)).astype("float32")
        if weight.name != "count":
            weight.assign(value)


def gradients_of(layer, x, direction, call):
    """Of sum(output * direction), by the trainable weights and, where it is no index, by x."""
    state = [v.value for v in layer.non_trainable_variables]

    def function(trainable, inputs):
        output, _ = layer.stateless_call(trainable, state, inputs, **call)
        return (output * direction).sum()

    numbers = (0, 1) if x.dtype == "float64" else 0
    gradients = jax.grad(function, numbers)([v.value for v in layer.trainable_variables], x)
    return gradients if x.dtype == "float64" else (gradients, None)


def first_nan(layer, x):
    """Where the output of a call outside training is NaN when the first input is."""
    if x.dtype != "float64":
        return []
    spoilt = x.copy()
    spoilt.flat[0] = np.nan
    return np.flatnonzero(np.isnan(np.asarray(layer(spoilt)))).tolist()


def make_family(seed):
    random = np.random.default_rng(seed)
    spec, arrays = {}, {}
    for name, (cls, config, shape, *training) in FAMILY.items():
        keras.utils.clear_session(free_memory=False)
        layer = (LACKING_IN_KERAS.get(cls) or getattr(keras.layers, cls))(**config)
        keys = sorted(layer.get_config())
        shape = [SAMPLES_OF_FAMILY, *shape]
        x = random.integers(0, 7, shape) if cls == "Embedding" else float32_normal(random, shape)
        layer.build(x.shape)
        # "count" is there "for backwards compatibility with older saved models" of Keras alone.
        weights = [weight for weight in layer.weights if weight.name != "count"]
        starts = [np.asarray(weight) for weight in weights]
        family_weights(random, layer)
        if cls == "Normalization":
            layer.finalize_state()
        direction = float32_normal(random, layer(x).shape)
        arrays[f"{name}/x"] = x.astype("float32" if x.dtype == "float64" else "int64")
        arrays[f"{name}/direction"] = direction.astype("float32")
        call = {"training": True} if training else {}
        by_weights, by_x = gradients_of(layer, x, direction, call)
        if weights:
            arrays[f"{name}/weights"] = flat(weights).astype("float32")
        if by_weights:
            arrays[f"{name}/weight_gradients"] = flat(by_weights)
        if by_x is not None:
            arrays[f"{name}/input_gradient"] = np.asarray(by_x)
        output = arrays[f"{name}/output"] = np.asarray(layer(x, **call))
        assert output.dtype == "float64", name
        loss = float(sum(layer.losses))
        if training:
            arrays[f"{name}/after"] = flat(weights)
        spec[name] = {
            "layer": [cls, config],
            "keys": keys,
            "weights": [[w.name, list(w.shape), w.trainable] for w in weights],
            "starts": [v.flat[0].item() if np.ptp(v) == 0 else None for v in starts],
            "training": bool(training),
            "loss": loss,
            "nan": first_nan(layer, x),
        }
    save("layer_family", spec, **arrays)


# Of each row: samples, image, channels, kernel, filters, stride, padding, dilation, groups.
CONVOLUTIONS = [
    (2, [9], 3, [3], 4, [1], [1], [1], 1),
    (2, [12], 1, [5], 2, [2], [2], [1], 1),
    (1, [20], 6, [4], 6, [3], [0], [1], 3),
    (2, [13], 2, [3], 8, [1], [4], [4], 1),
    (2, [8, 8], 16, [3, 3], 32, [1, 1], [1, 1], [1, 1], 1),
    (3, [7, 5], 3, [3, 3], 5, [2, 2], [1, 1], [1, 1], 1),
    (2, [10, 9], 1, [5, 5], 6, [1, 1], [2, 2], [1, 1], 1),
    (2, [6, 7], 4, [1, 1], 3, [1, 1], [0, 0], [1, 1], 1),
    (2, [6, 7], 4, [1, 1], 3, [2, 2], [0, 0], [1, 1], 1),
    (1, [9, 11], 6, [3, 2], 4, [1, 2], [2, 0], [2, 1], 2),
    (2, [6, 6], 5, [3, 3], 5, [1, 1], [1, 1], [1, 1], 5),
    (2, [1, 1], 7, [3, 3], 2, [1, 1], [1, 1], [1, 1], 1),
    (1, [4, 17], 2, [4, 3], 40, [3, 1], [0, 1], [1, 1], 1),
    (2, [4, 5, 3], 2, [3, 2, 3], 4, [1, 2, 1], [1, 0, 1], [1, 1, 1], 1),
    (1, [5, 5, 5], 4, [2, 2, 2], 2, [1, 1, 1], [0, 0, 0], [2, 2, 2], 2),
]


def make_convolutions(seed):
    """Of PyTorch in float64: outputs and gradients, arrays with the channels last."""
    random = np.random.default_rng(seed)
    arrays = {}
    for i, row in enumerate(CONVOLUTIONS):
        samples, image, channels, kernel, filters, stride, padding, dilation, groups = row
        x = torch.tensor(random.normal(size=(samples, channels, *image)), requires_grad=True)
        w = torch.tensor(
            random.normal(size=(filters, channels // groups, *kernel)), requires_grad=True
        )
        convolve = getattr(functional, f"conv{len(image)}d")
        y = convolve(x, w, None, stride, padding, dilation, groups)
        dy = torch.tensor(random.normal(size=tuple(y.shape)))
        y.backward(dy)
        for name, value in (("x", x), ("y", y), ("dy", dy), ("dx", x.grad)):
            arrays[f"{i}/{name}"] = value.detach().movedim(1, -1).numpy()
        for name, value in (("w", w), ("dw", w.grad)):
            arrays[f"{i}/{name}"] = value.detach().movedim(0, -1).movedim(0, -2).numpy()
    save("convolutions", CONVOLUTIONS, **arrays)


REGULARIZERS = {
    "l1": ("L1", {}),
    "l1_strong": ("L1", {"l1": 0.3}),
    "l2": ("L2", {}),
    "l2_strong": ("L2", {"l2": 0.3}),
    "l1_l2": ("L1L2", {}),
    "l1_l2_one": ("L1L2", {"l1": 0.2}),
    "l1_l2_both": ("L1L2", {"l1": 0.2, "l2": 0.3}),
    "orthogonal": ("OrthogonalRegularizer", {}),
    "orthogonal_columns": ("OrthogonalRegularizer", {"factor": 0.4, "mode": "columns"}),
}
CONSTRAINTS = {
    "max_norm": ("MaxNorm", {}),
    "max_norm_axis": ("MaxNorm", {"max_value": 0.5, "axis": 1}),
    "non_neg": ("NonNeg", {}),
    "max_norm_axes": ("MaxNorm", {"max_value": 0.5, "axis": [0, 1]}),
    "unit_norm": ("UnitNorm", {}),
    "unit_norm_axis": ("UnitNorm", {"axis": -1}),
    "min_max_norm": ("MinMaxNorm", {}),
    "min_max_norm_all": (
        "MinMaxNorm",
        {"min_value": 1.0, "max_value": 2.0, "rate": 0.6, "axis": 1},
    ),
}


def make_regularizers(seed):
    random = np.random.default_rng(seed)
    x = float32_normal(random, (4, 3))
    w = 2 * float32_normal(random, (4, 3))
    w[:, 1] = 0  # what has no direction stays 0
    spec = {"regularizers": REGULARIZERS, "constraints": CONSTRAINTS}
    arrays = {"x": x, "w": w}
    for name, (cls, config) in REGULARIZERS.items():
        regularizer = getattr(keras.regularizers, cls)(**config)
        value, gradient = jax.value_and_grad(regularizer)(x)
        arrays[f"{name}/value"], arrays[f"{name}/gradient"] = np.asarray(value), gradient
    for name, (cls, config) in CONSTRAINTS.items():
        arrays[f"{name}/output"] = np.asarray(getattr(keras.constraints, cls)(**config)(w))
    save("regularizers", spec, **arrays)


WORDS, WORD_COUNT, REGULARIZED_STEPS = 7, 4, 5
REGULARIZED = {
    "sgd": {
        "layers": [
            [
                "Embedding",
                {
                    "input_dim": WORDS,
                    "output_dim": 3,
                    "embeddings_regularizer": named("L2", l2=0.02),
                },
            ],
            ["LayerNormalization", {"gamma_regularizer": named("L1", l1=0.05)}],
            ["PReLU", {"shared_axes": [1], "alpha_constraint": named("NonNeg")}],
            ["Flatten", {}],
            dense(
                5,
                "tanh",
                kernel_regularizer=named("L2", l2=0.1),
                activity_regularizer=named("L2", l2=0.05),
                kernel_constraint=named("MaxNorm", max_value=0.9, axis=0),
            ),
            dense(2, kernel_regularizer=named("L1", l1=0.05)),
        ],
        "optimizer": ["SGD", {"learning_rate": 0.1}],
    },
    "adam": {
        "layers": [
            ["Embedding", {"input_dim": WORDS, "output_dim": 3}],
            ["ActivityRegularization", {"l1": 0.02, "l2": 0.03}],
            ["RMSNormalization", {}],
            ["Flatten", {}],
            dense(
                4,
                "gelu",
                kernel_regularizer=named("OrthogonalRegularizer", factor=0.3, mode="columns"),
                bias_constraint=named("MinMaxNorm", min_value=0.4, max_value=0.5, rate=0.7, axis=0),
            ),
            dense(2, bias_regularizer=named("L2", l2=0.3)),
        ],
        "optimizer": ["Adam", {"learning_rate": 0.03}],
    },
    "momentum_frozen": {
        "layers": [
            [
                "Embedding",
                {
                    "input_dim": WORDS,
                    "output_dim": 4,
                    "embeddings_constraint": named("UnitNorm", axis=1),
                },
            ],
            ["GroupNormalization", {"groups": 2, "beta_regularizer": named("L2", l2=0.4)}],
            ["Flatten", {}],
            dense(
                5,
                "tanh",
                kernel_regularizer=named("L2", l2=0.5),
                activity_regularizer=named("L1", l1=0.1),
                kernel_constraint=named("MaxNorm", max_value=0.1, axis=0),
                trainable=False,
            ),
            dense(2),
        ],
        "optimizer": ["SGD", {"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.1}],
    },
}


def make_regularized(name, spec, seed):
    """Five steps of Keras; evaluate after them, for it adds the same to the loss."""
    random = np.random.default_rng(seed)
    spec = {"input": [WORD_COUNT], "loss": ["MeanSquaredError", {}], **spec}
    model = build_keras(spec["layers"], spec["input"])
    compile_keras(model, spec)
    x = random.integers(0, WORDS, (REGULARIZED_STEPS, BATCH, *spec["input"]))
    y = make_targets(random, spec["loss"][0], (REGULARIZED_STEPS, BATCH, 2))
    model.set_weights(random_weights(random, model))
    weights, losses = [flat(model.get_weights())], []
    for step in range(REGULARIZED_STEPS):
        losses.append(model.train_on_batch(x[step], y[step]))
        weights.append(flat(model.get_weights()))
    assert np.asarray(losses).dtype == "float64"
    evaluated = model.evaluate(x[0], y[0], verbose=0)
    save(
        f"regularized_{name}",
        spec,
        x=x,
        y=y,
        weights=np.stack(weights),
        losses=np.array(losses),
        evaluated=np.array(evaluated),
    )


MERGES = {
    "add": ["Add", {}, [[3], [3], [3]]],
    "add_broadcast": ["Add", {}, [[4, 3], [1, 3], [4, 1]]],
    "add_ranks": ["Add", {}, [[4, 3], [3]]],
    "subtract": ["Subtract", {}, [[4, 3], [3]]],
    "multiply": ["Multiply", {}, [[2, 3], [2, 3], [1, 3]]],
    "average": ["Average", {}, [[3], [3], [1]]],
    "maximum": ["Maximum", {}, [[5, 3], [3], [1, 3]]],
    "minimum": ["Minimum", {}, [[5, 3], [5, 3]]],
    "concatenate": ["Concatenate", {}, [[3], [2], [4]]],
    "concatenate_axis": ["Concatenate", {"axis": 1}, [[3, 2], [4, 2]]],
    "dot": ["Dot", {"axes": 1}, [[3], [3]]],
    "dot_axes": ["Dot", {"axes": [2, 1]}, [[3, 4], [4, 5]]],
    "dot_last": ["Dot", {"axes": -1}, [[3, 4], [4]]],
    "dot_normalized": ["Dot", {"axes": [1, 2], "normalize": True}, [[3, 4], [5, 3]]],
    "dot_three": ["Dot", {"axes": [2, 2]}, [[2, 3, 4], [5, 3]]],
}


def make_merge(seed):
    """Outputs of layers that take lists, and gradients of a weighted sum of them."""
    random = np.random.default_rng(seed)
    arrays = {}
    for name, (cls, config, shapes) in MERGES.items():
        layer = getattr(keras.layers, cls)(**config)
        inputs = [random.normal(size=(BATCH, *shape)) for shape in shapes]
        output = np.asarray(layer(inputs))
        direction = random.normal(size=output.shape)
        gradients = jax.grad(lambda xs, d=direction, f=layer: jax.numpy.sum(f(xs) * d))(inputs)
        assert output.dtype == "float64"
        arrays[f"{name}/output"], arrays[f"{name}/direction"] = output, direction
        for i, (x, gradient) in enumerate(zip(inputs, gradients, strict=True)):
            arrays[f"{name}/x{i}"], arrays[f"{name}/gradient{i}"] = x, np.asarray(gradient)
    save("merge_layers", MERGES, **arrays)


def make_functional(seed):
    """Two branches share a layer, merge, and end in two outputs; five steps on both losses."""
    random = np.random.default_rng(seed)
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = keras.layers.Dense(5, activation="tanh", name="shared")
    left, right = shared(a), shared(b)
    added = keras.layers.Add(name="sum")([left, right])
    both = keras.layers.Concatenate(name="both")([left, right, added])
    score = keras.layers.Dense(1, name="score")(both)
    kind = keras.layers.Dense(3, activation="softmax", name="kind")(both)
    model = keras.Model([a, b], [score, kind])
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9),
        loss={"score": "mse", "kind": "categorical_crossentropy"},
        loss_weights={"score": 0.5, "kind": 2.0},
        metrics={"score": ["mae"], "kind": ["categorical_accuracy"]},
    )
    x = random.normal(size=(REGULARIZED_STEPS, 2, BATCH, 4))
    y_score = random.normal(size=(REGULARIZED_STEPS, BATCH, 1))
    y_kind = np.eye(3)[random.integers(0, 3, (REGULARIZED_STEPS, BATCH))]
    sample_weight = random.uniform(0.5, 2, size=(REGULARIZED_STEPS, BATCH))
    model.set_weights(random_weights(random, model))
    weights, logs = [flat(model.get_weights())], []
    for step in range(REGULARIZED_STEPS):
        logs.append(
            model.train_on_batch(
                list(x[step]),
                [y_score[step], y_kind[step]],
                sample_weight=[sample_weight[step], sample_weight[step]],
                return_dict=True,
            )
        )
        weights.append(flat(model.get_weights()))
    names = sorted(logs[0])
    predicted = model.predict(list(x[0]), verbose=0)
    assert predicted[0].dtype == "float64"
    save(
        "functional",
        {"logs": names, "layers": [layer.name for layer in model.layers]},
        x=x,
        y_score=y_score,
        y_kind=y_kind,
        sample_weight=sample_weight,
        weights=np.stack(weights),
        logs=np.array([[float(log[name]) for name in names] for log in logs]),
        score=predicted[0],
        kind=predicted[1],
    )


def main():
    keras.config.set_floatx("float32" if PART == "float32" else "float64")
    if PART == "float32":
        for i, (name, spec) in enumerate(FLOAT32.items()):
            make_float32(name, spec, seed=200 + i)
        return
    # Keras computes in float32 alone only where JAX knows no float64: in a process of its own.
    subprocess.run([sys.executable, __file__, "float32"], check=True)
    # Outside TensorFlow Keras rounds means of float64 to float32, unless its table says otherwise.
    keras_dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
    for i, (name, spec) in enumerate(CHAINS.items()):
        make_chain(name, spec, seed=100 + i)
    make_layers(seed=300)
    make_losses()
    make_initializers(seed=400)
    make_stft()
    make_convolutions(seed=450)
    make_family(seed=500)
    make_regularizers(seed=501)
    make_merge(seed=502)
    make_functional(seed=503)
    for i, (name, spec) in enumerate(REGULARIZED.items()):
        make_regularized(name, spec, seed=600 + i)
    for name in FLOAT32:
        check_float32(name)
    size = sum(path.stat().st_size for path in FOLDER.glob("*.npz"))
    print(f"{len(list(FOLDER.glob('*.npz')))} files, {size / 1024:.0f} KiB, the oracles agree")


if __name__ == "__main__":
    main()
