"""Reductions, norms, arg and running reductions against NumPy; gradients against differences."""

import numpy as np
import pytest
from gradients import check_gradient
from scipy import special

from lamina import Tensor, ops

INF, NAN = np.inf, np.nan
DTYPES = ["float32", "float64", "int32", "int64", "uint8", "bool"]
TOLERANCE = {"float32": 2e-6, "float64": 1e-13}
AXES = [None, 0, 1, 2, -1, -3, (0, 2), (-1, 0), (1,), (0, 1, 2), [1, 2]]
REDUCTIONS = {
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min, "var": np.var,
    "std": np.std, "logsumexp": special.logsumexp, "all": np.all, "any": np.any,
}  # fmt: skip
SMOOTH = ["sum", "mean", "prod", "max", "min", "var", "std", "logsumexp"]
ORDERS = [None, 0, 1, 2, 3, 0.5, 2.5, -1, -2, INF, -INF]


def gradient(function, x):
    tensor = Tensor(np.float64(x), requires_grad=True)
    ops.sum(function(tensor)).backward()
    return tensor.grad.numpy().tolist()


def as_tuple(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def vector_norm(x, order, axis=None, keepdims=False):
    """By its definition, sum(|x|^order)^(1 / order)."""
    x = np.abs(np.float64(x))
    if order in (None, "fro"):
        order = 2
    if np.isinf(order):
        return (np.max if order > 0 else np.min)(x, axis=axis, keepdims=keepdims)
    if order == 0:
        return np.sum(x != 0, axis=axis, keepdims=keepdims)
    return np.sum(x**order, axis=axis, keepdims=keepdims) ** (1 / order)


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", REDUCTIONS)
def test_values(name, dtype, axis, rng):
    x = rng.integers(0, 4, (3, 4, 5)).astype(dtype)
    if dtype.startswith("float"):
        x = rng.normal(size=(3, 4, 5)).astype(dtype)
        if name in ("all", "any"):
            x[x < 0] = 0
    for keepdims in (False, True):
        got = getattr(ops, name)(x, axis=axis, keepdims=keepdims)
        wide = x if name in ("all", "any") else x.astype("float64")
        expected = REDUCTIONS[name](wide, axis=as_tuple(axis), keepdims=keepdims)
        assert got.shape == np.shape(expected)
        accuracy = TOLERANCE.get(got.dtype, 0)
        np.testing.assert_allclose(got.numpy(), expected, rtol=accuracy, atol=accuracy)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes(dtype):
    x = np.ones((2, 3), dtype)
    floating = dtype if dtype.startswith("float") else "float32"
    for name in ["mean", "var", "std", "logsumexp", "norm"]:
        assert getattr(ops, name)(x).dtype == floating
    for name in ["max", "min"]:
        assert getattr(ops, name)(x).dtype == dtype
    for name in ["sum", "prod", "cumsum"]:
        got = getattr(ops, name)(x).dtype
        assert got == dtype or (dtype in ("uint8", "bool") and got in ("int32", "int64"))
    for name in ["all", "any"]:
        assert getattr(ops, name)(x).dtype == "bool"
    for name in ["argmax", "argmin"]:
        assert getattr(ops, name)(x).dtype == "int32"


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("name", SMOOTH)
def test_gradients(name, axis, rng):
    x = rng.normal(size=(2, 3, 3))
    for keepdims in (False, True):
        check_gradient(lambda t, k=keepdims: getattr(ops, name)(t, axis=axis, keepdims=k), x)


@pytest.mark.parametrize("name", [*REDUCTIONS, "norm", "argmax", "argmin", "cumsum"])
def test_axes_that_are_not_there(name):
    function = getattr(ops, name)
    for axis in (2, -3):
        with pytest.raises(IndexError, match=rf"{axis}.*\(2, 3\)"):
            function(np.ones((2, 3)), axis=axis)
    if name in REDUCTIONS or name == "norm":
        with pytest.raises(IndexError, match=r"5.*\(2, 3\)"):
            function(np.ones((2, 3)), axis=(0, 5))
        with pytest.raises(ValueError, match=r"twice.*\(2, 3\)"):
            function(np.ones((2, 3)), axis=(0, -2))


@pytest.mark.parametrize("axis", [0.5, "rows", (0, 0.5), [[0]]])
@pytest.mark.parametrize("name", ["sum", "var", "all", "norm", "argmax", "cumsum"])
def test_axes_that_are_no_whole_numbers(name, axis):
    with pytest.raises(TypeError):
        getattr(ops, name)(np.ones((2, 3)), axis=axis)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_scalars(name):
    got = getattr(ops, name)(np.array(0.5))
    assert got.shape == ()
    assert got.item() == REDUCTIONS[name](np.array(0.5))


@pytest.mark.parametrize("name", REDUCTIONS)
def test_an_empty_tuple_names_no_axis(name):
    x = np.array([[0.5, 2.0]])
    function = getattr(np, name, None)
    expected = x if function is None else function(x, axis=())
    for axis in ((), []):
        got = getattr(ops, name)(x, axis=axis)
        assert np.array_equal(got.numpy(), expected)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_empty(name):
    neutral = {"sum": 0, "prod": 1, "all": True, "any": False, "logsumexp": -INF}
    for shape, axis in [
        ((0, 3), 1), ((2, 0, 3), 2), ((2, 0, 3), 0), ((0,), None), ((0,), 0), ((0, 3), 0),
        ((2, 0, 3), 1), ((2, 0, 3), (0, 1)), ((2, 0, 3), None), ((3, 0), (0, 1)),
    ]:  # fmt: skip
        x = np.zeros(shape)
        result = np.sum(x, axis=axis).shape
        if name in ("max", "min") and 0 not in result:
            with pytest.raises(ValueError, match=rf"{name}.*\({shape[0]},"):
                getattr(ops, name)(x, axis=axis)
            continue
        got = getattr(ops, name)(x, axis=axis).numpy()
        np.testing.assert_array_equal(got, np.full(result, neutral.get(name, NAN)))


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "max", "var", "logsumexp"])
def test_gradients_of_empty(name):
    for shape, axis in [((0, 3), 1), ((2, 0, 3), 2)]:
        tensor = Tensor(np.zeros(shape), requires_grad=True)
        ops.sum(getattr(ops, name)(tensor, axis=axis)).backward()
        assert tensor.grad.shape == shape


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("shape", [(100_003,), (3, 40_001), (40_001, 3), (2, 9_001, 7), (70, 1030)])
def test_long_sums(shape, dtype, rng):
    x = rng.uniform(0.5, 1.5, shape).astype(dtype)
    wide = x.astype("float64")
    for axis in (None, *range(len(shape))):
        for name in ["sum", "mean", "var", "std", "logsumexp", "max", "min"]:
            got = getattr(ops, name)(x, axis=axis).numpy()
            expected = REDUCTIONS[name](wide, axis=axis)
            np.testing.assert_allclose(
                got, expected, rtol=10 * TOLERANCE[dtype], atol=np.finfo(dtype).eps
            )
        np.testing.assert_allclose(
            ops.prod(x ** (1 / max(shape)), axis=axis).numpy(),
            np.prod((x ** (1 / max(shape))).astype("float64"), axis=axis),
            rtol=np.sqrt(x.size) * 20 * np.finfo(dtype).eps,
        )
        assert np.array_equal(ops.argmax(x, axis).numpy(), np.argmax(x, axis))


