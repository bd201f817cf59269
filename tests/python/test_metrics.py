import numpy as np
import pytest

import lamina
from lamina import Sequential, layers, losses, metrics, ops

# With these, Keras 3.15 gives the values below.
TARGET = np.array([[[1.0], [2], [3]], [[4], [5], [6]]])
PREDICTION = np.array([[[1.5], [2], [1]], [[4], [7], [6.5]]])
STEP_WEIGHTS = np.array([[1.0, 2, 3], [0.5, 0, 4]])


def test_accuracies_by_hand():
    assert metrics.BinaryAccuracy()([1, 0, 1], [0.9, 0.2, 0.4]) == pytest.approx(2 / 3)
    assert metrics.BinaryAccuracy(threshold=0.3)([1, 0, 1], [0.9, 0.2, 0.4]) == 1
    assert metrics.CategoricalAccuracy()(np.eye(3), [[3, 1, 1], [1, 2, 3], [0, 0, 1]]) == (
        pytest.approx(2 / 3)
    )
    assert metrics.SparseCategoricalAccuracy()([2, 0], [[0, 1, 5], [0, 1, 0]]) == 0.5


@pytest.mark.parametrize(
    ("target", "prediction", "expected"),
    [
        ([[1], [0]], [[0.7], [0.6]], 0.5),
        ([1, 0], [[0.2, 0.8], [0.1, 0.9]], 0.5),
        ([[0, 1], [1, 0]], [[0.2, 0.8], [0.1, 0.9]], 0.5),
    ],
    ids=["binary", "sparse", "categorical"],
)
def test_accuracy_chooses_by_shape(target, prediction, expected):
    assert metrics.AutomaticAccuracy()(target, prediction) == expected


@pytest.mark.parametrize(
    ("target", "prediction", "loss"),
    [
        ([[1], [0]], [[0.7], [0.6]], losses.BinaryCrossentropy()),
        ([1, 0], [[0.2, 0.8], [0.1, 0.9]], losses.SparseCategoricalCrossentropy()),
        ([[0, 1], [1, 0]], [[0.2, 0.8], [0.1, 0.9]], losses.CategoricalCrossentropy()),
    ],
    ids=["binary", "sparse", "categorical"],
)
def test_crossentropy_chooses_by_shape(target, prediction, loss):
    metric = metrics.AutomaticCrossentropy()
    assert metric(target, prediction) == pytest.approx(loss(target, prediction).item())


def test_batches_accumulate_with_weights_until_reset():
    metric = metrics.BinaryAccuracy()
    metric.update_state([1], [0.9])
    metric.update_state([1, 1], [0.1, 0.9], [3, 1])
    assert metric.result() == pytest.approx(2 / 5)
    metric.reset_state()
    assert metric.result() == 0


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"'sparse_categorical_accuracy'.*\(3,\).*\(2, 4\)"):
        metrics.SparseCategoricalAccuracy()([0, 1, 2], np.ones((2, 4)))


