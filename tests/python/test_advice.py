"""Warnings about runs that nothing forbids and whose results are of no use."""

import re
import warnings

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Sequential, layers, losses

X = np.random.default_rng(0).normal(size=(20, 4)).astype("float32")
CLASSES = np.arange(20) % 3
PAIRS = np.arange(20) % 2
NUMBERS = X[:, :1]


def model(units, activation, loss, metrics=None, rate=0.01):
    made = Sequential([Input((4,)), Dense(units, activation)])
    made.compile(lamina.optimizers.SGD(rate), loss, metrics=metrics)
    return made


def advice(made, x, y):
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        made.fit(x, y, epochs=2, verbose=0)
        made.evaluate(x, y, verbose=0)
    assert all(each.category is lamina.AdviceWarning for each in given)
    assert all(each.filename == __file__ for each in given)
    return [str(each.message) for each in given]


def changed(array, value):
    array = array.astype("float32")
    array[3, 0] = value
    return array


SPARSE = "sparse_categorical_crossentropy"
LOGITS = losses.SparseCategoricalCrossentropy(from_logits=True)
DOUBTFUL = {
    "logits": (model, (3, None, SPARSE), X, CLASSES, r"'dense' has the activation linear; use"),
    "binary logits": (model, (1, None, "bce"), X, PAIRS, r"activation linear; use sigmoid"),
    "rectified": (model, (1, "relu", "bce"), X, PAIRS, r"activation relu; use sigmoid"),
    "twice": (model, (3, "softmax", LOGITS), X, CLASSES, r"from_logits=True, but.*by softmax"),
    "one unit": (model, (1, "softmax", "bce"), X, PAIRS, r"one unit and the activation softmax"),
    "three classes": (model, (1, "sigmoid", "bce"), X, CLASSES, r"y goes from 0 to 2; classes"),
    "signs": (model, (1, "sigmoid", "bce"), X, PAIRS * 2 - 1, r"y goes from -1 to 1"),
    "accuracy": (model, (1, None, "mse", ["accuracy"]), X, NUMBERS, r"the metric accuracy counts"),
    "nan in x": (model, (1, None, "mse"), changed(X, np.nan), NUMBERS, r"x holds nan at \(3, 0\)"),
    "inf in x": (model, (1, None, "mse"), changed(X, np.inf), NUMBERS, r"x holds inf at \(3, 0\)"),
    "nan in y": (model, (1, None, "mse"), X, changed(NUMBERS, np.nan), r"y holds nan at \(3, 0\)"),
    "rate": (model, (1, None, "mse", None, 1e30), X, NUMBERS, r"training diverged; a smaller"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_likely_to_be_a_mistake_is_said_once(name):
    make, arguments, x, y, expected = DOUBTFUL[name]
    (message,) = advice(make(*arguments), x, y)
    assert re.search(expected, message)


SOUND = {
    "probabilities": (model, (3, "softmax", "sparse_categorical_crossentropy"), CLASSES),
    "logits": (model, (3, None, LOGITS), CLASSES),
    "targets as floats": (model, (3, None, LOGITS), CLASSES.astype("float32")),
    "between": (model, (1, "sigmoid", "bce"), PAIRS * 0.9),
    "accuracy of classes": (model, (1, "sigmoid", "mse", ["accuracy"]), PAIRS.astype("float32")),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_runs_are_left_in_peace(name):
    make, arguments, y = SOUND[name]
    assert advice(make(*arguments), X, y) == []


def test_a_layer_behind_softmax_is_seen():
    made = Sequential([Input((4,)), Dense(3), layers.Softmax()])
    made.compile("sgd", "sparse_categorical_crossentropy")
    assert advice(made, X, CLASSES) == []


def test_classes_that_are_no_whole_numbers_are_refused():
    made = model(3, "softmax", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match=r"takes numbers of classes, but y holds 0.5"):
        made.fit(X, CLASSES + 0.5, verbose=0)


def test_advice_can_be_switched_off():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=lamina.AdviceWarning)
        model(1, None, "bce").fit(X, PAIRS, verbose=0)