@pytest.mark.parametrize("name", [*SMOOTH, "all", "any"])
def test_special_numbers(name):
    rows = np.array(
        [[INF, 1, 2], [-INF, 1, 2], [INF, -INF, 0], [NAN, 1, 2], [INF, NAN, 0], [INF, INF, INF],
         [-INF, -INF, -INF], [1, 2, NAN], [0, 0, 0], [-0.0, 0, -0.0], [0, INF, 1], [NAN] * 3]
    )  # fmt: skip
    with np.errstate(all="ignore"):
        expected = REDUCTIONS[name](rows, axis=1)
        at_all = REDUCTIONS[name](rows[:2])
    for dtype in TOLERANCE:
        x = rows.astype(dtype)
        got = getattr(ops, name)(x, axis=1).numpy()
        np.testing.assert_allclose(got, expected, rtol=TOLERANCE[dtype])
        np.testing.assert_allclose(
            getattr(ops, name)(np.ascontiguousarray(x.T), axis=0).numpy(), got, equal_nan=True
        )
        np.testing.assert_allclose(getattr(ops, name)(x[:2]).numpy(), at_all)
        far = np.zeros(1000, dtype)  # beyond the first vectors
        far[901] = NAN
        assert np.isnan(getattr(ops, name)(far).numpy()) == (name not in ("all", "any"))


