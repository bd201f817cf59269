"""Metrics as objects: by name, copied, with state of one's own, overridden, and over many rows."""

import copy
import json
import pickle
import resource

import numpy as np
import pytest

import lamina
from lamina import Sequential, layers, metrics, ops


class TruePositives(metrics.Metric):
    """As Keras's guide writes one."""

    def __init__(self, name="categorical_true_positives", **kwargs):
        super().__init__(name=name, **kwargs)
        self.true_positives = self.add_weight(name="ctp", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        y_pred = ops.reshape(ops.argmax(y_pred, axis=1), (-1, 1))
        values = ops.cast(ops.equal(ops.cast(y_true, "int32"), y_pred), "float32")
        if sample_weight is not None:
            values = ops.multiply(values, ops.reshape(sample_weight, (-1, 1)))
        self.true_positives.assign_add(ops.sum(values))

    def result(self):
        return self.true_positives

    def reset_state(self):
        self.true_positives.assign(0)


class Extremes(metrics.Metric):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.low = self.add_weight(name="low")
        self.high = self.add_variable((), None, name="high")
        self.mean = metrics.Mean()

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.low.assign(ops.minimum(self.low, ops.min(y_pred)))
        self.high.assign(ops.maximum(self.high, ops.max(y_pred)))
        self.mean.update_state(y_pred)

    def result(self):
        return {"low": self.low, "high": self.high, "middle": self.mean.result()}


def linear():
    return Sequential([layers.Input((1,)), layers.Dense(1, kernel_initializer="ones")])


def test_a_class_of_ones_own():
    metric = TruePositives()
    scores = np.eye(3)[[0, 2, 1]]
    assert float(metric([[0], [2], [2]], scores)) == 2
    assert float(metric([[0], [2], [1]], scores, sample_weight=[1.0, 0.5, 4.0])) == 7.5
    metric.reset_state()
    assert float(metric.result()) == 0
    assert (metric.name, metric.dtype) == ("categorical_true_positives", "float32")
    assert metric.get_config() == {"name": "categorical_true_positives", "dtype": "float32"}
    assert TruePositives(dtype="float64").true_positives.dtype == "float64"
    with pytest.raises(ValueError, match=r"dtype is 'tp', expected one of float32"):
        TruePositives(dtype="tp")
    with pytest.raises(ValueError, match=r"aggregation is 'mean'"):
        metric.add_variable((), "zeros", aggregation="mean")


def test_a_dictionary_joins_the_logs():
    model = linear()
    extremes = Extremes(name="extremes")
    model.compile("sgd", "mse", metrics=[extremes, "mae"])
    logs = model.evaluate([[-1.0], [3.0]], [[0.0], [0.0]], verbose=0, return_dict=True)
    assert list(logs) == ["loss", "low", "high", "middle", "mae"]
    assert (logs["low"], logs["high"], logs["middle"]) == (-1, 3, 1)
    assert len(extremes.variables) == 4
    extremes.reset_state()
    assert all(variable.numpy() == 0 for variable in extremes.variables)


def test_several_results_stand_apart_in_the_logs():
    model = linear()
    model.compile("sgd", "mse", metrics=[metrics.F1Score(), metrics.Recall([0.2, 0.8])])
    x, y = np.array([[0.5], [0.1], [0.9]]), np.array([[1.0], [0.0], [1.0]])
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    assert list(logs) == ["loss", "f1_score", "recall_0", "recall_1"]
    assert (logs["recall_0"], logs["recall_1"]) == (1, 0.5)


def test_stateless_calls_leave_the_state():
    metric = metrics.Mean()
    metric.update_state([1.0, 2.0])
    state = metric.stateless_reset_state()
    state = metric.stateless_update_state(state, [4.0, 8.0])
    assert [value.item() for value in state] == [12, 2]
    assert metric.stateless_result(state) == 6
    assert metric.result() == 1.5
    with pytest.raises(ValueError, match=r"metric_variables has 1 values, expected 2"):
        metric.stateless_result(state[:1])


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
@pytest.mark.parametrize(
    "make",
    [
        lambda: metrics.BinaryAccuracy("b", "float64", threshold=0.3),
        lambda: metrics.AUC(multi_label=True),
        lambda: metrics.F1Score(average="macro"),
        lambda: metrics.R2Score(None),
        lambda: metrics.get("huber"),
        lambda: metrics.MeanMetricWrapper(metrics.binary_accuracy, threshold=0.7),
        Extremes,
    ],
)
def test_copies_go_on_from_the_same_state(make, again, rng):
    y_true, y_pred = rng.integers(0, 2, (6, 3)).astype("f4"), rng.random((6, 3)).astype("f4")
    metric = make()
    metric(y_true[:4], y_pred[:4])
    twin = again(metric)
    assert (type(twin), twin.name, twin.dtype) == (type(metric), metric.name, metric.dtype)
    assert str(twin.result()) == str(metric.result())
    assert str(twin(y_true[4:], y_pred[4:])) == str(metric(y_true[4:], y_pred[4:]))
    unused = again(make())
    assert str(unused(y_true, y_pred)) == str(metric.result())


def test_get():
    assert metrics.get(None) is None
    assert metrics.get(metrics.binary_accuracy) is metrics.binary_accuracy
    assert type(metrics.get(metrics.Recall)) is metrics.Recall
    assert type(metrics.get("accuracy")) is metrics.Accuracy
    for name, cls in {
        "AUC": metrics.AUC,
        "mse": metrics.MeanSquaredError,
        "MSE": metrics.MeanSquaredError,
        "kld": metrics.KLDivergence,
        "bce": metrics.BinaryCrossentropy,
        "one_hot_io_u": None,
        "f1_score": metrics.F1Score,
        "top_k_categorical_accuracy": metrics.TopKCategoricalAccuracy,
    }.items():
        if cls is None:
            with pytest.raises((ValueError, TypeError), match="num_classes"):
                metrics.get(name)
        else:
            assert type(metrics.get(name)) is cls
    config = {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}}
    assert metrics.get(config).from_logits is True
    with pytest.raises(ValueError, match="unknown metric 'f99'"):
        metrics.get("f99")
    with pytest.raises(ValueError, match="metric is 3"):
        metrics.get(3)


