import numpy as np
import pytest

from lamina import Sequential, layers, metrics, ops


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
    with pytest.raises(ValueError, match=r"threshold.*2"):
        metrics.BinaryAccuracy(threshold=2)
