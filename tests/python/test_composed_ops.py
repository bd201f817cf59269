"""Operations made of others, against NumPy in float64, and their gradients."""

import numpy as np
import pytest
from gradients import check_gradient

from lamina import Tensor, ops

INF, NAN = np.inf, np.nan
TOLERANCE = {"float32": 3e-6, "float64": 1e-13}
EXTREME = np.array([0.0, -0.0, 1.5, -1.5, 2.5, 1e30, -1e30, INF, -INF, NAN])

# (name, shapes of tensors, further arguments, NumPy's function if it has another name).
SMOOTH = [
    ("amax", [(3, 4)], {"axis": 1}, np.max), ("amin", [(3, 4)], {}, np.min),
    ("average", [(3, 4)], {"axis": 0}, np.mean), ("average", [(3, 4)], {}, np.mean),
    ("deg2rad", [(5,)], {}, None), ("rad2deg", [(2, 3)], {}, None),
    ("diagonal", [(3, 4)], {}, None), ("diagonal", [(3, 4)], {"offset": 2}, None),
    ("diagonal", [(4, 3)], {"offset": -2}, None), ("diagonal", [(4, 3)], {"offset": 9}, None),
    ("diagonal", [(2, 3, 4)], {"offset": 1, "axis1": 2, "axis2": 0}, None),
    ("diff", [(5,)], {}, None), ("diff", [(3, 4)], {"n": 2, "axis": 0}, None),
    ("diff", [(3, 2)], {"n": 4}, None), ("diff", [(3, 2)], {"n": 0}, None),
    ("divide_no_nan", [(3, 4), (4,)], {}, np.divide), ("true_divide", [(3, 1), (4,)], {}, None),
    ("dot", [(3, 4), (4, 2)], {}, None), ("dot", [(4,), (4,)], {}, None),
    ("dot", [(2, 3, 4), (4,)], {}, None), ("dot", [(2, 3), (2, 3, 4)], {}, None),
    ("dot", [(), (3,)], {}, None), ("dot", [(3,), (2, 3, 2)], {}, None),
    ("inner", [(2, 3, 4), (5, 4)], {}, None), ("inner", [(4,), (4,)], {}, None),
    ("inner", [(2,), ()], {}, None), ("outer", [(3,), (4,)], {}, None),
    ("outer", [(2, 2), (3,)], {}, None), ("vdot", [(2, 3), (6,)], {}, None),
    ("exp2", [(3, 4)], {}, None), ("fliplr", [(2, 3, 2)], {}, None), ("flipud", [(3, 2)], {}, None),
    ("logaddexp", [(3, 4), (4,)], {}, None), ("logaddexp", [(3, 1), (1, 2)], {}, None),
    ("moveaxis", [(2, 3, 4)], {"source": 0, "destination": -1}, None),
    ("moveaxis", [(2, 3, 4, 1)], {"source": (0, 3), "destination": (2, 0)}, None),
    ("nansum", [(3, 4)], {"axis": 0}, None), ("nanmean", [(3, 4)], {"keepdims": True}, None),
    ("ravel", [(2, 3)], {}, None), ("ravel", [()], {}, None),
    ("roll", [(5,)], {"shift": 2}, None), ("roll", [(3, 4)], {"shift": -5}, None),
    ("roll", [(3, 4)], {"shift": (1, -2), "axis": (0, 1)}, None),
    ("roll", [(3, 4)], {"shift": 1, "axis": (0, 1)}, None),
    ("roll", [(3, 4)], {"shift": (1, 4), "axis": -1}, None),
    ("roll", [(0, 4)], {"shift": 1, "axis": 0}, None),
    ("trace", [(3, 4)], {}, None), ("trace", [(2, 4, 3)], {"offset": -1, "axis1": 1, "axis2": 2},
                                    None),
    ("tril", [(3, 4)], {}, None), ("tril", [(2, 3, 3)], {"k": -1}, None),
    ("tril", [(3, 4)], {"k": 2}, None), ("tril", [(3, 4)], {"k": 100}, None),
    ("triu", [(3, 4)], {}, None), ("triu", [(4, 3)], {"k": -2}, None),
    ("triu", [(3, 3)], {"k": 1}, None), ("triu", [(3, 4)], {"k": -100}, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shapes", "arguments", "oracle"), SMOOTH)
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_values(dtype, name, shapes, arguments, oracle, rng):
    inputs = [rng.uniform(0.5, 2, shape).astype(dtype) for shape in shapes]
    expected = (oracle or getattr(np, name))(*[x.astype("float64") for x in inputs], **arguments)
    got = getattr(ops, name)(*inputs, **arguments)
    assert (got.dtype, got.shape) == (dtype, np.shape(expected))
    np.testing.assert_allclose(got.numpy(), expected, rtol=TOLERANCE[dtype])


@pytest.mark.parametrize(("name", "shapes", "arguments", "oracle"), SMOOTH)
def test_gradients(name, shapes, arguments, oracle, rng):
    inputs = [np.array(rng.uniform(0.5, 2, shape)) for shape in shapes]
    check_gradient(lambda *x: getattr(ops, name)(*x, **arguments), *inputs)


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1)])
def test_average(axis, rng):
    x = rng.normal(size=(3, 4))
    weights = [rng.uniform(1, 2, (3, 4))]
    weights += [rng.uniform(1, 2, x.shape[axis])] if isinstance(axis, int) else []
    for each in weights:
        got = ops.average(x, axis, weights=each)
        np.testing.assert_allclose(got.numpy(), np.average(x, axis, weights=each), rtol=1e-14)
        check_gradient(lambda a, w: ops.average(a, axis, w), x, each)
    with pytest.raises(ValueError, match=r"\(3, 4\).*\(2,\)"):
        ops.average(x, axis, weights=np.ones(2))


