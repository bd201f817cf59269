"""Arguments that keras.ops takes beside the plain ones, against NumPy."""

import numpy as np
import pytest
from gradients import check_gradient

from lamina import Tensor, Variable, ops

RNG = np.random.default_rng(17)
X = RNG.normal(size=(3, 4))
BATCH = RNG.normal(size=(2, 3, 4))
INF = float("inf")


def same(got, expected, tolerance=1e-14):
    expected = np.asarray(expected)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got.numpy(), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("decimals", [-2, -1, 0, 1, 3])
def test_round_decimals(decimals):
    x = np.array([1234.5678, -0.055, 15.0, 25.0, 0.5, 1.5, -2.5, INF, -INF])
    same(ops.round(x, decimals), np.round(x, decimals))
    whole = np.int32([1234, -15, 25, 5, 0])
    got = ops.round(whole, decimals=decimals)
    assert got.dtype == "int32"
    assert got.numpy().tolist() == np.round(whole, decimals).tolist()
    assert ops.round(x.astype("float32"), decimals).dtype == "float32"


@pytest.mark.parametrize("name", ["max", "min"])
def test_initial(name):
    for initial in (0.25, -10.0, 10.0):
        for axis in (None, 0, (0, 1), -1):
            for keepdims in (False, True):
                expected = getattr(np, name)(X, axis, keepdims=keepdims, initial=initial)
                same(getattr(ops, name)(X, axis, keepdims, initial), expected)
    same(getattr(ops, name)(np.zeros((0, 3)), 0, initial=2.0), [2.0] * 3)
    same(getattr(ops, name)(np.zeros((0, 3)), initial=2.0), 2.0)
    check_gradient(lambda t: getattr(ops, name)(t, 1, initial=0.1), X)


def test_dtypes_of_products_and_sums():
    whole = np.int32([[100000, 100000], [2, 3]])
    assert ops.prod(whole, 1, dtype="int64").numpy().tolist() == [10**10, 6]
    assert ops.prod(X, dtype="float32").dtype == "float32"
    assert ops.cumsum(whole, 0, dtype="float64").dtype == "float64"
    assert ops.cumsum([True, True], dtype="int32").numpy().tolist() == [1, 2]


def test_dtypes_of_booleans_and_whole_numbers():
    bits, bytes_ = np.array([True, False]), np.uint8([3, 200])
    got = {
        "abs": ops.abs(bits), "sign": ops.sign(bits), "sum": ops.sum(bits),
        "clip": ops.clip(bits, 0, 1),
        "mean": ops.mean(np.int32([1, 2])), "floor": ops.floor(np.int32([1])),
        "ceil": ops.ceil(bytes_), "abs8": ops.abs(bytes_), "trunc": ops.trunc(np.int32([-3])),
    }  # fmt: skip
    assert {name: value.dtype for name, value in got.items()} == {
        "abs": "bool", "sign": "bool", "sum": "int32", "clip": "int32", "mean": "float32",
        "floor": "float32", "ceil": "float32", "abs8": "uint8", "trunc": "int32",
    }  # fmt: skip
    assert got["sign"].numpy().tolist() == [True, False]
    assert got["abs8"].numpy().tolist() == [3, 200]


@pytest.mark.parametrize("kind", [list, tuple, np.array, lambda x: np.array(x, "int32")])
def test_repeats_and_places_as_arrays(kind):
    same(ops.repeat(X, kind([0, 2, 1]), 0), np.repeat(X, [0, 2, 1], 0))
    same(ops.repeat(X, kind([1] * 11 + [3])), np.repeat(X, [1] * 11 + [3]))
    same(ops.repeat(X, kind([2]), -1), np.repeat(X, 2, -1))
    for part, expected in zip(ops.split(X, kind([1, 3]), 1), np.split(X, [1, 3], 1), strict=True):
        same(part, expected)
    check_gradient(lambda t: ops.repeat(t, kind([0, 2, 1]), 0), X)
    with pytest.raises(ValueError, match="at least 0"):
        ops.repeat(X, kind([1, -1, 1]), 0)


def test_take_along_axis_broadcasts():
    for places in (np.array([[2, 0]]), np.array([[1], [0], [3]]), np.array([[-1]])):
        same(ops.take_along_axis(X, places, 1), np.take_along_axis(X, places, 1))
    places = RNG.integers(0, 4, (2, 1, 5))
    same(ops.take_along_axis(BATCH, places, -1), np.take_along_axis(BATCH, places, -1))
    check_gradient(lambda t: ops.take_along_axis(t, np.array([[2, 0]]), 1), X)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_softmax_of_all(name):
    function = getattr(ops, name)
    same(function(X, None), function(X.reshape(-1)).numpy().reshape(X.shape))
    check_gradient(lambda t: function(t, axis=None), X)


@pytest.mark.parametrize("order", [None, "fro", "nuc", 1, -1, 2, -2, INF, -INF])
@pytest.mark.parametrize("axis", [(0, 1), (1, 0), (-2, -1), (0, 2), (2, 1)])
def test_norms_of_matrices(axis, order):
    for keepdims in (False, True):
        expected = np.linalg.norm(BATCH, order, axis, keepdims)
        same(ops.norm(BATCH, order, axis, keepdims), expected, 1e-13)
    same(ops.norm(X, order), np.linalg.norm(X, order), 1e-13)
    check_gradient(lambda t: ops.norm(t, order, axis), BATCH)
    with pytest.raises(ValueError, match="got 3"):
        ops.norm(X, 3)


def test_clip_by_tensors():
    low, high = X - 0.5, np.float64([0.1, 0.2, 0.3, 0.4])
    same(ops.clip(BATCH[:, :3], low, high), np.minimum(np.maximum(BATCH, low), high))
    same(ops.clip(X, None, Tensor(high)), np.minimum(X, high))


def test_arange_does_not_count_rounded_steps():
    assert ops.arange(0, 1, 0.1).shape == (10,)
    assert ops.arange(1.0).numpy().tolist() == [0.0]
    assert ops.arange(5, dtype="int64").dtype == "int64"
    assert ops.linspace(0, 1, 3, dtype="float64").numpy().tolist() == [0, 0.5, 1]


def test_blocks_count_from_the_end_below_0():
    x = np.arange(5)
    assert ops.slice(x, [-2], [2]).numpy().tolist() == [3, 4]
    assert ops.slice_update(x, [-2], np.array([9, 9])).numpy().tolist() == [0, 1, 2, 9, 9]
    assert ops.slice(x, [-9], [2]).numpy().tolist() == [0, 1]


def test_places_outside_of_a_tensor_are_refused():
    with pytest.raises(IndexError, match=r"99 for shape \(3, 4\), which has 12 elements"):
        ops.unravel_index([0, 99], (3, 4))
    with pytest.raises(IndexError, match="-13"):
        ops.unravel_index(-13, (3, 4))
    places = ops.unravel_index([-1, 5, -12], (3, 4))
    assert [p.numpy().tolist() for p in places] == [[2, 1, 0], [3, 1, 0]]


def test_a_copy_of_a_variable_keeps_its_values():
    a, b = Variable([0.0, -0.0]), Variable([1.0, 1.0])
    kept = ops.copy(a)
    a.assign(b)
    b.assign(kept)
    np.testing.assert_array_equal(np.signbit(b.numpy()), [False, True])
    assert a.numpy().tolist() == [1.0, 1.0]
    assert b.numpy().tolist() == [0.0, 0.0]
    ops.sum(ops.copy(a) * a).backward()
    assert a.grad.numpy().tolist() == [2.0, 2.0]