def test_names_in_logs(rng):
    def worst(y_true, y_pred):
        return ops.max(ops.abs(y_true - y_pred), axis=-1)

    model = Sequential([layers.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["acc", metrics.BinaryAccuracy("b"), worst])
    x, y = rng.normal(size=(70, 2)), rng.normal(size=(70, 1))
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    assert list(logs) == ["loss", "acc", "b", "worst"]
    error = np.abs(model.predict(x, verbose=0) - y)
    assert logs["worst"] == pytest.approx(error.mean(), rel=1e-5)
    assert model.evaluate(x, y, verbose=0) == list(logs.values())


def test_config_and_unknown_names():
    metric = metrics.BinaryAccuracy("b", threshold=0.25)
    assert type(metric).from_config(metric.get_config()).threshold == 0.25
    with pytest.raises(ValueError, match=r"unknown metric 'f99'.*accuracy"):
        metrics.get("f99")
    with pytest.raises(ValueError, match=r"threshold.*inf"):
        metrics.BinaryAccuracy(threshold=float("inf"))


@pytest.mark.parametrize(
    ("metric", "plain", "weighted"),
    [
        (metrics.MeanSquaredError, 1.4166667461395264, 1.2619048357009888),
        (metrics.MeanAbsoluteError, 0.8333333730697632, 0.80952388048172),
        (metrics.RootMeanSquaredError, 1.190238118171692, 1.1233453750610352),
    ],
)
def test_losses_as_metrics(metric, plain, weighted):
    assert metric()(TARGET, PREDICTION) == pytest.approx(plain, rel=1e-6)
    assert metric()(TARGET, PREDICTION, STEP_WEIGHTS) == pytest.approx(weighted, rel=1e-6)


def test_cosine_similarity(rng):
    target, prediction = rng.normal(size=(2, 5, 4, 3))
    weights = rng.random((5, 4))

    def cosine(axis):
        lengths = np.linalg.norm(target, axis=axis) * np.linalg.norm(prediction, axis=axis)
        return np.sum(target * prediction, axis) / lengths

    expected = np.average(cosine(-1), weights=weights)
    assert metrics.CosineSimilarity()(target, prediction, weights) == pytest.approx(expected)
    by_rows = metrics.CosineSimilarity("rows", axis=1)
    assert by_rows(target, prediction) == pytest.approx(np.mean(cosine(1)))
    assert by_rows.get_config() == {"name": "rows", "axis": 1, "dtype": "float32"}
    # Keras 3.15's example.
    keras = metrics.get("cosine_similarity")([[0, 1.0], [1, 1]], [[1.0, 0], [1, 1]], [0.3, 0.7])
    assert keras == pytest.approx(0.7)
    with pytest.raises(ValueError, match=r"cosine_similarity got targets .*\(2,\).*\(5, 4, 3\)"):
        by_rows([1.0, 2.0], prediction)


def test_every_loss_is_a_metric_by_its_names(rng):
    target, prediction = rng.uniform(0.1, 0.9, (2, 6, 3)).astype("f4")
    for name in ["mse", "mae", "huber", "smooth_l1", "log_cosh", "bce", "cce", "MeanSquaredError"]:
        metric = metrics.get(name)
        assert metric.name == (name if name != "MeanSquaredError" else "mean_squared_error")
        expected = losses.as_loss(name)(target, prediction).item()
        assert metric(target, prediction) == pytest.approx(expected, rel=1e-5)
        assert type(metric).__name__ in ("LossMetric", type(losses.as_loss(name)).__name__)


def test_crossentropies_have_the_options_of_their_losses():
    metric = metrics.BinaryCrossentropy(from_logits=True, label_smoothing=0.5)
    expected = losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.5)
    assert metric([[1.0]], [[2.0]]) == pytest.approx(expected([[1.0]], [[2.0]]).item())
    assert metric.get_config() == {
        "from_logits": True,
        "label_smoothing": 0.5,
        "name": "binary_crossentropy",
        "dtype": "float32",
    }


def test_precision_and_recall():
    labels, scores = [[0], [1], [1], [1], [0]], [[0.9], [0.2], [0.7], [0.6], [0.5]]
    weights = [1, 2, 3, 4, 5]
    assert metrics.Precision()(labels, scores) == pytest.approx(2 / 3)
    assert metrics.Precision(0.65)(labels, scores, weights) == pytest.approx(3 / 4)
    assert metrics.Recall()(labels, scores, weights) == pytest.approx(7 / 9)
    assert metrics.Recall(0.65)(labels, scores, weights) == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match=r"Precision.*thresholds.*2"):
        metrics.Precision(2.0)


def test_means_and_sums_of_values():
    mean = metrics.Mean()
    mean.update_state([[1.0, 2.0], [3.0, 4.0]], [1.0, 3.0])
    assert mean.result() == 3
    total = metrics.Sum(name="s")
    total.update_state([[1, 2], [3, 4]], sample_weight=[1.0, 3.0])
    assert (total.result(), total.name) == (24, "s")