@pytest.mark.parametrize("axis", [None, 0, (0, 1)])
def test_count_nonzero(axis):
    for x in (np.array([[0, 1, 2], [0, 0, 3]]), np.array([[0.0, NAN], [-0.0, 1]])):
        got = ops.count_nonzero(x, axis)
        assert got.dtype == "int32"
        assert np.array_equal(got.numpy(), np.count_nonzero(x, axis))


@pytest.mark.parametrize("keepdims", [True, False])
def test_moments(keepdims, rng):
    x = rng.normal(size=(3, 4))
    mean, variance = ops.moments(x, 0, keepdims)
    np.testing.assert_allclose(mean.numpy(), x.mean(0, keepdims=keepdims), rtol=1e-14)
    np.testing.assert_allclose(variance.numpy(), x.var(0, keepdims=keepdims), rtol=1e-14)
    with pytest.raises(ValueError, match="synchronized"):
        ops.moments(x, 0, synchronized=True)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_normalize(order, rng):
    x = rng.normal(size=(3, 4))
    expected = x / np.linalg.norm(x, order, axis=0, keepdims=True)
    np.testing.assert_allclose(ops.normalize(x, 0, order).numpy(), expected, rtol=1e-13)
    check_gradient(lambda a: ops.normalize(a, order=order), x)
    assert ops.normalize(np.zeros(3)).numpy().tolist() == [0, 0, 0]
    assert ops.normalize([3.0, 4.0], epsilon=10).numpy().tolist() == pytest.approx([0.3, 0.4])


def test_numbers_that_are_none():
    for name in ("isposinf", "isneginf", "trunc", "nan_to_num"):
        np.testing.assert_array_equal(
            getattr(ops, name)(EXTREME).numpy(), getattr(np, name)(EXTREME)
        )
    got = ops.nan_to_num(EXTREME, 7, posinf=8, neginf=-9)
    assert got.numpy()[-3:].tolist() == [8, -9, 7]
    assert ops.nan_to_num(np.float32([INF])).item() == np.finfo("float32").max
    np.testing.assert_array_equal(ops.trunc([-1.7, 1.7]).numpy(), np.float32([-1, 1]))
    assert ops.nansum(EXTREME[:-3]).item() == np.nansum(EXTREME[:-3])
    x = np.array([[1.0, NAN], [NAN, NAN]])
    assert ops.nansum(x, 1).numpy().tolist() == [1, 0]
    np.testing.assert_array_equal(ops.nanmean(x, 1).numpy(), [1, NAN])
    given = Tensor(x, requires_grad=True)
    ops.nansum(given).backward()
    assert given.grad.numpy().tolist() == [[1, 0], [0, 0]]


def test_logaddexp_of_extremes():
    a, b = np.meshgrid(EXTREME, EXTREME)
    with np.errstate(invalid="ignore"):
        expected = np.logaddexp(a, b)
    np.testing.assert_allclose(ops.logaddexp(a, b).numpy(), expected, rtol=1e-14)
    x = Tensor(np.array([-INF, -INF, 0.0, 800.0]), requires_grad=True)
    ops.logaddexp(x, np.array([-INF, 1.0, 0.0, -800.0])).backward(np.ones(4))
    assert x.grad.numpy().tolist() == [0.5, 0, 0.5, 1]  # equals share