def test_logsumexp_does_not_overflow():
    for shift in (1e4, -1e4, 1e300, -1e300):
        np.testing.assert_allclose(
            ops.logsumexp(np.array([0.0, 1, 2]) + shift).item(), shift + np.log(3), rtol=2e-3
        )
    assert ops.logsumexp(np.float32([1e30, -1e30])).item() == np.float32(1e30)
    assert gradient(ops.logsumexp, [1000.0, -1000.0]) == [1, 0]
    assert gradient(ops.logsumexp, [0.0, -INF]) == [1, 0]


def test_variance_far_from_0(rng):
    x = rng.normal(size=(4, 1000))
    np.testing.assert_allclose(ops.var(x + 1e6, 1).numpy(), np.var(x, 1), rtol=1e-8)
    single = (x + 1e3).astype("float32")
    np.testing.assert_allclose(
        ops.var(single, 1).numpy(), np.var(single.astype("float64"), 1), rtol=1e-5
    )
    assert ops.var(np.full(1000, 0.1)).item() < 1e-30


def test_whole_numbers_are_exact():
    x = np.int64([2**62, 1, -3])
    assert ops.sum(x).item() == 2**62 - 2
    assert ops.max(x).item() == 2**62
    assert ops.prod(np.int64([3037000499, 3037000499])).item() == 3037000499**2
    assert ops.cumsum(x).numpy().tolist() == np.cumsum(x).tolist()
    assert ops.sum(np.full(1000, 255, "uint8")).item() == 255_000
    assert ops.prod(np.uint8([200, 200])).item() == 40_000
    assert ops.sum(np.ones(70_000, bool)).item() == 70_000
    assert ops.cumsum(np.full(3, 200, "uint8")).numpy().tolist() == [200, 400, 600]
    assert ops.mean(np.uint8([255, 255, 255])).item() == 255
    assert ops.max(np.int64([2**62, 2**62 + 1])).item() == 2**62 + 1
    assert ops.argmax(np.int64([2**62, 2**62 + 1])).item() == 1


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int32", "int64", "float32", "float64"])
@pytest.mark.parametrize("name", ["prod", "cumsum"])
def test_the_dtype_that_is_asked_for(name, dtype):
    x = np.array([3, 200, 2])
    got = getattr(ops, name)(x, dtype=dtype)
    assert got.dtype == dtype
    assert np.array_equal(got, getattr(np, name)(x, dtype=dtype))


def test_gradient_of_prod_with_zeros(rng):
    assert gradient(ops.prod, [2.0, 3.0, 4.0]) == [12, 8, 6]
    assert gradient(ops.prod, [2.0, 0.0, 4.0]) == [0, 8, 0]
    assert gradient(ops.prod, [0.0, 0.0, 4.0]) == [0, 0, 0]
    assert gradient(ops.prod, [0.0]) == [1]
    x = rng.normal(size=(3, 4))
    x[0, 1] = x[1, 0] = x[1, 3] = 0
    check_gradient(lambda t: ops.prod(t, 1), x)
    check_gradient(lambda t: ops.prod(t, 0, keepdims=True), x)


