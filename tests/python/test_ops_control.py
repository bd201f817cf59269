"""Loops, choices and functions of functions."""

import numpy as np
import pytest

import lamina
from lamina import Input, Model, Tensor, Variable, ops


def test_cond():
    assert ops.cond(True, lambda: 1, lambda: 2) == 1
    assert ops.cond(Tensor(0.0), lambda: 1, lambda: 2) == 2
    x = Input((3,))
    y = ops.cond(ops.sum(x) > 0, lambda: {"a": x * 2}, lambda: {"a": -x})["a"]
    model = Model(x, y)
    assert model(np.float32([[1, 2, 3]])).numpy().tolist() == [[2, 4, 6]]
    assert model(np.float32([[-1, -2, -3]])).numpy().tolist() == [[1, 2, 3]]


def test_switch():
    branches = [lambda x: x, lambda x: x * 10]
    assert [ops.switch(i, branches, 3) for i in (-1, 0, Tensor(1), 7)] == [3, 3, 30, 30]


def test_while_loop():
    i, total = ops.while_loop(
        lambda i, total: i < 5, lambda i, total: (i + 1, total + i), (0, Tensor(0.0))
    )
    assert (i, total.item()) == (5, 10.0)
    assert ops.while_loop(lambda i: True, lambda i: i + 1, 0, maximum_iterations=7) == 7
    assert ops.while_loop(lambda i: i < 3, lambda i: [i + 1], [0]) == (3,)
    with pytest.raises(ValueError, match="took 2 variables and gave 1"):
        ops.while_loop(lambda a, b: True, lambda a, b: a, (1, 2))


def test_gradients_flow_through_loops():
    x = Tensor(1.5, requires_grad=True)
    ops.fori_loop(0, 3, lambda i, value: value * x, Tensor(1.0)).backward()
    assert x.grad.item() == pytest.approx(3 * 1.5**2)


def test_map():
    x = np.arange(6, dtype="float32").reshape(3, 2)
    got = ops.map(lambda row: (ops.sum(row), {"twice": row * 2}), Tensor(x))
    assert got[0].numpy().tolist() == x.sum(1).tolist()
    assert np.array_equal(got[1]["twice"].numpy(), x * 2)
    pair = ops.vectorized_map(lambda each: each[0] * each[1], (Tensor(x), Tensor(x + 1)))
    assert np.array_equal(pair.numpy(), x * (x + 1))
    assert ops.map(lambda n: n + 1, [1, 2]).numpy().tolist() == [2, 3]
    with pytest.raises(ValueError, match="one known length"):
        ops.map(lambda each: each[0], (Tensor([1.0]), Tensor([1.0, 2.0])))


def test_scan():
    xs = Tensor([1.0, 2.0, 3.0])
    total, sums = ops.scan(lambda s, x: (s + x, s), Tensor(0.0), xs)
    assert (total.item(), sums.numpy().tolist()) == (6, [0, 1, 3])
    total, sums = ops.scan(lambda s, x: (s + x, s), Tensor(0.0), xs, reverse=True)
    assert sums.numpy().tolist() == [5, 3, 0]
    last, nothing = ops.scan(lambda s, x: (s * 2, None), 1, length=5)
    assert (last, nothing) == (32, None)
    with pytest.raises(ValueError, match="length"):
        ops.scan(lambda s, x: (s, x), 0)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_associative_scan(axis, reverse):
    x = np.random.default_rng(1).normal(size=(3, 4))
    got = ops.associative_scan(lambda a, b: a * b, Tensor(x), reverse=reverse, axis=axis)
    expected = np.cumprod(np.flip(x, axis) if reverse else x, axis)
    np.testing.assert_allclose(got.numpy(), np.flip(expected, axis) if reverse else expected)