def test_divide_no_nan_of_zeros():
    a, b = (Tensor(np.array(values), requires_grad=True) for values in ([1.0, 0, -2], [0.0, 0, 4]))
    got = ops.divide_no_nan(a, b)
    assert got.numpy().tolist() == [0, 0, -0.5]
    got.backward(np.ones(3))
    assert a.grad.numpy().tolist() == [0, 0, 0.25]
    assert b.grad.numpy().tolist() == [0, 0, 0.125]


def test_whole_numbers_and_booleans():
    x = np.array([[3, 0, -2], [5, 7, 0]], "int32")
    for name in ("amax", "ravel", "tril", "triu", "diff", "fliplr", "trace", "nan_to_num", "trunc"):
        got, expected = getattr(ops, name)(x), getattr(np, name)(x)
        assert np.array_equal(got.numpy(), expected)
    assert ops.dot(x, x.T).dtype == "int32"
    assert np.array_equal(ops.dot(x, x.T).numpy(), x @ x.T)
    bits = np.array([True, False, True, True])
    other = np.array([True, True, False, True])
    assert np.array_equal(ops.logical_xor(bits, other).numpy(), bits ^ other)
    assert np.array_equal(ops.logical_xor(x, 1).numpy(), np.logical_xor(x, 1))
    assert np.array_equal(ops.diff(bits).numpy(), np.diff(bits))
    like = ops.full_like(x, 7)
    assert (like.dtype, like.numpy().tolist()) == ("int32", np.full_like(x, 7).tolist())
    assert ops.full_like(x, 0.5, "float64").numpy().tolist() == np.full(x.shape, 0.5).tolist()


@pytest.mark.parametrize("name", ["hstack", "vstack", "dstack"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 2)])
def test_stacks(name, shape, rng):
    inputs = [np.array(rng.normal(size=shape)) for _ in range(3)]
    assert np.array_equal(getattr(ops, name)(inputs).numpy(), getattr(np, name)(inputs))
    check_gradient(lambda *x: getattr(ops, name)(list(x)), *inputs)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_unstack(axis, rng):
    x = rng.normal(size=(3, 4))
    parts = ops.unstack(x, axis=axis)
    assert len(parts) == x.shape[axis]
    for part, expected in zip(parts, np.moveaxis(x, axis, 0), strict=True):
        assert np.array_equal(part.numpy(), expected)
    assert len(ops.unstack(x, 3)) == 3
    check_gradient(lambda a: ops.unstack(a, axis=axis)[1], x)
    assert ops.unstack(np.zeros((2, 0)), axis=1) == []


E = np.ones((2, 3))
REFUSALS = {
    "average": (lambda: ops.average(E, weights=[1, 2, 3]), ValueError, r"\(2, 3\).*\(3,\)"),
    "dot": (lambda: ops.dot(E, E), ValueError, r"\(2, 3\)"),
    "inner": (lambda: ops.inner(E, E.T), ValueError, r"\(2, 3\).*\(3, 2\)"),
    "vdot": (lambda: ops.vdot(E, E[0]), ValueError, r"\(2, 3\).*\(3,\)"),
    "diff": (lambda: ops.diff(E, -1), ValueError, "-1"),
    "diagonal": (lambda: ops.diagonal(E[0]), ValueError, r"\(3,\)"),
    "diagonal twice": (lambda: ops.diagonal(E, 0, 1, -1), ValueError, r"1 and -1.*\(2, 3\)"),
    "tril": (lambda: ops.tril(E[0]), ValueError, r"tril.*\(3,\)"),
    "triu": (lambda: ops.triu(E[0]), ValueError, r"triu.*\(3,\)"),
    "moveaxis": (lambda: ops.moveaxis(E, (0, 1), 0), ValueError, "1 and 2"),
    "moveaxis twice": (lambda: ops.moveaxis(E, (0, 0), (0, 1)), ValueError, r"\(2, 3\) twice"),
    "moveaxis range": (lambda: ops.moveaxis(E, 2, 0), IndexError, r"2.*\(2, 3\)"),
    "roll": (lambda: ops.roll(E, (1, 2, 3), (0, 1)), ValueError, "3 and 2"),
    "roll axis": (lambda: ops.roll(E, 1, 2), IndexError, r"2.*\(2, 3\)"),
    "fliplr": (lambda: ops.fliplr(E[0]), IndexError, r"1.*\(3,\)"),
    "unstack": (lambda: ops.unstack(E, 3), ValueError, r"num=3.*\(2, 3\)"),
    "hstack": (lambda: ops.hstack([]), ValueError, "at least one"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(name):
    call, error, message = REFUSALS[name]
    with pytest.raises(error, match=message):
        call()