def test_equals_share_the_gradient_of_max_and_min():
    assert gradient(ops.max, [2.0, 1.0, 2.0, 2.0, 2.0]) == [0.25, 0, 0.25, 0.25, 0.25]
    assert gradient(ops.min, [2.0, 1.0, 1.0]) == [0, 0.5, 0.5]
    rows = [[1.0, 1.0], [INF, 0.0], [-INF, -INF]]
    assert gradient(lambda t: ops.max(t, 1), rows) == [[0.5, 0.5], [1, 0], [0.5, 0.5]]


def test_gradients_are_finite_where_all_are_equal():
    assert gradient(ops.var, [2.0, 2.0, 2.0]) == [0, 0, 0]
    np.testing.assert_allclose(gradient(ops.logsumexp, [2.0, 2.0]), 0.5)
    assert gradient(ops.std, [2.0, 2.0, 2.0]) == [0, 0, 0]  # a subgradient, which PyTorch gives


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("order", ORDERS)
def test_norms_of_vectors(order, axis, rng):
    x = rng.normal(size=(3, 4))
    x[0, 1] = x[2, 2] = 0
    for keepdims in (False, True):
        got = ops.norm(x, order, axis, keepdims)
        with np.errstate(divide="ignore"):
            expected = vector_norm(x, order, axis, keepdims)
            theirs = np.linalg.norm(x, order, axis, keepdims)
        np.testing.assert_allclose(expected, theirs, rtol=1e-13)
        assert got.shape == expected.shape
        np.testing.assert_allclose(got.numpy(), expected, rtol=1e-13)
        single = ops.norm(x.astype("float32"), order, axis, keepdims)
        assert single.dtype == "float32"
        np.testing.assert_allclose(single.numpy(), expected, rtol=3e-6)


@pytest.mark.parametrize("order", [None, "fro"])
@pytest.mark.parametrize("axis", [(0, 1), (1, 0), (-1, 1), (0, 2)])
def test_norms_of_matrices(order, axis, rng):
    x = rng.normal(size=(3, 4, 2))
    for keepdims in (False, True):
        got = ops.norm(x, order, axis, keepdims)
        expected = np.linalg.norm(x, order, axis, keepdims)
        assert got.shape == expected.shape
        np.testing.assert_allclose(got.numpy(), expected, rtol=1e-13)


def test_norm_of_all(rng):
    x = rng.normal(size=(3, 4, 2))
    np.testing.assert_allclose(ops.norm(x).item(), np.sqrt(np.sum(x * x)), rtol=1e-13)
    assert ops.norm(x, keepdims=True).shape == (1, 1, 1)
    for order in ORDERS:
        np.testing.assert_allclose(
            ops.norm(x[0, :, 0], order).item(), vector_norm(x[0, :, 0], order), rtol=1e-13
        )
    assert ops.norm([3.0, 4.0]).item() == ops.norm(np.int32([3, 4])).item() == 5
    assert ops.norm(np.zeros((2, 0)), axis=1).numpy().tolist() == [0, 0]


@pytest.mark.parametrize("order", [np.int64(1), np.float32(3), np.float64(3), np.int32(0)])
def test_orders_may_be_numpy_numbers(order, rng):
    x = rng.normal(size=5)
    np.testing.assert_allclose(ops.norm(x, order).item(), np.linalg.norm(x, order), rtol=1e-13)


def test_norms_of_special_numbers():
    for order in (1, 2, 3, INF):
        assert ops.norm([INF, 1.0], order).item() == INF
        assert ops.norm([-INF, 1.0], order).item() == INF
        assert np.isnan(ops.norm([NAN, 1.0], order).item())
        assert ops.norm([0.0, -0.0], order).item() == 0
    assert ops.norm([0.0, NAN, -2.0], 0).item() == 2
    assert ops.norm([0.0, 2.0], -1).item() == 0


