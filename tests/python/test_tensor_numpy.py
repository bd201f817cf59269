"""NumPy's functions on tensors: arrays, or lamina's operations where a gradient is at stake."""

import numpy as np
import pytest

import lamina
from lamina import Input, Model, Tensor, Variable
from lamina.layers import Layer

A = np.array([[0.5, 1.5, 2.5], [3.0, 1.0, 2.0]])

# Functions that lamina has, with arguments in NumPy's words.
KNOWN = {
    "exp": lambda x: np.exp(x),
    "sqrt": lambda x: np.sqrt(x),
    "tanh": lambda x: np.tanh(x),
    "negative": lambda x: np.negative(x),
    "maximum": lambda x: np.maximum(x, 1.0),
    "mean": lambda x: np.mean(x),
    "mean axis": lambda x: np.mean(x, axis=1, keepdims=True),
    "mean 1": lambda x: np.mean(x, 1),
    "sum": lambda x: np.sum(x, axis=0, dtype=None),
    "std": lambda x: np.std(x, axis=1),
    "var ddof": lambda x: np.var(x, 1, ddof=1),
    "max": lambda x: np.max(x, axis=1),
    "clip": lambda x: np.clip(x, 1, 2),
    "reshape": lambda x: np.reshape(x, (3, 2)),
    "transpose": lambda x: np.transpose(x),
    "concatenate": lambda x: np.concatenate([x, A], axis=1),
    "stack": lambda x: np.stack([x, x]),
    "where": lambda x: np.where(A > 1, x, 0.0),
    "squeeze": lambda x: np.squeeze(np.expand_dims(x, 0)),
    "dot": lambda x: np.dot(x, A.T),
    "einsum": lambda x: np.einsum("ij->j", x),
    "norm": lambda x: np.linalg.norm(x),
    "tile": lambda x: np.tile(x, (2, 1)),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "array + tensor": lambda x: A + x,
    "array @ tensor": lambda x: A.T @ x,
}


@pytest.mark.parametrize("name", KNOWN)
def test_where_a_gradient_is_recorded_lamina_computes(name):
    function = KNOWN[name]
    expected = function(A)
    for x in (Tensor(A, requires_grad=True), Variable(A)):
        got = function(x)
        assert isinstance(got, Tensor)
        np.testing.assert_allclose(got.numpy(), expected, rtol=1e-12)
        got.sum().backward()
        assert x.grad.shape == A.shape


@pytest.mark.parametrize("name", sorted(KNOWN.keys() - {"array + tensor", "array @ tensor"}))
def test_elsewhere_numpy_computes(name):
    got = KNOWN[name](Tensor(A))
    assert not isinstance(got, Tensor)
    np.testing.assert_array_equal(got, KNOWN[name](A))
    with lamina.no_grad():
        assert not isinstance(KNOWN[name](Tensor(A, requires_grad=True)), Tensor)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.nan_to_num(np.partition(x, 1)),
        lambda x: np.add.reduce(x),
        lambda x: np.exp(x, out=np.zeros_like(A)),
        lambda x: np.fft.rfft(x),
        lambda x: np.spacing(x),
    ],
)
def test_a_gradient_is_never_lost_in_silence(function):
    with pytest.raises(TypeError, match=r"gradient.*detach\(\)"):
        function(Tensor(A, requires_grad=True))
    np.testing.assert_array_equal(function(Tensor(A)), function(A))


def test_in_place_on_an_array():
    total = np.zeros(2)
    total += Tensor([1.0, 2.0])
    assert total.tolist() == [1, 2]
    with pytest.raises(TypeError, match="detach"):
        total += Tensor(np.ones(2), requires_grad=True)


def test_what_has_no_gradient_is_numpys():
    x = Tensor(A, requires_grad=True)
    assert np.argmax(x, axis=1).tolist() == [2, 0]
    assert np.shape(x) == (2, 3)
    assert np.size(x) == 6
    assert np.allclose(x, A)
    assert np.array_equal(x, A)
    assert np.any(np.isnan(x)) == False  # noqa: E712
    assert np.histogram(x, bins=2)[0].tolist() == [3, 3]
    assert np.asarray(x).tolist() == A.tolist()


def test_weights_can_be_looked_at():
    v = Variable(A)
    assert np.percentile(v, 50) == np.median(A)
    assert not np.shares_memory(np.partition(v, 1), np.asarray(v.value))


def test_in_layers_conversion_is_refused():
    class Lossy(Layer):
        def call(self, x):
            return x + np.asarray(x)

    with pytest.raises(TypeError, match=r"lamina\.ops"):
        Lossy()(Tensor(A, requires_grad=True))


def test_arguments_that_lamina_has_not():
    with pytest.raises(TypeError, match=r"lamina\.ops\.mean.*detach"):
        np.mean(Tensor(A, requires_grad=True), where=A > 1)
    with pytest.raises(TypeError, match=r"lamina\.ops\.sum.*detach"):
        np.sum(Tensor(A, requires_grad=True), dtype="float32")


def test_symbolic_tensors():
    x = Input((3,))
    for function in (np.tanh, lambda x: np.sum(x, axis=1), lambda x: np.argmax(x, axis=1)):
        got = Model(x, function(x))(A.astype("float32"))
        np.testing.assert_allclose(got.numpy(), function(A), rtol=1e-6)
    assert np.shape(x) == (None, 3)
    for function in (np.spacing, np.fft.rfft, np.add.reduce):
        with pytest.raises(TypeError, match=r"symbolic tensor.*call the model"):
            function(x)
