"""Every operation against NumPy in float64 over its domain; gradients against differences."""

import numpy as np
import pytest
from gradients import check_gradient
from scipy import special

import lamina
from lamina import Tensor, activations, losses, ops

WIDE = (-30.0, 30.0)
POSITIVE = (1e-3, 50.0)

# name: function, NumPy's, domain
UNARY = {
    "negative": (ops.negative, np.negative, WIDE),
    "absolute": (ops.absolute, np.abs, WIDE),
    "exp": (ops.exp, np.exp, WIDE),
    "log": (ops.log, np.log, POSITIVE),
    "sqrt": (ops.sqrt, np.sqrt, POSITIVE),
    "square": (ops.square, np.square, WIDE),
    "relu": (ops.relu, lambda x: np.maximum(x, 0), WIDE),
    "tanh": (ops.tanh, np.tanh, WIDE),
    "sigmoid": (ops.sigmoid, special.expit, WIDE),
    "softplus": (ops.softplus, lambda x: np.logaddexp(x, 0), WIDE),
    "softmax": (ops.softmax, lambda x: special.softmax(x, -1), WIDE),
    "log_softmax": (ops.log_softmax, lambda x: special.log_softmax(x, -1), WIDE),
    "linear": (activations.linear, lambda x: x, WIDE),
}
BINARY = {
    "add": (ops.add, np.add),
    "subtract": (ops.subtract, np.subtract),
    "multiply": (ops.multiply, np.multiply),
    "divide": (ops.divide, np.divide),
    "maximum": (ops.maximum, np.maximum),
    "minimum": (ops.minimum, np.minimum),
}
REDUCTIONS = {
    "sum": (ops.sum, np.sum),
    "mean": (ops.mean, np.mean),
    "max": (ops.max, np.max),
    "min": (ops.min, np.min),
}
SHAPES = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 3, 4), (3, 1)), ((), (5,))]
TOLERANCE = {"float32": 3e-6, "float64": 1e-13}


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", UNARY)
def test_unary_values(name, dtype, rng):
    function, oracle, (low, high) = UNARY[name]
    for shape in [(7,), (5, 33), (2, 3, 129)]:
        x = rng.uniform(low, high, shape).astype(dtype)
        result = function(x)
        assert result.dtype == dtype
        expected = oracle(x.astype("float64"))
        np.testing.assert_allclose(
            result.numpy(), expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype]
        )


@pytest.mark.parametrize("name", UNARY)
def test_unary_gradients(name, rng):
    function, _, (low, high) = UNARY[name]
    x = rng.uniform(max(low, -3), min(high, 3), (3, 5))
    x[np.abs(x) < 0.05] = 0.5  # away from the kinks of relu and absolute
    check_gradient(function, x)


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "relu", "tanh", "sigmoid", "softmax"])
def test_nan_passes_through(name):
    assert np.isnan(UNARY[name][0]([1.0, np.nan]).numpy()[1])


def test_limits():
    assert ops.exp([200.0, -200.0]).numpy().tolist() == [np.inf, 0]
    assert ops.sigmoid([500.0, -500.0]).numpy().tolist() == [1, 0]
    assert ops.tanh([500.0, -500.0]).numpy().tolist() == [1, -1]
    assert ops.log([0.0]).numpy().tolist() == [-np.inf]
    assert np.isnan(ops.log([-1.0]).item())
    assert ops.softmax([1000.0, 1000.0]).numpy().tolist() == [0.5, 0.5]
    assert ops.log_softmax([1000.0, 0.0]).numpy().tolist() == [0, -1000]


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", BINARY)
def test_binary_values(name, dtype, shapes, rng):
    function, oracle = BINARY[name]
    a, b = (rng.uniform(0.5, 4, shape).astype(dtype) for shape in shapes)
    expected = oracle(a, b)
    got = function(a, b)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got.numpy(), expected, rtol=TOLERANCE[dtype])


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("name", BINARY)
def test_binary_gradients(name, shapes, rng):
    check_gradient(BINARY[name][0], *(rng.uniform(0.5, 4, shape) for shape in shapes))


