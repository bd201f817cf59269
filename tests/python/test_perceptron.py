"""The historical perceptron; the epochs were worked by hand."""
# ruff: noqa: E501 (a row a refusal)

import inspect
import os
import signal
import threading
import warnings

import numpy as np
import pytest

import lamina
from lamina import Perceptron

X = [[0, 0], [0, 1], [1, 0], [1, 1]]
AND, OR, XOR = [0, 0, 0, 1], [0, 1, 1, 1], [0, 1, 1, 0]


def test_arguments():
    parameters = inspect.signature(Perceptron).parameters.values()
    assert [(parameter.name, parameter.default) for parameter in parameters] == [
        ("activation", "step"),
        ("learning_rate", 1.0),
        ("max_epochs", 1000),
        ("shuffle", False),
        ("seed", None),
    ]
    gate = Perceptron("sign", 0.5, np.int64(7), 1, 3)
    assert repr(gate) == (
        "Perceptron(activation='sign', learning_rate=0.5, max_epochs=7, shuffle=True, seed=3)"
    )
    with pytest.raises(AttributeError):
        gate.max_epochs = 9


@pytest.mark.parametrize(
    ("labels", "weights", "bias", "errors"),
    [(AND, [2, 1], -3, [2, 3, 3, 2, 1, 0]), (OR, [1, 1], -1, [2, 2, 1, 0])],
)
def test_gates_are_learnt(labels, weights, bias, errors):
    gate = Perceptron()
    assert gate.fit(X, labels) is gate
    assert gate.weights.tolist() == weights
    assert gate.bias == bias
    assert gate.errors == errors
    assert gate.n_epochs == len(errors)
    assert gate.converged
    assert gate.score(X, labels) == 1
    predicted = gate.predict(X)
    assert predicted.dtype == np.int64
    assert predicted.tolist() == labels


def test_sign_has_the_labels_minus_one_and_one():
    gate = Perceptron("sign", learning_rate=0.5).fit(X, [-1, -1, -1, 1])
    assert gate.weights.tolist() == [2, 1]
    assert gate.predict(X).tolist() == [-1, -1, -1, 1]


@pytest.mark.parametrize(("bias", "labels"), [(-0.8, AND), (-0.3, OR)])
def test_gates_of_the_lectures_need_no_training(bias, labels):
    gate = Perceptron()
    gate.set_weights([0.5, 0.5], bias)
    assert gate.predict(X).tolist() == labels
    assert gate.decision_function(X) == pytest.approx(np.array(X) @ [0.5, 0.5] + bias)
    weights, same_bias = gate.get_weights()
    assert weights.dtype == np.float64
    assert (weights.tolist(), same_bias) == ([0.5, 0.5], bias)
    gate.fit(X, labels, *gate.get_weights())
    assert gate.errors == [0]
    assert gate.bias == bias


def test_lists_keep_their_float64_values():
    gate = Perceptron()
    gate.set_weights([0.1], bias=-0.1)
    assert gate.weights[0] == 0.1
    assert gate.decision_function([[1.1]])[0] == 1.1 * 0.1 - 0.1


@pytest.mark.parametrize(
    "labels", [AND, tuple(AND), np.array(AND, bool), np.array(AND, "f4")[:, None]]
)
def test_labels_may_be_of_any_real_dtype(labels):
    x = lamina.Tensor(np.array(X, "uint8"))
    assert Perceptron().fit(x, labels).score(x, labels) == 1


def test_xor_is_reported_as_not_learnt():
    with pytest.warns(
        RuntimeWarning, match=r"of 20 epochs.* [1-4] of 4 samples.*separable"
    ) as seen:
        gate = Perceptron(max_epochs=20).fit(X, XOR)
    assert seen[0].filename == __file__
    assert not gate.converged
    assert gate.n_epochs == 20
    assert len(gate.errors) == 20
    assert min(gate.errors) > 0


def test_setosa_is_linearly_separable_from_the_other_irises():
    datasets = pytest.importorskip("sklearn.datasets")
    x, species = datasets.load_iris(return_X_y=True)
    flowers = Perceptron(shuffle=True, seed=1).fit(x, species == 0)
    assert flowers.converged
    assert flowers.score(x, species == 0) == 1
    with pytest.warns(RuntimeWarning, match="not converge"):  # the other two overlap
        Perceptron(max_epochs=50).fit(x, species == 1)


