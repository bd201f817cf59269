"""Makes loss_family.npz: every loss of Keras on JAX, in float64, with its options, reductions,
weights and masks; values and gradients by the predictions.

Run it where Keras 3 and JAX are: ``python make_losses.py``. ``spec`` is JSON: a row a case. The
values of all cases stand one after the other in ``values``, the gradients in ``grads``. A value of
several elements is differentiated as the sum of its elements times 1, 2, 3 ...
"""

import json
import os
from functools import partial
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import keras
import numpy as np
from keras.src import backend
from keras.src.backend.common import dtypes

keras.config.set_floatx("float64")
# Keras rounds means of float64 to float32, unless its table says otherwise.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
rng = np.random.default_rng(12)
ROWS, STEPS = (5, 4), (4, 3, 2)  # samples of values; samples of steps of values


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def data(kind, shape):
    """Labels and predictions."""
    numbers = rng.normal(0, 2, shape)
    shares = softmax(rng.normal(0, 1.5, shape))
    classes = rng.integers(0, shape[-1], shape[:-1])
    one_hot = np.eye(shape[-1])[classes]
    if kind == "numbers":
        return rng.normal(0, 2, shape), numbers
    if kind == "positive":
        return rng.uniform(0, 3, shape), rng.uniform(0.01, 3, shape)
    if kind == "signs":
        return np.where(rng.random(shape) < 0.5, -1.0, 1.0), numbers
    if kind == "bits":
        return (rng.random(shape) < 0.5) * 1.0, rng.uniform(0.01, 0.99, shape)
    if kind == "bit logits":
        return (rng.random(shape) < 0.5) * 1.0, numbers
    if kind == "shares":
        return softmax(rng.normal(0, 1, shape)), shares
    if kind == "one-hot":
        return one_hot, shares
    if kind == "one-hot logits":
        return one_hot, numbers
    if kind == "classes":
        return classes, shares
    if kind == "class logits":
        return classes, numbers
    if kind == "classes, some -1":
        return np.where(rng.random(shape[:-1]) < 0.3, -1, classes), numbers
    if kind == "classes along 1":
        return rng.integers(0, shape[1], (shape[0], *shape[2:])), numbers
    if kind == "embeddings":
        points = rng.normal(0, 1, (6, 3))
        return np.array([0, 1, 0, 2, 1, 1]), points / np.linalg.norm(points, axis=-1, keepdims=True)
    if kind == "sequences":
        labels = np.array([[1, 2, 2], [3, 0, 0], [4, 1, 4], [2, 2, 0]])
        return labels, rng.normal(0, 1, (4, 6, 5))
    raise ValueError(kind)


LOSSES = [
    ("MeanSquaredError", {}, "numbers"),
    ("MeanAbsoluteError", {}, "numbers"),
    ("MeanAbsolutePercentageError", {}, "numbers"),
    ("MeanSquaredLogarithmicError", {}, "positive"),
    ("CosineSimilarity", {}, "numbers"),
    ("CosineSimilarity", {"axis": 1}, "numbers"),
    ("Huber", {}, "numbers"),
    ("Huber", {"delta": 0.5}, "numbers"),
    ("LogCosh", {}, "numbers"),
    ("Hinge", {}, "signs"),
    ("Hinge", {}, "bit logits"),
    ("SquaredHinge", {}, "signs"),
    ("SquaredHinge", {}, "bit logits"),
    ("CategoricalHinge", {}, "one-hot logits"),
    ("KLDivergence", {}, "shares"),
    ("Poisson", {}, "positive"),
    ("BinaryCrossentropy", {}, "bits"),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.2}, "bit logits"),
    ("BinaryCrossentropy", {"axis": 1, "label_smoothing": 0.2}, "bits"),
    ("BinaryFocalCrossentropy", {}, "bits"),
    (
        "BinaryFocalCrossentropy",
        {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5, "label_smoothing": 0.1},
        "bits",
    ),
    ("BinaryFocalCrossentropy", {"from_logits": True, "gamma": 0.5, "axis": 1}, "bit logits"),
    ("CategoricalCrossentropy", {}, "one-hot"),
    ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.3}, "one-hot logits"),
    ("CategoricalCrossentropy", {"axis": 1, "label_smoothing": 0.3}, "shares"),
    ("CategoricalFocalCrossentropy", {}, "one-hot"),
    (
        "CategoricalFocalCrossentropy",
        {"alpha": 0.6, "gamma": 1.5, "from_logits": True, "label_smoothing": 0.1},
        "one-hot logits",
    ),
    ("CategoricalFocalCrossentropy", {"axis": 1}, "shares"),
    ("SparseCategoricalCrossentropy", {}, "classes"),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, "class logits"),
    (
        "SparseCategoricalCrossentropy",
        {"from_logits": True, "ignore_class": -1},
        "classes, some -1",
    ),
    ("CategoricalGeneralizedCrossEntropy", {}, "classes"),
    ("CategoricalGeneralizedCrossEntropy", {"q": 0.8}, "classes"),
    ("Dice", {}, "bits"),
    ("Dice", {"axis": -1}, "bits"),
    ("Tversky", {}, "bits"),
    ("Tversky", {"alpha": 0.2, "beta": 0.7, "axis": [1]}, "bits"),
    ("Circle", {}, "embeddings"),
    ("Circle", {"gamma": 10.0, "margin": 0.25, "remove_diagonal": False}, "embeddings"),
    ("CTC", {}, "sequences"),
]
REDUCTIONS = ["sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none"]