@pytest.mark.parametrize("order", [None, "fro", 1, 2, 3, 2.5, -1, INF, -INF])
def test_gradients_of_norms(order, rng):
    x = rng.normal(size=(3, 4))
    for keepdims in (False, True):
        check_gradient(lambda t, k=keepdims: ops.norm(t[0], order, keepdims=k), x)
        if order != "fro":
            check_gradient(lambda t, k=keepdims: ops.norm(t, order, 1, k), x)
    if order in (None, "fro"):
        check_gradient(lambda t: ops.norm(t, order), x)
        check_gradient(lambda t: ops.norm(t, order, (1, 0)), x)


@pytest.mark.parametrize("order", [None, 1, 2, 3, INF])
def test_gradients_of_norms_at_0(order):
    """0 is a subgradient of each of these."""
    assert gradient(lambda t: ops.norm(t, order, 1), np.zeros((2, 3))) == [[0] * 3] * 2
    some = gradient(lambda t: ops.norm(t, order, 1), [[0.0, 2.0], [0.0, 0.0]])
    np.testing.assert_allclose(some, [[0, 1], [0, 0]], rtol=1e-13)


@pytest.mark.parametrize(
    ("x", "order", "axis", "message"),
    [
        (np.ones(3), "nuc", None, "fro.*nuc"),
        (np.ones(3), "", None, "fro.*''"),
        (np.ones(3), [2], None, "fro.*2"),
        (np.ones(3), NAN, None, "nan"),
    ],
)
def test_norms_that_are_refused(x, order, axis, message):
    with pytest.raises(ValueError, match=message):
        ops.norm(x, order, axis)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_places(name, dtype, rng):
    x = rng.integers(0, 6, (3, 4, 50)).astype(dtype)  # with ties: the first of equals
    if dtype.startswith("float"):
        x[0, 1, 7] = x[1, 2, 3] = x[1, 2, 5] = NAN
        x[2, 0, 9] = INF
        x[2, 0, 3] = -INF
    function, oracle = getattr(ops, name), getattr(np, name)
    for axis in (None, 0, 1, 2, -1, -2):
        for keepdims in (False, True):
            got = function(x, axis=axis, keepdims=keepdims)
            expected = oracle(x, axis=axis, keepdims=keepdims)
            assert got.shape == np.shape(expected)
            assert np.array_equal(got.numpy(), expected)
    assert function(np.array(3.0)).item() == 0
    assert not function(Tensor(np.ones(2), requires_grad=True)).requires_grad


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_places_in_nothing(name):
    for shape, axis in [((0,), None), ((0, 3), 0), ((3, 0), 1)]:
        with pytest.raises(ValueError, match=rf"{name}.*\({shape[0]},"):
            getattr(ops, name)(np.zeros(shape), axis=axis)
    assert getattr(ops, name)(np.zeros((0, 3)), axis=1).shape == (0,)
    assert getattr(ops, name)(np.zeros((0, 3)), axis=1, keepdims=True).shape == (0, 1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_running_sums(dtype, rng):
    x = rng.integers(0, 5, (3, 4, 5)).astype(dtype)
    for axis in (None, 0, 1, 2, -1, -3):
        got = ops.cumsum(x, axis=axis)
        expected = np.cumsum(x.astype("float64"), axis=axis)
        assert got.shape == expected.shape
        assert np.array_equal(got.numpy(), expected)


def test_gradients_of_running_sums(rng):
    x = rng.normal(size=(2, 3, 2))
    for axis in (None, 0, 1, 2, -2):
        check_gradient(lambda t, a=axis: ops.cumsum(t, axis=a), x)


def test_running_sums_of_special_shapes_and_numbers():
    assert ops.cumsum(np.array(2.0)).numpy().tolist() == [2]
    for shape in [(0,), (2, 0), (0, 3)]:
        for axis in range(len(shape)):
            assert ops.cumsum(np.zeros(shape), axis=axis).shape == shape
    got = ops.cumsum([1.0, INF, 2.0, -INF, NAN, 1.0]).numpy()
    np.testing.assert_array_equal(got, [1, INF, INF, NAN, NAN, NAN])
    long = np.full(100_000, 0.1)
    np.testing.assert_allclose(ops.cumsum(long).numpy(), np.cumsum(long), rtol=1e-10)
