"""Makes metrics.npz: every metric of Keras (on JAX) with its options, over three batches.

Run it where Keras 3 and JAX are: ``python make_metrics.py``. "cases" is a list of dictionaries
{"cls", "config", "data", "weights", "results"}, the results after the first batch and after all.
Data are `<name>_true` and `<name>_pred`, weights `w_<name>`; each holds
the three batches one after another, of ten rows each. "functions" is a list of
{"name", "data", "options", "values"}, the values for the first batch.
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

ROWS, BATCHES = 10, 3
N = ROWS * BATCHES
rng = np.random.default_rng(12)
arrays, cases, functions = {}, [], []


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def data(name, y_true, y_pred):
    arrays[f"{name}_true"], arrays[f"{name}_pred"] = y_true, y_pred


def f4(x):
    return np.asarray(x, "float32")


scores = f4(softmax(1.5 * rng.normal(size=(N, 4))))
classes = rng.integers(0, 4, N)
data("flat", rng.integers(0, 2, N), f4(rng.random(N)))
data("column", f4(rng.integers(0, 2, (N, 1))), f4(rng.random((N, 1))))
data("labels", rng.integers(0, 2, (N, 4)), f4(rng.random((N, 4))))
data("logits", f4(rng.integers(0, 2, (N, 3))), f4(2 * rng.normal(size=(N, 3))))
data("one_hot", np.eye(4, dtype="float32")[classes], scores)
data("sparse", classes, scores)
data("ids", classes, np.argsort(-scores, -1).astype("int64"))
data("numbers", f4(rng.normal(size=(N, 3))), f4(rng.normal(size=(N, 3))))
data("positive", f4(rng.uniform(0.2, 2, (N, 3))), f4(rng.uniform(0.2, 2, (N, 3))))
data("distributions", f4(softmax(rng.normal(size=(N, 4)))), scores)
data("steps", f4(rng.normal(size=(N, 5, 2))), f4(rng.normal(size=(N, 5, 2))))
data("binary_steps", f4(rng.integers(0, 2, (N, 5, 2))), f4(rng.random((N, 5, 2))))
data("pixels", rng.integers(0, 3, (N, 4)), rng.integers(0, 3, (N, 4)))
data("whole", rng.integers(0, 3, N), rng.integers(0, 3, N))
data("bools", rng.integers(0, 2, N).astype(bool), rng.integers(0, 2, N).astype(bool))
data("signs", f4(np.where(rng.random((N, 3)) < 0.5, -1, 1)), f4(rng.normal(size=(N, 3))))
data("steps_one_hot", np.eye(3, dtype="float32")[rng.integers(0, 3, (N, 5))],
     f4(softmax(rng.normal(size=(N, 5, 3)))))  # fmt: skip
arrays["w_samples"] = f4(rng.uniform(0.2, 2, N))
arrays["w_column"] = f4(rng.uniform(0.2, 2, (N, 1)))
arrays["w_steps"] = f4(rng.uniform(0.2, 2, (N, 5)))
arrays["w_three"] = f4(rng.uniform(0.2, 2, (N, 3)))
arrays["w_four"] = f4(rng.uniform(0.2, 2, (N, 4)))
arrays["w_each"] = f4(rng.uniform(0.2, 2, (N, 5, 2)))
arrays["w_whole"] = rng.integers(1, 4, N)


def batch(name, i):
    return arrays[name][i * ROWS : (i + 1) * ROWS]


def add(cls, on, weights=(None, "samples"), **config):
    """A case for each of the weights: None, one number, or the name of some."""
    for weight in weights:
        metric = getattr(keras.metrics, cls)(**config)
        results = []
        for i in range(BATCHES):
            given = batch(f"w_{weight}", i) if isinstance(weight, str) else weight
            labels = [] if cls in ("Mean", "Sum") else [batch(f"{on}_true", i)]
            metric.update_state(*labels, batch(f"{on}_pred", i), given)
            results.append(np.asarray(metric.result()).tolist())
        case = {"cls": cls, "config": config, "data": on, "weights": weight}
        cases.append({**case, "results": [results[0], results[-1]]})


for kind in ("flat", "column", "labels", "whole", "bools"):
    each = ("four",) if kind == "labels" else ()
    add("BinaryAccuracy", kind, (None, "samples", 0.5, *each))
    add("Accuracy", kind, (None, "samples", *each))
add("BinaryAccuracy", "logits", (None, "samples", "column", "three"), threshold=0.0)
add("BinaryAccuracy", "logits", threshold=-1.5)
add("BinaryAccuracy", "binary_steps", (None, "samples", "steps", "each"), threshold=0.3)
add("CategoricalAccuracy", "one_hot", (None, "samples", "column"))
add("CategoricalAccuracy", "steps_one_hot", (None, "samples", "steps"))
add("SparseCategoricalAccuracy", "sparse", (None, "samples", "whole"))
for k in (1, 2, 3):
    add("TopKCategoricalAccuracy", "one_hot", k=k)
    add("SparseTopKCategoricalAccuracy", "sparse", k=k)
    add("SparseTopKCategoricalAccuracy", "ids", k=k, from_sorted_ids=True)
add("TopKCategoricalAccuracy", "steps_one_hot", (None, "samples", "steps"), k=2)

for cls in ("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError", "LogCoshError",
            "CosineSimilarity", "PearsonCorrelation", "ConcordanceCorrelation"):  # fmt: skip
    add(cls, "numbers", (None, "samples", "column", 2.0))
    add(cls, "steps", (None, "samples", "steps"))
add("RootMeanSquaredError", "numbers", ("three",))
add("RootMeanSquaredError", "steps", ("each",))
for cls in ("MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "Poisson"):
    add(cls, "positive", (None, "samples"))
for cls in ("Hinge", "SquaredHinge", "CategoricalHinge"):
    add(cls, "signs", (None, "samples"))
    add(cls, "labels", (None, "samples"))
add("KLDivergence", "distributions")
add("CosineSimilarity", "steps", axis=1)
add("PearsonCorrelation", "steps", axis=1)
add("PearsonCorrelation", "steps", (None, "samples"), axis=[1, 2])
add("ConcordanceCorrelation", "steps", axis=1)
for aggregation in (None, "uniform_average", "variance_weighted_average"):
    for regressors in (0, 2):
        add("R2Score", "numbers", (None, "samples", "three"), class_aggregation=aggregation,
            num_regressors=regressors)  # fmt: skip

add("BinaryCrossentropy", "labels")
add("BinaryCrossentropy", "logits", from_logits=True, label_smoothing=0.2)
add("CategoricalCrossentropy", "one_hot")
add("CategoricalCrossentropy", "one_hot", from_logits=True, label_smoothing=0.2)
add("CategoricalCrossentropy", "steps_one_hot", (None, "samples", "steps"))
add("CategoricalCrossentropy", "steps_one_hot", axis=1)
add("SparseCategoricalCrossentropy", "sparse")
add("SparseCategoricalCrossentropy", "sparse", from_logits=True)
add("SparseCategoricalCrossentropy", "sparse", ignore_class=2)

for cls in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives", "Precision",
            "Recall"):  # fmt: skip
    for kind in ("flat", "column", "labels", "binary_steps"):
        add(cls, kind, (None, "samples") if kind != "binary_steps" else (None,))
    add(cls, "labels", ("four", "column", 1.5), thresholds=[0.8, 0.25, 0.6])
    add(cls, "labels", thresholds=[0.0, 0.5, 1.0])
    add(cls, "logits", thresholds=[0.0, 0.5, 1.0])
    add(cls, "logits", thresholds=0.0)
for cls in ("Precision", "Recall"):
    add(cls, "labels", top_k=2)
    add(cls, "labels", top_k=3, class_id=1)
    add(cls, "labels", class_id=2)
    add(cls, "labels", top_k=2, thresholds=[0.3, 0.7])
    add(cls, "one_hot", top_k=1, class_id=0)
LEVELS = {
    "SensitivityAtSpecificity": "specificity",
    "SpecificityAtSensitivity": "sensitivity",
    "PrecisionAtRecall": "recall",
    "RecallAtPrecision": "precision",
}
for cls, option in LEVELS.items():
    for level in (0.3, 0.6):
        add(cls, "flat", **{option: level})
        add(cls, "labels", (None, "samples", "four"), num_thresholds=11, **{option: level})
    add(cls, "labels", class_id=1, **{option: 0.5})
    add(cls, "logits", num_thresholds=2, **{option: 0.2})
    add(cls, "flat", num_thresholds=1, **{option: 0.4})

for curve in ("ROC", "PR", "PRGAIN"):
    for method in ("interpolation", "minoring", "majoring"):
        how = {"curve": curve, "summation_method": method}
        add("AUC", "flat", **how)
        add("AUC", "labels", (None, "samples", "four"), num_thresholds=23, **how)
        add("AUC", "labels", multi_label=True, **how)
        add("AUC", "logits", from_logits=True, thresholds=[0.9, 0.1, 0.45], **how)
        add("AUC", "labels", multi_label=True, num_labels=4, label_weights=[1.0, 0.5, 2.0, 0.0],
            thresholds=[0.2, 0.4, 0.9], **how)  # fmt: skip
        add("AUC", "labels", label_weights=[1.0, 0.5, 2.0, 0.0], **how)
add("AUC", "logits")
add("AUC", "flat", thresholds=[0.5])
add("AUC", "binary_steps", (None,))

for average in (None, "micro", "macro", "weighted"):
    for kind in ("one_hot", "labels"):
        add("F1Score", kind, average=average)
        add("FBetaScore", kind, average=average, beta=2.0, threshold=0.4)
        add("FBetaScore", kind, average=average, beta=0.5)

for weights in ((None, "whole"), ("samples",)):
    dtype = {} if weights[0] is None else {"dtype": "float32"}
    add("IoU", "whole", weights, num_classes=3, target_class_ids=[0, 2], **dtype)
    add("MeanIoU", "whole", weights, num_classes=3, **dtype)
    add("MeanIoU", "whole", weights, num_classes=3, ignore_class=1, **dtype)
    add("MeanIoU", "whole", weights, num_classes=2, **dtype)
    add("MeanIoU", "one_hot", weights, num_classes=4, sparse_y_true=False, sparse_y_pred=False,
        **dtype)  # fmt: skip
    add("MeanIoU", "sparse", weights, num_classes=5, sparse_y_pred=False, **dtype)
    add("OneHotIoU", "one_hot", weights, num_classes=4, target_class_ids=[1, 3], **dtype)
    add("OneHotMeanIoU", "one_hot", weights, num_classes=4, **dtype)
    add("OneHotMeanIoU", "one_hot", weights, num_classes=4, ignore_class=0, **dtype)
    add("BinaryIoU", "flat", weights, **dtype)
    add("BinaryIoU", "flat", weights, target_class_ids=[1], threshold=0.3, **dtype)
add("MeanIoU", "pixels", (None,), num_classes=3)
add("MeanIoU", "pixels", ("four",), num_classes=3, dtype="float32")


def call(name, on, **options):
    """A function's values for the first batch."""
    result = getattr(keras.metrics, name)(batch(f"{on}_true", 0), batch(f"{on}_pred", 0), **options)
    values = np.asarray(result).tolist()
    functions.append({"name": name, "data": on, "options": options, "values": values})


for kind in ("flat", "labels", "column", "binary_steps", "bools"):
    call("binary_accuracy", kind)
call("binary_accuracy", "logits", threshold=0.3)
call("categorical_accuracy", "one_hot")
call("categorical_accuracy", "steps_one_hot")
call("sparse_categorical_accuracy", "sparse")
call("top_k_categorical_accuracy", "one_hot", k=2)
call("top_k_categorical_accuracy", "steps_one_hot", k=2)
call("sparse_top_k_categorical_accuracy", "sparse", k=3)
call("sparse_top_k_categorical_accuracy", "ids", k=2, from_sorted_ids=True)
for name in ("pearson_correlation", "concordance_correlation"):
    call(name, "numbers")
    call(name, "steps", axis=1)

for name in ("Mean", "Sum"):
    add(name, "flat", (None, "samples", 1.5))
    add(name, "numbers", (None, "samples", "column", "three"))
    add(name, "steps", (None, "samples", "steps", "each"))

arrays["cases"] = np.array(json.dumps(cases))
arrays["functions"] = np.array(json.dumps(functions))
np.savez_compressed(Path(__file__).with_name("metrics.npz"), **arrays)
print(len(cases), "cases,", len(functions), "functions")