def test_equals_share_the_gradient_of_maximum_and_max():
    a, b = Tensor([1.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    ops.maximum(a, b).backward()
    assert (a.grad.item(), b.grad.item()) == (0.5, 0.5)
    x = Tensor([2.0, 1.0, 2.0, 2.0, 2.0], requires_grad=True)
    ops.max(x).backward()
    assert x.grad.numpy().tolist() == [0.25, 0, 0.25, 0.25, 0.25]


def test_small_integers_keep_their_dtype_under_maximum():
    x = np.uint8([3, 200])
    assert ops.maximum(x, np.uint8([5, 5])).numpy().tolist() == [5, 200]
    assert ops.maximum(x, np.uint8([5, 5])).dtype == "uint8"
    assert ops.minimum(np.bool_([True, False]), np.bool_([True, True])).dtype == "bool"


def test_the_least_integer_wraps_around():
    least = np.iinfo(np.int32).min
    assert ops.absolute(np.int32([least])).item() == least


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name, keepdims, axis, rng):
    function, oracle = REDUCTIONS[name]
    x = rng.normal(size=(3, 4, 5))
    expected = oracle(x, axis=axis, keepdims=keepdims)
    got = function(x, axis=axis, keepdims=keepdims)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-12)
    check_gradient(lambda t: function(t, axis=axis, keepdims=keepdims), x)


@pytest.mark.parametrize("shape", [(2, 3), (2, 4, 3)])
def test_matmul(shape, rng):
    a, b = rng.normal(size=shape), rng.normal(size=(3, 5))
    np.testing.assert_allclose(ops.matmul(a, b).numpy(), a @ b, rtol=1e-12)
    check_gradient(ops.matmul, a, b)


@pytest.mark.parametrize("activation", ["linear", "relu", "tanh", "sigmoid", "softmax"])
def test_dense(activation, rng):
    x, kernel, bias = rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)
    expected = UNARY[activation][1](x @ kernel + bias)
    got = ops.dense(x, kernel, bias, activation)
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-11)
    check_gradient(lambda *t: ops.dense(*t, activation), x, kernel, bias)


def test_batch_normalization(rng):
    x, mean, offset = rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=3)
    variance, scale = rng.uniform(0.5, 2, 3), rng.normal(size=3)
    expected = (x - mean) / np.sqrt(variance + 1e-3) * scale + offset
    got = ops.batch_normalization(x, mean, variance, -1, offset, scale)
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-11)
    check_gradient(
        lambda a, b, c: ops.batch_normalization(a, mean, variance, -1, b, c), x, offset, scale
    )


def test_batch_normalization_refuses_parameters_of_another_type():
    x, ones = np.ones((2, 300)), np.ones(300, "float32")
    with pytest.raises(ValueError, match=r"variance float64 of shape \(300,\), got float32"):
        ops.batch_normalization(x, np.ones(300), ones, -1)
    with pytest.raises(ValueError, match="gamma float64"):
        ops.batch_normalization(x, np.ones(300), np.ones(300), -1, scale=ones)


def test_reshape_slice_and_cast(rng):
    x = rng.normal(size=(4, 3))
    check_gradient(lambda t: ops.reshape(t, (2, -1)), x)
    check_gradient(lambda t: t[1:3], x)
    check_gradient(lambda t: t[2], x)
    t = Tensor(np.float32([1.5]), requires_grad=True)
    (ops.cast(t, "float64") * 3).backward()
    assert t.grad.dtype == "float32"
    assert t.grad.item() == 3


@pytest.mark.parametrize("from_logits", [False, True])
@pytest.mark.parametrize("name", ["Binary", "Categorical", "SparseCategorical"])
def test_crossentropy_gradients(name, from_logits, rng):
    loss = getattr(losses, f"{name}Crossentropy")(from_logits=from_logits)
    x = rng.uniform(0.1, 0.9, (4, 3))
    target = {
        "Binary": rng.uniform(0, 1, (4, 3)),
        "Categorical": special.softmax(rng.normal(size=(4, 3)), -1),
        "SparseCategorical": np.array([0, 2, 1, 1]),
    }[name]
    if name != "Binary" and not from_logits:
        x /= x.sum(-1, keepdims=True)  # the formula of Keras divides by this sum
    weights = np.array([1.0, 0.5, 2.0, 0.0])
    check_gradient(lambda t: loss(target, t, weights), x)


def test_mean_squared_error_gradient(rng):
    target = rng.normal(size=(4, 3))
    check_gradient(lambda t: losses.MeanSquaredError()(target, t), rng.normal(size=(4, 3)))