def test_vectorize():
    larger = ops.vectorize(lambda a, b=1.0: a if a > b else b)
    assert larger([[1.0, 4.0]], [[2.0], [9.0]]).numpy().tolist() == [[2, 4], [9, 9]]
    assert larger(Tensor([0.5, 3.0])).numpy().tolist() == [1, 3]
    scaled = ops.vectorize(lambda a, how: a * len(how), excluded={1})
    assert scaled([1, 2], "abc").numpy().tolist() == [3, 6]
    with pytest.raises(ValueError, match="signature"):
        ops.vectorize(len, signature="(n)->()")


def test_custom_gradient():
    @ops.custom_gradient
    def log1pexp(x):
        e = ops.exp(x)

        def gradient(*args, upstream=None):
            if upstream is None:
                (upstream,) = args
            return ops.multiply(upstream, 1.0 - 1.0 / ops.add(1, e))

        return ops.log(1 + e), gradient

    x = Variable([100.0, 0.0], dtype="float64")
    log1pexp(x).backward(Tensor(np.ones(2)))
    # As Keras's documentation has it, the gradient is inf / inf-free: 1 and 1/2.
    assert x.grad.numpy().tolist() == [1.0, 0.5]


def test_custom_gradient_of_several():
    @ops.custom_gradient
    def both(a, factor, b):
        return (a + b, a * b), lambda s, p: (s * 10.0, None, p * 100.0)

    a, b = (Tensor([float(i)], requires_grad=True) for i in (2, 3))
    total, product = both(a, 7, b)
    (ops.sum(total) + ops.sum(product) * 2.0).backward()
    assert (a.grad.item(), b.grad.item()) == (10, 200)

    @ops.custom_gradient
    def wrong(a, b):
        return a, lambda g: [g]

    with pytest.raises(ValueError, match="1 gradients for 2"):
        wrong(a, b).backward()

    @ops.custom_gradient
    def failing(a):
        return a, lambda g: 1 / 0

    with pytest.raises(ZeroDivisionError):
        failing(a).backward()
    with pytest.raises(TypeError, match="symbolic"):
        failing(Input((1,)))


@pytest.mark.parametrize("wrong", [Tensor([1.0, 2.0, 3.0]), Tensor(1.0), Tensor(np.ones(2))])
def test_a_custom_gradient_must_fit_its_input(wrong):
    @ops.custom_gradient
    def same(a):
        return a, lambda g: wrong

    a = Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"custom gradient gave float.* shape .*\(2,\)"):
        same(a).sum().backward()
    assert a.grad is None


def test_a_custom_gradient_may_be_an_array():
    @ops.custom_gradient
    def doubled(a):
        return a * 2.0, lambda g: np.full(2, 2.0) * g.numpy()

    a = Variable([1.0, 2.0])
    doubled(a).sum().backward()
    assert a.grad.numpy().tolist() == [2.0, 2.0]


def test_custom_gradients_within_fit():
    class Scaled(lamina.Layer):
        def build(self, shape):
            self.factor = self.add_weight(shape=(), initializer="ones", name="factor")

        def call(self, x):
            @ops.custom_gradient
            def scale(x, factor):
                return x * factor, lambda up: (up * factor, ops.sum(up * x))

            return scale(x, self.factor) + ops.rfft(x)[0][:, :1]

    x = np.random.default_rng(2).normal(size=(32, 3)).astype("float32")
    model = lamina.Sequential([Input((3,)), Scaled()])
    model.compile(lamina.optimizers.SGD(0.1), "mse")
    y = 3 * x + x.sum(1, keepdims=True)
    model.fit(x, y, epochs=60, verbose=0)
    assert model.get_weights()[0] == pytest.approx(3, abs=1e-3)


def test_what_a_tensor_is():
    assert ops.is_tensor(Tensor([1.0]))
    assert not ops.is_tensor(np.ones(2))
    assert [ops.dtype(x) for x in (np.ones(2), Tensor([1]), Input((1,)), 1.5)] == [
        "float64", "float32", "float32", "float32",
    ]  # fmt: skip
    assert ops.empty((2, 3)).shape == ops.empty_like(np.ones((2, 3))).shape == (2, 3)