def test_weighted_metrics_count_samples_by_their_weights():
    x, y = [[1.0], [2], [3], [4]], [[1.0], [0], [1], [0]]
    model = Sequential([layers.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(
        "sgd",
        "mse",
        metrics=["mae", "accuracy"],
        weighted_metrics=["mae", "accuracy", "mse", "mae"],
    )
    expected = {
        "loss": 21.0,
        "mae": 2.0,
        "accuracy": 0.5,
        "weighted_mae": 2.6,
        "weighted_accuracy": 0.4,
        "mse": 8.4,
        "weighted_mae_1": 2.6,
    }
    weights = [1.0, 2, 3, 4]
    for copy in (model, lamina.saving.load_model(model.save_to_bytes())):
        logs = copy.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)
        assert list(logs) == list(expected)
        assert logs == pytest.approx(expected, rel=1e-6)


def test_weighted_metrics_of_several_outputs():
    inputs = layers.Input((1,))
    outputs = [layers.Dense(1, kernel_initializer="ones", name=n)(inputs) for n in "ab"]
    model = lamina.models.Model(inputs, outputs)
    model.compile(
        "sgd", "mse", metrics=[["mae"], ["mse"]], weighted_metrics={"a": ["mae"], "b": "mae"}
    )
    x, y = np.array([[1.0], [2], [3], [4]]), np.array([[1.0], [0], [1], [0]])
    for copy in (model, lamina.saving.load_model(model.save_to_bytes())):
        logs = copy.evaluate(
            x, [y, 2 * y], sample_weight=[[1.0, 2, 3, 4], np.ones(4)], verbose=0, return_dict=True
        )
        expected = {
            "loss": 26.5,
            "a_loss": 21,
            "b_loss": 5.5,
            "a_mae": 2,
            "b_mse": 5.5,
            "a_weighted_mae": 2.6,
            "b_mae": 2,
        }
        assert list(logs) == list(expected)
        assert logs == pytest.approx(expected, rel=1e-6)


class Largest(metrics.Metric):
    def __init__(self, name="largest"):
        super().__init__(name=name)
        self.value = self.add_weight(name="value", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        values = y_pred if sample_weight is None else y_pred * ops.reshape(sample_weight, (-1, 1))
        self.value.assign(ops.maximum(self.value, ops.max(values)))

    def result(self):
        return self.value


def test_a_users_metric_has_variables_and_gets_weights():
    metric = Largest()
    assert [v.path for v in metric.variables] == ["largest/value"]
    model = Sequential([layers.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse", metrics=[metric], weighted_metrics=[Largest("weighted")])
    logs = model.evaluate(
        [[1.0], [2.0]], [[0.0], [0.0]], sample_weight=[8.0, 3.0], verbose=0, return_dict=True
    )
    assert (logs["largest"], logs["weighted"]) == (2, 8)
    metric.reset_state()
    assert metric.value.numpy() == 0


def test_a_function_sees_labels_in_the_shape_of_predictions():
    def distance(y_true, y_pred):
        return ops.abs(y_true - y_pred)

    metric = metrics.MeanMetricWrapper(distance)
    assert metric([1.0, 2.0, 3.0], [[1.0], [2.0], [4.0]], [1.0, 1.0, 2.0]) == 0.5


def test_options_stay_as_they_were_given():
    metric = metrics.BinaryAccuracy()
    with pytest.raises(AttributeError, match=r"threshold of BinaryAccuracy .*threshold=0.9"):
        metric.threshold = 0.9
    metric.note = "a user's own attributes may be set"


def test_metrics_given_by_a_name_are_shown_by_that():
    model = Sequential([layers.Input((1,)), layers.Dense(1, "sigmoid")])
    given = ["AUC", "Precision", "MAE", "MeanSquaredError", "acc"]
    model.compile("sgd", "mse", metrics=given)
    x, y = np.ones((4, 1)), np.array([0, 1, 0, 1])
    history = model.fit(x, y, validation_split=0.5, verbose=0).history
    expected = ["loss", *given]
    assert sorted(history) == sorted([*expected, *(f"val_{name}" for name in expected)])
    again = lamina.models.load_model(model.save_to_bytes())
    assert sorted(again.evaluate(x, y, verbose=0, return_dict=True)) == sorted(expected)


def test_a_lambda_is_shown_as_lambda():
    model = Sequential([layers.Input((1,)), layers.Dense(1)])
    given = [lambda y_true, y_pred: y_pred, lambda y_true, y_pred: y_true]
    model.compile("sgd", "mse", metrics=given)
    history = model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0).history
    assert sorted(history) == ["lambda", "lambda_1", "loss"]