def test_a_seed_repeats_the_orders(rng):
    x = rng.normal(size=(40, 3))
    y = x.sum(axis=1) > 0
    same = [Perceptron(shuffle=True, seed=3).fit(x, y).weights.tolist() for _ in range(2)]
    assert same[0] == same[1]
    assert same[0] != Perceptron(shuffle=True, seed=4).fit(x, y).weights.tolist()


def test_ctrl_c_ends_a_fit_that_would_not_end():
    gate = Perceptron(max_epochs=2**60)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            gate.fit(X, XOR)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)
    assert gate.n_epochs == 0


NAN = [[0, 0], [0, np.nan]]
CASES = {
    "label": (lambda: Perceptron().fit(X, [0, 0, 0, 3]), ValueError, r"labels 0 and 1, got 3 for sample 3"),
    "sign's label": (lambda: Perceptron("sign").fit(X, AND), ValueError, r"labels -1 and 1.*activation='step'"),
    "step's label": (lambda: Perceptron().fit(X, [-1, 1, 1, 1]), ValueError, r"activation='sign'"),
    "label nan": (lambda: Perceptron().fit(X, [0, 1, 1, np.nan]), ValueError, r"got nan for sample 3"),
    "lengths": (lambda: Perceptron().fit(X, [0, 1]), ValueError, r"y of shape \(4,\).*got \(2,\)"),
    "one-hot": (lambda: Perceptron().fit(X, np.eye(4)), ValueError, r"got \(4, 4\)"),
    "one sample": (lambda: Perceptron().fit([0, 1], [0]), ValueError, r"\(samples, features\), got \(2,\)"),
    "empty": (lambda: Perceptron().fit(np.zeros((0, 2)), []), ValueError, r"no samples"),
    "no features": (lambda: Perceptron().fit(np.zeros((2, 0)), [0, 1]), ValueError, r"no features"),
    "nan": (lambda: Perceptron().fit(NAN, [0, 1]), ValueError, r"got nan in feature 1 of sample 1"),
    "None": (lambda: Perceptron().fit(None, AND), TypeError, r"x is None"),
    "strings": (lambda: Perceptron().fit(X, list("abcd")), TypeError, r"y has the NumPy dtype"),
    "ragged": (lambda: Perceptron().fit([[1, 2], [1]], [0, 1]), ValueError, r"x is not a rectangular"),
    "weights": (lambda: Perceptron().fit(X, AND, [1, 2, 3]), ValueError, r"3 weights, but got x of shape \(4, 2\)"),
    "bias": (lambda: Perceptron().fit(X, AND, bias=np.inf), ValueError, r"finite weights and bias"),
    "no bias": (lambda: Perceptron().fit(X, AND, bias=None), TypeError, r"bias is None"),
    "unfitted": (lambda: Perceptron().predict(X), RuntimeError, r"no weights yet; call fit"),
    "unfitted weights": (lambda: Perceptron().weights, RuntimeError, r"no weights yet"),
    "features": (lambda: Perceptron().fit(X, AND).predict([[1, 2, 3]]), ValueError, r"2 weights.*\(1, 3\)"),
    "matrix": (lambda: Perceptron().set_weights([[1, 2]]), ValueError, r"\(features,\), got \(1, 2\)"),
    "activation": (lambda: Perceptron("relu"), ValueError, r"step or sign, got activation='relu'"),
    "learning_rate": (lambda: Perceptron(learning_rate=0), ValueError, r"learning_rate finite and above 0"),
    "max_epochs": (lambda: Perceptron(max_epochs=0), ValueError, r"max_epochs of at least 1"),
    "epochs": (lambda: Perceptron(max_epochs=2.5), TypeError, r"Perceptron: option 'max_epochs'"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "match"), CASES.values(), ids=CASES)
def test_refusals(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_a_run_in_another_thread_leaves_a_whole_perceptron():
    gate = Perceptron(max_epochs=20_000)
    gate.set_weights([0.5, 0.5], -0.8)

    def learn():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            gate.fit(X, XOR)

    thread = threading.Thread(target=learn)
    thread.start()
    while thread.is_alive():
        assert gate.predict(X).shape == (4,)
    thread.join()
    assert gate.n_epochs == 20_000
