"""Training, files and faults on the guarded device: the CPU's histories, weights and predictions.

A host access to the device's memory ends the process.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from devices import on_both, same_bits

import lamina
from lamina import constraints, layers, losses, metrics, ops, optimizers, regularizers

SAMPLES = 50


def features():
    return np.random.default_rng(5).normal(size=(SAMPLES, 6)).astype("float32")


def numbers():
    return np.random.default_rng(6).normal(size=(SAMPLES, 3)).astype("float32")


def classes():
    return np.random.default_rng(7).integers(0, 3, SAMPLES)


def one_hot():
    return np.eye(3, dtype="float32")[classes()]


def counts():
    return np.abs(numbers())


def signs():
    return np.sign(numbers())


def bits():
    return numbers() > 0


def spelled():
    return np.random.default_rng(9).integers(0, 3, (SAMPLES, 2))


def weights():
    return np.random.default_rng(8).uniform(0.1, 2, SAMPLES)


def network(activation="softmax", **more):
    return lamina.Sequential(
        [
            lamina.Input((6,)),
            layers.Dense(8, "relu", **more),
            layers.BatchNormalization(),
            layers.Dropout(0.2),
            *(ENDS[activation]() if activation in ENDS else [layers.Dense(3, activation)]),
        ]
    )


ENDS = {
    "steps": lambda: [layers.Dense(12), layers.Reshape((4, 3))],
    "points": lambda: [layers.Dense(3), layers.UnitNormalization()],
}


def course(model, *data, epochs=2, **fit):
    """History, weights, slots and predictions of a run."""
    history = model.fit(*data, epochs=epochs, batch_size=16, verbose=0, **fit)
    assert all(w.device == lamina.get_device() for w in model.weights)
    x = data[0] if isinstance(data[0], (np.ndarray, list, dict)) else features()
    slots = [slot.numpy() for slot in model.optimizer.variables]
    return [history.history, model.get_weights(), slots, model.predict(x, verbose=0)]


# ---- Losses and metrics ----

LOSSES = {
    "mean_squared_error": (losses.MeanSquaredError, "linear", numbers),
    "sum": (lambda: losses.MeanSquaredError(reduction="sum"), "linear", numbers),
    "mean_absolute_error": (losses.MeanAbsoluteError, "linear", numbers),
    "huber": (lambda: losses.Huber(delta=0.5), "linear", numbers),
    "smooth_l1": (lambda: losses.SmoothL1(beta=0.5), "linear", numbers),
    "log_cosh": (losses.LogCosh, "linear", numbers),
    "binary_crossentropy": (losses.BinaryCrossentropy, "sigmoid", one_hot),
    "binary logits": (
        lambda: losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
        "linear",
        one_hot,
    ),
    "categorical_crossentropy": (losses.CategoricalCrossentropy, "softmax", one_hot),
    "categorical logits": (
        lambda: losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        "linear",
        one_hot,
    ),
    "sparse_categorical_crossentropy": (losses.SparseCategoricalCrossentropy, "softmax", classes),
    "sparse logits": (
        lambda: losses.SparseCategoricalCrossentropy(from_logits=True),
        "linear",
        classes,
    ),
    "sparse ignoring": (
        lambda: losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1),
        "linear",
        classes,
    ),
    "mean_absolute_percentage_error": (losses.MeanAbsolutePercentageError, "linear", numbers),
    "mean_squared_logarithmic_error": (losses.MeanSquaredLogarithmicError, "relu", counts),
    "cosine_similarity": (losses.CosineSimilarity, "linear", numbers),
    "hinge": (losses.Hinge, "linear", signs),
    "squared_hinge": (losses.SquaredHinge, "linear", bits),
    "categorical_hinge": (losses.CategoricalHinge, "linear", one_hot),
    "kl_divergence": (losses.KLDivergence, "softmax", one_hot),
    "poisson": (losses.Poisson, "softplus", counts),
    "binary_focal_crossentropy": (
        lambda: losses.BinaryFocalCrossentropy(True, from_logits=True),
        "linear",
        bits,
    ),
    "categorical_focal_crossentropy": (
        lambda: losses.CategoricalFocalCrossentropy([0.2, 0.3, 0.5]),
        "softmax",
        one_hot,
    ),
    "categorical_generalized_cross_entropy": (
        losses.CategoricalGeneralizedCrossEntropy,
        "softmax",
        classes,
    ),
    "dice": (losses.Dice, "sigmoid", bits),
    "tversky": (lambda: losses.Tversky(0.3, 0.7, axis=-1), "sigmoid", bits),
    "circle": (losses.Circle, "points", classes),
    "ctc": (losses.CTC, "steps", spelled),
    "weighted mean": (
        lambda: losses.Huber(reduction="mean_with_sample_weight"),
        "linear",
        numbers,
    ),
    "function": (
        lambda: lambda y, p: ops.mean(ops.square(y - p) + 0.5 * ops.abs(p), axis=-1),
        "linear",
        numbers,
    ),
}
METRICS = {
    "acc": ("softmax", classes),
    "accuracy": ("softmax", one_hot),
    "exact_accuracy": ("relu", one_hot),
    "binary_accuracy": ("sigmoid", one_hot),
    "categorical_accuracy": ("softmax", one_hot),
    "sparse_categorical_accuracy": ("softmax", classes),
    "root_mean_squared_error": ("linear", numbers),
    "precision": ("sigmoid", one_hot),
    "recall": ("sigmoid", one_hot),
    "mean_squared_error": ("linear", numbers),
    "mean_absolute_error": ("linear", numbers),
    "huber": ("linear", numbers),
    "smooth_l1": ("linear", numbers),
    "log_cosh": ("linear", numbers),
    "cosine_similarity": ("linear", numbers),
    "binary_crossentropy": ("sigmoid", one_hot),
    "categorical_crossentropy": ("softmax", one_hot),
    "sparse_categorical_crossentropy": ("softmax", classes),
    "mean_absolute_percentage_error": ("linear", numbers),
    "mean_squared_logarithmic_error": ("relu", counts),
    "hinge": ("linear", signs),
    "squared_hinge": ("linear", bits),
    "categorical_hinge": ("linear", one_hot),
    "kl_divergence": ("softmax", one_hot),
    "poisson": ("softplus", counts),
    "binary_focal_crossentropy": ("sigmoid", bits),
    "categorical_focal_crossentropy": ("softmax", one_hot),
    "categorical_generalized_cross_entropy": ("softmax", classes),
}
METRICS |= {
    "top_k_categorical_accuracy": ("softmax", one_hot),
    "sparse_top_k_categorical_accuracy": ("softmax", classes),
    "logcosh": ("linear", numbers),
    "crossentropy": ("softmax", classes),
    "pearson_correlation": ("linear", numbers),
    "concordance_correlation": ("linear", numbers),
    "r2_score": ("linear", numbers),
    "true_positives": ("sigmoid", one_hot),
    "false_positives": ("sigmoid", one_hot),
    "true_negatives": ("sigmoid", one_hot),
    "false_negatives": ("sigmoid", one_hot),
    "sensitivity_at_specificity": ("sigmoid", one_hot),
    "specificity_at_sensitivity": ("sigmoid", one_hot),
    "precision_at_recall": ("sigmoid", one_hot),
    "recall_at_precision": ("sigmoid", one_hot),
    "auc": ("sigmoid", one_hot),
    "fbeta_score": ("sigmoid", one_hot),
    "f1_score": ("sigmoid", one_hot),
    "io_u": ("softmax", classes),
    "binary_io_u": ("sigmoid", one_hot),
    "mean_io_u": ("softmax", classes),
    "one_hot_io_u": ("softmax", one_hot),
    "one_hot_mean_io_u": ("softmax", one_hot),
}
WITH_OPTIONS = {
    "top_k_categorical_accuracy": lambda: metrics.TopKCategoricalAccuracy(2),
    "sparse_top_k_categorical_accuracy": lambda: metrics.SparseTopKCategoricalAccuracy(2),
    "sensitivity_at_specificity": lambda: metrics.SensitivityAtSpecificity(0.4),
    "specificity_at_sensitivity": lambda: metrics.SpecificityAtSensitivity(0.4),
    "precision_at_recall": lambda: metrics.PrecisionAtRecall(0.4),
    "recall_at_precision": lambda: metrics.RecallAtPrecision(0.4),
    "io_u": lambda: metrics.IoU(3, [0, 2], sparse_y_pred=False),
    "mean_io_u": lambda: metrics.MeanIoU(3, sparse_y_pred=False),
    "one_hot_io_u": lambda: metrics.OneHotIoU(3, [0, 2]),
    "one_hot_mean_io_u": lambda: metrics.OneHotMeanIoU(3, ignore_class=1),
}
OF_VALUES = {"mean": metrics.Mean, "sum": metrics.Sum}


def test_every_loss_and_metric_has_a_row():
    source = Path(__file__).parents[2] / "cpp/src"
    rows = (source / "losses/losses.def").read_text(), (source / "metrics/metrics.def").read_text()
    every_loss = set(re.findall(r'^LOSS\(\w+, "\w+", "(\w+)"', rows[0], re.MULTILINE))
    every_metric = set(re.findall(r'^METRIC\(\w+, "(\w+)"', rows[1], re.MULTILINE))
    assert every_loss <= set(LOSSES)
    # A loss of the whole batch, of pairs or of sequences is no mean over samples.
    no_means = {"dice", "tversky", "circle", "ctc"}
    assert every_metric | every_loss - no_means == (set(METRICS) | set(OF_VALUES)) - {"acc"}


WEIGHTED = {
    "plain": dict,
    "samples": lambda: {"sample_weight": weights()},
    "classes": lambda: {"class_weight": {0: 0.5, 2: 3.0}},
    "both": lambda: {"sample_weight": weights(), "class_weight": {1: 2.0}},
}


@pytest.mark.parametrize("weighted", ["plain", "samples"])
@pytest.mark.parametrize("name", LOSSES)
def test_losses(guarded, name, weighted):
    loss, activation, labels = LOSSES[name]

    def run():
        model = network(activation)
        model.compile("adam", loss())
        return course(model, features(), labels(), **WEIGHTED[weighted]())

    assert same_bits(*on_both(guarded, run))


@pytest.mark.parametrize("weighted", ["plain", "samples"])
@pytest.mark.parametrize("name", METRICS)
def test_metrics(guarded, name, weighted):
    activation, labels = METRICS[name]

    def run():
        model = network(activation)
        loss = "sparse_categorical_crossentropy" if labels is classes else "mse"
        given = WITH_OPTIONS.get(name, lambda: name)
        model.compile("sgd", loss, metrics=[given()], weighted_metrics=[given()])
        fit = WEIGHTED[weighted]()
        return [
            course(model, features(), labels(), **fit),
            model.evaluate(features(), labels(), verbose=0, **fit),
        ]

    assert same_bits(*on_both(guarded, run))


@pytest.mark.parametrize("weighted", WEIGHTED)
def test_weights_by_sample_and_class(guarded, weighted):
    def run():
        model = network()
        model.compile(
            "adam", "sparse_categorical_crossentropy", metrics=["acc"], weighted_metrics=["acc"]
        )
        return course(model, features(), classes(), **WEIGHTED[weighted]())

    assert same_bits(*on_both(guarded, run))


@pytest.mark.parametrize("name", [*METRICS, *OF_VALUES])
def test_metrics_by_themselves_follow_what_they_are_given(guarded, name):
    make = {**OF_VALUES, **WITH_OPTIONS}.get(name, lambda: metrics.get(name))
    here, there = make(), make()  # both made outside the device's scope
    for metric, device in ((here, "cpu"), (there, guarded)):
        for scale in (1, 2):
            given = [lamina.Tensor(numbers() ** 2 * scale, device=device)]
            if name not in OF_VALUES:
                labels = METRICS[name][1]()
                given.insert(0, lamina.Tensor(labels, device=device))
            metric.update_state(*given)
            metric.update_state(*given, lamina.Tensor(weights(), device=device))
    assert same_bits(here.result(), there.result())
    there.reset_state()
    assert all(np.all(variable.numpy() == 0) for variable in there.variables)


class Shortened(layers.Layer):
    """Of each sequence the steps that are not 0 count."""

    supports_masking = True

    def call(self, x):
        return x

    def compute_mask(self, inputs, previous_mask=None):
        return ops.any(inputs != 0, axis=-1)


@pytest.mark.parametrize("loss", ["mse", "bce"])
@pytest.mark.parametrize("weight", [None, (20,), (20, 5)])
def test_masks(guarded, loss, weight):
    def run():
        rng = np.random.default_rng(4)
        x = rng.normal(size=(20, 5, 4)).astype("float32")
        x[rng.uniform(size=(20, 5)) < 0.4] = 0
        x[:, 0] = 1
        model = lamina.Sequential(
            [
                lamina.Input((5, 4)),
                Shortened(),
                layers.Dense(6, "tanh"),
                layers.BatchNormalization(),
                layers.Dense(2, "sigmoid"),
            ]
        )
        metric = ["mae", "binary_accuracy", "precision", "recall"]
        model.compile("adam", loss, metrics=metric, weighted_metrics=["mse"])
        y = rng.integers(0, 2, (20, 5, 2))
        given = None if weight is None else rng.uniform(0.5, 2, weight)
        return course(model, x, y, sample_weight=given)

    assert same_bits(*on_both(guarded, run))


# ---- Optimizers ----

OPTIMIZERS = {
    "SGD": lambda **g: optimizers.SGD(0.1, **g),
    "momentum": lambda **g: optimizers.SGD(0.1, momentum=0.9, **g),
    "nesterov": lambda **g: optimizers.SGD(0.1, momentum=0.9, nesterov=True, **g),
    "Adam": lambda **g: optimizers.Adam(0.01, **g),
    "amsgrad": lambda **g: optimizers.Adam(0.01, amsgrad=True, **g),
    "AdamW": lambda **g: optimizers.AdamW(0.01, **g),
    "Nadam": lambda **g: optimizers.Nadam(0.01, **g),
    "RMSprop": lambda **g: optimizers.RMSprop(0.01, **g),
    "centered": lambda **g: optimizers.RMSprop(0.01, momentum=0.5, centered=True, **g),
    "Adamax": lambda **g: optimizers.Adamax(0.01, **g),
    "Adagrad": lambda **g: optimizers.Adagrad(0.01, **g),
    "Adadelta": lambda **g: optimizers.Adadelta(0.1, **g),
    "Ftrl": lambda **g: optimizers.Ftrl(0.01, l1_regularization_strength=0.01, **g),
    "Lion": lambda **g: optimizers.Lion(0.01, **g),
    "Adafactor": lambda **g: optimizers.Adafactor(0.01, **g),
    "Lamb": lambda **g: optimizers.Lamb(0.01, **g),
    "Muon": lambda **g: optimizers.Muon(0.01, **g),
    "ScheduleFreeAdamW": lambda **g: optimizers.ScheduleFreeAdamW(0.01, **g),
    "loss scale": lambda **g: optimizers.LossScaleOptimizer(optimizers.Adam(0.01, **g)),
    "multi": lambda **g: optimizers.MultiOptimizer(
        optimizers.OptimizerMap(optimizers.Adam(0.01, **g), {".*bias": optimizers.SGD(0.1)})
    ),
    "own": lambda **g: Heavy(0.05, **g),
}
GRADIENTS = [
    {},
    {"weight_decay": 0.01},
    {"clipnorm": 0.1},
    {"clipvalue": 0.01},
    {"global_clipnorm": 0.1, "weight_decay": 0.01},
    {"use_ema": True, "ema_overwrite_frequency": 2, "gradient_accumulation_steps": 2},
]


class Heavy(optimizers.Optimizer):
    slot_names = ("velocity",)

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.slot(variable, "velocity")
        velocity.assign(velocity * 0.9 - gradient * learning_rate)
        variable.assign_add(velocity)


def words(**more):
    """An embedding, whose gradients are rows."""
    rng = np.random.default_rng(2)
    model = lamina.Sequential(
        [
            lamina.Input((5,), dtype="int64"),
            layers.Embedding(20, 3, **more),
            layers.Flatten(),
            layers.Dense(3, "softmax"),
        ]
    )
    return model, rng.integers(0, 20, size=(SAMPLES, 5))


@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize("gradients", GRADIENTS, ids=lambda g: " ".join(g) or "plain")
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(guarded, name, gradients, rows):
    def run():
        model, x = words() if rows else (network(), features())
        model.compile(OPTIMIZERS[name](**gradients), "sparse_categorical_crossentropy")
        return course(model, x, classes())

    assert same_bits(*on_both(guarded, run))


HELD = {
    "MaxNorm": {"kernel_constraint": lambda: constraints.MaxNorm(0.5)},
    "NonNeg": {"kernel_constraint": constraints.NonNeg},
    "UnitNorm": {"kernel_constraint": constraints.UnitNorm},
    "MinMaxNorm": {"kernel_constraint": lambda: constraints.MinMaxNorm(0.2, 0.7, rate=0.5)},
    "L1": {"kernel_regularizer": lambda: regularizers.L1(0.01)},
    "L2": {"kernel_regularizer": lambda: regularizers.L2(0.01)},
    "L1L2": {"bias_regularizer": lambda: regularizers.L1L2(0.01, 0.02)},
    "Orthogonal": {"kernel_regularizer": lambda: regularizers.OrthogonalRegularizer(0.01)},
    "activity": {"activity_regularizer": lambda: regularizers.L1L2(0.01, 0.02)},
}


@pytest.mark.parametrize("name", HELD)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_constraints_and_regularizers(guarded, name, optimizer):
    def run():
        model = network(**{key: make() for key, make in HELD[name].items()})
        model.compile(optimizer, "sparse_categorical_crossentropy")
        return course(model, features(), classes())

    assert same_bits(*on_both(guarded, run))


INITIALIZERS = [
    "zeros", "ones", "constant", "random_normal", "random_uniform", "truncated_normal", "identity",
    "orthogonal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform",
    "lecun_normal",
]  # fmt: skip


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers(guarded, name):
    def run():
        layer = layers.Dense(4, kernel_initializer=name)
        layer.build((None, 6))
        return layer.get_weights()

    assert same_bits(*on_both(guarded, run))