def test_serialize():
    data = json.loads(json.dumps(metrics.serialize(metrics.AUC(curve="PR", name="prc"))))
    assert data["class_name"] == "AUC"
    metric = metrics.deserialize(data)
    assert (metric.name, metric.curve, metric.num_thresholds) == ("prc", "PR", 200)
    function = metrics.deserialize(metrics.serialize(metrics.binary_accuracy))
    assert function is metrics.binary_accuracy
    own = metrics.serialize(TruePositives(name="mine"))
    copy = metrics.deserialize(own, custom_objects={"TruePositives": TruePositives})
    assert (type(copy), copy.name) == (TruePositives, "mine")
    wrapped = metrics.MeanMetricWrapper(metrics.binary_accuracy, name="w", threshold=0.7)
    copy = metrics.deserialize(json.loads(json.dumps(metrics.serialize(wrapped))))
    assert copy([1.0, 1.0], [0.6, 0.8]) == 0.5


def test_compile_takes_functions_and_keeps_their_options():
    def within(y_true, y_pred, limit):
        return ops.cast(ops.abs(y_true - y_pred) < limit, "float32")

    model = linear()
    model.compile(
        "sgd",
        "mse",
        metrics=[metrics.binary_accuracy, metrics.MeanMetricWrapper(within, limit=1.5)],
    )
    x, y = [[1.0], [2.0], [3.0]], [[1.0], [1.0], [1.0]]
    twin = lamina.saving.load_model(model.save_to_bytes(), custom_objects={"within": within})
    for each in (model, twin):
        logs = each.evaluate(x, y, verbose=0, return_dict=True)
        assert logs["binary_accuracy"] == 1
        assert logs["within"] == pytest.approx(2 / 3)


def test_what_is_overridden_is_called():
    class Percent(metrics.BinaryAccuracy):
        def result(self):
            return 100 * super().result()

    class Cut(metrics.Mean):
        def __init__(self, name="cut", dtype=None):
            super().__init__(name, dtype)

        def update_state(self, y_true, y_pred, sample_weight=None):
            super().update_state(ops.clip(ops.abs(y_true - y_pred), 0, 1.5), sample_weight)

    assert Percent()([1, 0, 1, 1], [0.9, 0.8, 0.7, 0.1]) == 50
    model = linear()
    model.compile(
        "sgd", "mse", metrics=[Percent("percent"), "binary_accuracy"], weighted_metrics=[Cut()]
    )
    x, y = [[1.0], [2.0]], [[1.0], [0.0]]
    for _ in range(2):
        logs = model.evaluate(x, y, sample_weight=[1.0, 3.0], verbose=0, return_dict=True)
        assert (logs["percent"], logs["binary_accuracy"]) == (50, 0.5)
        assert logs["cut"] == 3 * 1.5 / 4
    cut = copy.deepcopy(model.metrics[-1])
    assert type(cut) is Cut
    assert cut.result() == 3 * 1.5 / 4


def test_auc_is_that_of_the_ranks(rng):
    # With scores on a grid that the thresholds separate, the trapezoids are exact: the share of
    # pairs in the right order (Hanley and McNeil, 1982), ties counting half.
    labels, scores = rng.integers(0, 2, 400), rng.integers(0, 50, 400) / 49.5 + 0.004
    weights = rng.integers(1, 4, 400)
    metric = metrics.AUC(num_thresholds=500)
    metric.update_state(labels, scores, weights)
    positive, negative = labels == 1, labels == 0
    wins = (scores[positive][:, None] > scores[negative]) + 0.5 * (
        scores[positive][:, None] == scores[negative]
    )
    pairs = weights[positive][:, None] * weights[negative]
    assert metric.result() == pytest.approx((wins * pairs).sum() / pairs.sum(), rel=1e-9)