def test_gradients_add_up_where_a_tensor_is_used_twice(rng):
    check_gradient(lambda t: t * ops.tanh(t) + ops.matmul(t, t), rng.normal(size=(3, 3)))


def test_a_long_chain_needs_no_stack():
    x = Tensor([1.0], requires_grad=True)
    y = x
    for _ in range(20_000):
        y = y + x
    y.backward()
    assert x.grad.item() == 20_001


def test_dropout_keeps_the_expected_value():
    x = np.ones(100_000, "float32")
    y = lamina.random.dropout(x, 0.25, seed=1).numpy()
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / 0.75)}
    assert abs(np.mean(y == 0) - 0.25) < 0.01
    assert np.array_equal(y, lamina.random.dropout(x, 0.25, seed=1).numpy())


def test_random_numbers():
    z = lamina.random.normal((200_000,), 1, 2, seed=3).numpy()
    assert abs(z.mean() - 1) < 0.02
    assert abs(z.std() - 2) < 0.02
    assert np.abs(lamina.random.truncated_normal((100_000,), seed=1).numpy()).max() <= 2
    u = lamina.random.uniform((100_000,), -1, 3, seed=1).numpy()
    assert u.min() >= -1
    assert u.max() <= 3
    assert abs(u.mean() - 1) < 0.02
    lamina.utils.set_random_seed(5)
    a, b = lamina.random.normal((3,)).numpy(), lamina.random.normal((3,)).numpy()
    lamina.utils.set_random_seed(5)
    assert np.array_equal(a, lamina.random.normal((3,)).numpy())
    assert not np.array_equal(a, b)


def test_gradients_of_results_without_columns():
    x, bias = Tensor(np.ones((4, 3)), requires_grad=True), Tensor(np.ones(0), requires_grad=True)
    kernel = Tensor(np.ones((3, 0)), requires_grad=True)
    ops.sum(ops.dense(x, kernel, bias)).backward()
    assert (x.grad.shape, kernel.grad.shape, bias.grad.shape) == ((4, 3), (3, 0), (0,))
    assert (x.grad.numpy() == 0).all()


LISTS = {
    "mean": (lambda a, b: ops.mean([a, b]), [1 / 4, 1 / 4], [1 / 4, 1 / 4]),
    "sum of nested lists": (lambda a, b: ops.sum([[a, b], [b, b]]), [1, 1], [3, 3]),
    "maximum": (lambda a, b: ops.sum(ops.maximum([a, b], 2.5)), [0, 0], [1, 1]),
    "multiply, either side": (
        lambda a, b: ops.sum([a, b] * lamina.Tensor([[1.0, 2.0], [3.0, 4.0]])),
        [1, 2],
        [3, 4],
    ),
    "numbers beside tensors": (
        lambda a, b: ops.sum(ops.stack([[a[0], 5], (b[1], 7)])),
        [1, 0],
        [0, 1],
    ),
    "convert_to_tensor": (lambda a, b: ops.sum(ops.convert_to_tensor([a, b])), [1, 1], [1, 1]),
    "take": (lambda a, b: ops.sum(ops.take([a, b], 1, axis=0)), [0, 0], [1, 1]),
    "where": (lambda a, b: ops.sum(ops.where([True, False], [a[0], b[0]], 0.0)), [1, 0], [0, 0]),
}


@pytest.mark.parametrize("name", LISTS)
def test_gradients_reach_tensors_in_lists(name):
    function, da, db = LISTS[name]
    a = lamina.Tensor([1.0, 2.0], requires_grad=True)
    b = lamina.Variable([3.0, 4.0])
    function(a, b).backward()
    np.testing.assert_allclose(a.grad.numpy(), da)
    np.testing.assert_allclose(np.zeros(2) if b.grad is None else b.grad.numpy(), db)


def test_lists_of_tensors_keep_their_dtype():
    a = lamina.Tensor([1.0], dtype="float64")
    assert ops.mean([a, a]).dtype == "float64"
    assert ops.add([a, [2]], 1).dtype == "float64"
    with pytest.raises(ValueError, match=r"one shape"):
        ops.mean([a, lamina.Tensor([1.0, 2.0], dtype="float64")])
    endless = [a]
    endless.append(endless)
    with pytest.raises((ValueError, TypeError, IndexError)):
        ops.mean(endless)