arrays, names, rows, values, grads = {}, {}, [], [], []


def stored(key, make):
    if key not in names:
        made = make()
        made = made if isinstance(made, tuple) else (made,)
        names[key] = [f"{len(names)}_{i}" for i in range(len(made))]
        arrays.update(zip(names[key], made, strict=True))
    return names[key]


def contexts(losses, mask_shape):
    """Weights and masks that losses of that shape take."""
    yield None, None
    yield (), None
    yield losses[:1] or (5,), None
    if len(losses) > 1:
        yield (losses[0], 1), None
        yield losses, None
    if losses == mask_shape:
        yield None, losses
        yield losses, losses
        if len(losses) > 1:
            yield (losses[0], 1), losses


def case(cls, options, kind, shape):
    keys = stored(("data", kind, shape), lambda: data(kind, shape))
    target, prediction = (arrays[key] for key in keys)
    options = {key: tuple(v) if isinstance(v, list) else v for key, v in options.items()}
    make = getattr(keras.losses, cls)
    each = make(reduction=None, **options).call(
        jax.numpy.array(target), jax.numpy.array(prediction)
    )
    for weight_shape, mask_shape in contexts(tuple(each.shape), prediction.shape[:-1]):
        # Keras multiplies (samples, steps) by (samples,) as NumPy does, along the steps.
        if weight_shape is not None and 0 < len(weight_shape) < each.ndim:
            continue
        weight = mask = None
        if weight_shape is not None:
            weight = stored(("weight", weight_shape), partial(rng.uniform, 0, 2, weight_shape))[0]
        if mask_shape is not None:
            mask = stored(("mask", mask_shape), partial(rng.binomial, 1, 0.7, mask_shape))[0]
        for reduction in REDUCTIONS:
            loss = make(reduction=reduction, **options)

            def probed(p, loss=loss, weight=weight, mask=mask):
                if mask is not None:
                    backend.set_keras_mask(p, jax.numpy.array(arrays[mask] == 1))
                w = None if weight is None else arrays[weight]
                value = loss(jax.numpy.array(target), p, w)
                probe = np.arange(1, value.size + 1).reshape(value.shape)
                return jax.numpy.sum(value * probe), value

            (_, value), grad = jax.value_and_grad(probed, has_aux=True)(jax.numpy.array(prediction))
            rows.append([cls, options, reduction, *keys, weight, mask, list(value.shape)])
            values.append(np.ravel(value))
            grads.append(np.ravel(grad))


for cls, options, kind in LOSSES:
    if kind in ("embeddings", "sequences"):
        case(cls, options, kind, ROWS)  # which they have their own for
        continue
    if options.get("axis") not in (1, [1]):
        case(cls, options, kind, ROWS)
    case(cls, options, kind, STEPS)

spec = {"keras": keras.__version__, "rows": rows}
np.savez_compressed(
    Path(__file__).parent / "loss_family.npz",
    spec=json.dumps(spec),
    values=np.concatenate(values),
    grads=np.concatenate(grads),
    **arrays,
)
print(len(rows), "cases")