def test_auc_beside_scikit_learn(rng):
    sklearn = pytest.importorskip("sklearn.metrics")
    labels, scores = rng.integers(0, 2, 3000), rng.random(3000)
    scores = np.clip(0.7 * scores + 0.3 * labels, 0, 1)
    weights = rng.random(3000)
    roc, precision = metrics.AUC(2000), metrics.AUC(2000, curve="PR")
    roc.update_state(labels, scores, weights)
    precision.update_state(labels, scores, weights)
    expected = sklearn.roc_auc_score(labels, scores, sample_weight=weights)
    assert roc.result() == pytest.approx(expected, abs=1e-4)
    expected = sklearn.average_precision_score(labels, scores, sample_weight=weights)
    assert precision.result() == pytest.approx(expected, abs=2e-3)


def test_sample_weights_broadcast_as_keras_does(rng):
    y_true, y_pred = rng.integers(0, 2, (4, 3, 2)), rng.random((4, 3, 2)).astype("f4")
    right = (y_pred > 0.5) == y_true
    for shape in [(), (1,), (4,), (4, 1), (4, 3), (1, 3), (4, 3, 1), (4, 3, 2), (1, 1, 2)]:
        weights = rng.random(shape).astype("f4") + 0.5
        full = weights.reshape(shape + (1,) * (3 - len(shape))) * np.ones((4, 3, 2))
        expected = (right * full).sum() / full.sum()
        assert metrics.BinaryAccuracy()(y_true, y_pred, weights) == pytest.approx(expected), shape
        positive = (y_pred > 0.5) * full
        assert metrics.Precision()(y_true, y_pred, weights) == pytest.approx(
            (positive * y_true).sum() / positive.sum()
        ), shape
    for shape in [(3,), (2, 3), (4, 2), (4, 3, 2, 2)]:
        with pytest.raises(ValueError, match=r"sample weights of shape .*expected \(4,\)"):
            metrics.BinaryAccuracy()(y_true, y_pred, np.ones(shape))


def test_errors():
    with pytest.raises(ValueError, match=r"'precision' has class_id=3 .*\(2, 3\)"):
        metrics.Precision(class_id=3)(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"'recall' has top_k=4 .*\(2, 3\)"):
        metrics.Recall(top_k=4)(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"'auc' got targets of shape \(3, 2\).*\(2, 3\)"):
        metrics.AUC()(np.ones((3, 2)), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"'auc' counts labels apart .*\(3,\)"):
        metrics.AUC(multi_label=True)([0, 1, 0], [0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match=r"curve.*ROC, PR or PRGAIN, got curve=roq"):
        metrics.AUC(curve="roq")
    with pytest.raises(ValueError, match="only multi_label"):
        metrics.AUC(num_labels=3)
    with pytest.raises(ValueError, match="num_thresholds above 1"):
        metrics.AUC(num_thresholds=1)
    with pytest.raises(ValueError, match=r"specificity in \[0, 1\], got specificity=1.5"):
        metrics.SensitivityAtSpecificity(1.5)
    with pytest.raises(ValueError, match="average"):
        metrics.F1Score(average="mean")
    with pytest.raises(ValueError, match=r"threshold in \(0, 1\]"):
        metrics.F1Score(threshold=0.0)
    with pytest.raises(ValueError, match=r"\(samples, classes\)"):
        metrics.F1Score()([0, 1], [0.5, 0.5])
    with pytest.raises(ValueError, match=r"target_class_ids in \[0, 2\)"):
        metrics.IoU(2, [2])
    with pytest.raises(ValueError, match="which say 3 and 2 classes"):
        metrics.MeanIoU(2)([0, 1, 0], [0, 1])
    with pytest.raises(ValueError, match="class_aggregation"):
        metrics.R2Score("mean")
    with pytest.raises(ValueError, match="num_regressors"):
        metrics.R2Score(num_regressors=-1)
    with pytest.raises(ValueError, match=r"k of at least 1"):
        metrics.TopKCategoricalAccuracy(k=0)
    with pytest.raises(AttributeError, match="thresholds of Recall"):
        metrics.Recall().thresholds = [0.2]


def peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_ten_million_rows_in_constant_memory(rng):
    rows = 100_000
    labels = rng.integers(0, 2, rows).astype("f4")
    scores = rng.random(rows).astype("f4")
    measured = [
        metrics.AUC(),
        metrics.Precision(),
        metrics.BinaryAccuracy(),
        metrics.MeanSquaredError(),
        metrics.MeanIoU(2),
        metrics.R2Score(),
        metrics.F1Score("micro", threshold=0.5),
        metrics.Mean(),
    ]

    def update(metric):
        if isinstance(metric, metrics.Mean):
            metric.update_state(scores)
        elif isinstance(metric, metrics.MeanIoU):
            metric.update_state(labels, scores > 0.5)
        else:
            metric.update_state(labels[:, None], scores[:, None])

    for metric in measured:
        update(metric)
    once, before = [metric.result() for metric in measured], peak_memory()
    for metric in measured:
        for _ in range(99):
            update(metric)
    assert peak_memory() - before < 30e6
    np.testing.assert_allclose([metric.result() for metric in measured], once, rtol=1e-9)
    assert measured[0].variables[0].numpy()[0] == 100 * labels.sum()
