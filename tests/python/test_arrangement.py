"""What moves, chooses or makes elements, and subscripts, against NumPy; gradients."""

import itertools

import numpy as np
import pytest
from gradients import check_gradient

import lamina
from lamina import Tensor, Variable, ops

DTYPES = ["float32", "float64", "int32", "int64", "uint8", "bool"]
INF, NAN = np.inf, np.nan
INT32 = np.iinfo("int32")


def numbers(shape, dtype):
    """Distinct where the dtype allows it."""
    return (np.arange(1, 1 + np.prod(shape, dtype=int)) * 7 % 251).reshape(shape).astype(dtype)


def same(got, expected):
    assert got.shape == np.shape(expected)
    assert np.array_equal(got.numpy(), expected)


# The same call of lamina.ops and of NumPy.
CALLS = [
    ("transpose", (2, 3, 4), {}), ("transpose", (2, 3, 4), {"axes": (1, 2, 0)}),
    ("transpose", (2, 3, 4), {"axes": (-1, 0, -2)}), ("transpose", (2, 3, 4), {"axes": [0, 1, 2]}),
    ("transpose", (3,), {}), ("transpose", (), {}), ("transpose", (2, 0, 4), {}),
    ("transpose", (2, 3, 1, 2, 2), {"axes": (4, 2, 0, 3, 1)}), ("transpose", (65, 130), {}),
    ("swapaxes", (2, 3, 4), {"axis1": 0, "axis2": 2}),
    ("swapaxes", (2, 3), {"axis1": 1, "axis2": 1}),
    ("swapaxes", (2, 3, 4), {"axis1": -1, "axis2": -2}),
    ("expand_dims", (2, 3), {"axis": 0}), ("expand_dims", (2, 3), {"axis": 2}),
    ("expand_dims", (2, 3), {"axis": -3}), ("expand_dims", (), {"axis": 0}),
    ("expand_dims", (2, 3), {"axis": (0, 2)}), ("expand_dims", (2, 3), {"axis": (-1, 0)}),
    ("expand_dims", (0, 3), {"axis": 1}),
    ("squeeze", (1, 2, 1, 3), {}), ("squeeze", (1, 2, 1, 3), {"axis": 0}), ("squeeze", (1, 1), {}),
    ("squeeze", (1, 2, 1, 3), {"axis": (0, -2)}), ("squeeze", (2, 3), {}), ("squeeze", (0, 1), {}),
    ("broadcast_to", (3, 1), {"shape": (2, 3, 4)}), ("broadcast_to", (), {"shape": (2, 3)}),
    ("broadcast_to", (3,), {"shape": (3,)}), ("broadcast_to", (1,), {"shape": (0,)}),
    ("broadcast_to", (2, 1, 3, 1), {"shape": (2, 4, 3, 2)}),
    ("flip", (2, 3, 4), {}), ("flip", (2, 3, 4), {"axis": 1}),
    ("flip", (2, 3, 4), {"axis": (0, -1)}),
    ("flip", (5,), {"axis": -1}), ("flip", (2, 0), {}), ("flip", (1, 3), {"axis": 0}),
    ("pad", (3,), {"pad_width": 2}), ("pad", (2, 3), {"pad_width": (1, 2)}),
    ("pad", (2, 3), {"pad_width": ((1, 0), (0, 3))}), ("pad", (2, 3), {"pad_width": [[2, 1]]}),
    ("pad", (2, 3), {"pad_width": 0}), ("pad", (2, 3), {"pad_width": 1, "constant_values": 1}),
    ("pad", (0, 3), {"pad_width": 1}), ("pad", (2, 1, 2), {"pad_width": ((0, 0), (1, 1), (2, 0))}),
    ("tile", (2, 3), {"repeats": 2}), ("tile", (2, 3), {"repeats": (2, 1)}),
    ("tile", (), {"repeats": 3}),
    ("tile", (2, 3), {"repeats": (2, 1, 3)}), ("tile", (2, 1, 3), {"repeats": (2,)}),
    ("tile", (2, 3), {"repeats": [0, 2]}), ("tile", (2, 3), {"repeats": ()}),
    ("repeat", (2, 3), {"repeats": 2}), ("repeat", (2, 3), {"repeats": 3, "axis": 0}),
    ("repeat", (2, 3), {"repeats": 2, "axis": -1}), ("repeat", (2, 3), {"repeats": 0, "axis": 1}),
    ("repeat", (), {"repeats": 3}), ("repeat", (2, 0), {"repeats": 2, "axis": 0}),
    ("reshape", (2, 6), {"shape": (3, 4)}), ("reshape", (2, 6), {"shape": (-1, 2, 3)}),
    ("reshape", (2, 6), {"shape": (-1,)}), ("reshape", (), {"shape": (1, 1)}),
    ("reshape", (0, 3), {"shape": (3, -1)}), ("reshape", (1,), {"shape": ()}),
]  # fmt: skip
for _mode, _extent in itertools.product(
    ["reflect", "symmetric", "edge", "wrap", "maximum", "minimum"], [1, 2, 3, 5]
):
    for _width in ((1, 0), (0, 2), (2, 1), (4, 7), (13, 11)):
        CALLS.append(("pad", (_extent, 2), {"pad_width": (_width, (1, 0)), "mode": _mode}))


def run(name, x, arguments):
    if name == "reshape":
        return ops.reshape(x, newshape=arguments["shape"])
    return getattr(ops, name)(x, **arguments)


def run_numpy(name, x, arguments):
    return np.tile(x, arguments["repeats"]) if name == "tile" else getattr(np, name)(x, **arguments)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "shape", "arguments"), CALLS)
def test_values(name, shape, arguments, dtype):
    x = numbers(shape, dtype)
    got = run(name, x, arguments)
    assert got.dtype == dtype
    same(got, run_numpy(name, x, arguments))


@pytest.mark.parametrize(("name", "shape", "arguments"), CALLS)
def test_gradients(name, shape, arguments, rng):
    if np.prod(shape) < 100:
        check_gradient(lambda t: run(name, t, arguments), rng.normal(size=shape))


@pytest.mark.parametrize("axis", [(2, 0), (-4, -1), (-1, -3), (0, 3), (1, 2)])
def test_several_new_axes_are_those_of_the_result(axis):
    x = numbers((2, 3), "float64")
    same(ops.expand_dims(x, axis), np.expand_dims(x, axis))


@pytest.mark.parametrize("mode", ["mean", "median", "linear_ramp", "empty", "circular"])
@pytest.mark.parametrize("shape", [(1, 2), (3, 2), (4, 5)])
def test_more_ways_to_pad(mode, shape, rng):
    x = rng.normal(size=shape)
    width = ((2, 1), (1, 3))
    got = ops.pad(x, width, mode)
    numpy_mode = {"circular": "wrap", "empty": "constant"}.get(mode, mode)
    np.testing.assert_allclose(got.numpy(), np.pad(x, width, numpy_mode), rtol=1e-13)
    check_gradient(lambda t: ops.pad(t, width, mode), x)
    whole = numbers(shape, "int32")
    same(ops.pad(whole, width, mode), np.pad(whole, width, numpy_mode))


JOINED = [
    ([(2, 3), (2, 3)], 0), ([(2, 3), (1, 3), (4, 3)], 0), ([(2, 3), (2, 1)], 1), ([(2, 3)], 0),
    ([(2, 1, 3), (2, 4, 3)], -2), ([(0, 3), (2, 3)], 0), ([(2, 0), (2, 0)], 1), ([(3,), (2,)], -1),
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shapes", "axis"), JOINED)
def test_concatenate(shapes, axis, dtype):
    xs = [numbers(shape, dtype) for shape in shapes]
    got = ops.concatenate(xs, axis=axis)
    assert got.dtype == dtype
    same(got, np.concatenate(xs, axis=axis))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
@pytest.mark.parametrize("dtype", DTYPES)
def test_stack(dtype, axis):
    xs = [numbers((2, 3), dtype), numbers((2, 3), dtype)[::-1], np.ones((2, 3), dtype)]
    got = ops.stack(xs, axis=axis)
    assert got.dtype == dtype
    same(got, np.stack(xs, axis=axis))
    same(ops.stack(tuple(map(Tensor, xs)), axis), np.stack(xs, axis=axis))


def test_gradients_of_joining(rng):
    a, b, c = (rng.normal(size=(2, 3)) for _ in range(3))
    for axis in (0, 1, -1):
        check_gradient(lambda t, x=axis: ops.concatenate([a, t, c, t], x), b)
        check_gradient(lambda t, x=axis: ops.stack([t, a, t * t], x), b)
    check_gradient(lambda t: ops.concatenate([t]), b)


@pytest.mark.parametrize(
    ("a", "b"), [(a, b) for a in DTYPES for b in DTYPES if {a, b} != {"float32", "float64"}]
)
def test_dtypes_of_joining(a, b):
    x, y = np.array([0, 1, 3]).astype(a), np.array([5, 1, 0]).astype(b)
    floating = [d for d in (a, b) if d.startswith("float")]
    for function in (ops.concatenate, ops.stack):
        got = function([x, y])
        assert got.dtype == (floating[0] if floating else np.result_type(a, b).name)
        same(got, getattr(np, function.__name__)([x, y]))


def test_joining_of_two_floating_dtypes_is_refused():
    for function in (ops.concatenate, ops.stack):
        with pytest.raises(TypeError, match=r"float32.*float64"):
            function([np.float32([1]), np.float64([1])])


SPLITS = [
    ((6, 2), 3, 0), ((6, 2), 1, 0), ((6, 2), 2, -1), ((0, 2), 2, 0), ((6,), [2, 3], 0),
    ((6, 4), [1], 1), ((6, 4), (0, 2, 2, 4), -1), ((6,), [], 0), ((2, 6, 3), [4], 1),
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "parts", "axis"), SPLITS)
def test_split(shape, parts, axis, dtype):
    x = numbers(shape, dtype)
    got = ops.split(x, parts, axis=axis)
    expected = np.split(x, parts, axis=axis)
    assert isinstance(got, list)
    assert len(got) == len(expected)
    for part, wanted in zip(got, expected, strict=True):
        assert part.dtype == dtype
        same(part, wanted)


def test_gradients_of_split(rng):
    x = rng.normal(size=(4, 6))
    check_gradient(lambda t: ops.split(t, 2)[1], x)
    check_gradient(lambda t: ops.split(t, [1, 4], axis=1)[1], x)
    check_gradient(lambda t: ops.split(t, 2)[0] * ops.split(t, 2)[1], x)


INDICES = [0, -1, [1, 0], [-1, 2, 2, 0], [[0, 1], [2, -3]], [[[1]]]]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("indices", INDICES)
@pytest.mark.parametrize("axis", [None, 0, 1, 2, -1, -2])
def test_take(axis, indices, dtype):
    x = numbers((3, 4, 5), dtype)
    for places in (indices, np.int32(indices), np.int64(indices), Tensor(np.int64(indices))):
        got = ops.take(x, places, axis=axis)
        assert got.dtype == dtype
        same(got, np.take(x, indices, axis=axis))
    if np.min(indices) >= 0:
        same(ops.take(x, np.uint8(indices), axis=axis), np.take(x, indices, axis=axis))
    none = np.zeros((2, 0), int)
    same(ops.take(x, none, axis=axis), np.take(x, none, axis=axis))


def test_gradients_of_take(rng):
    x = rng.normal(size=(3, 4))
    for axis, indices in itertools.product([None, 0, 1, -1], INDICES):
        check_gradient(lambda t, a=axis, i=indices: ops.take(t, i, axis=a), x)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_take_along_axis(axis, dtype, rng):
    x = numbers((3, 4, 5), dtype)
    for extent in (1, 3, 7, 0):
        shape = list(x.shape)
        shape[axis] = extent
        indices = rng.integers(-3, 3, shape)
        got = ops.take_along_axis(x, indices, axis=axis)
        assert got.dtype == dtype
        same(got, np.take_along_axis(x, indices, axis=axis))
    flat = rng.integers(-60, 60, 9)
    same(ops.take_along_axis(x, flat, axis=None), np.take_along_axis(x, flat, axis=None))
    order = np.argsort(x, axis=axis)
    same(ops.take_along_axis(x, order, axis), np.sort(x, axis=axis))


def test_gradients_of_take_along_axis(rng):
    x = rng.normal(size=(3, 4))
    check_gradient(lambda t: ops.take_along_axis(t, [[0, -1, 0], [1, 1, 1], [3, 2, 0]], axis=1), x)
    check_gradient(lambda t: ops.take_along_axis(t, [[0, 2, -1, 0]], axis=0), x)
    check_gradient(lambda t: ops.take_along_axis(t, [11, 0, 11], axis=None), x)


SCATTERS = [
    ([[0], [2], [0]], (3,), (4,)), ([0, 2, 0], (3,), (4,)), ([[-1], [1]], (2, 3), (3, 3)),
    ([[0, 1], [2, -1], [0, 1]], (3,), (3, 2)), ([[0, 1]], (1, 2, 2), (2, 3, 2, 2)),
    (np.zeros((0, 1), int), (0,), (3,)), ([[1], [1]], (2, 0), (3, 0)),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
@pytest.mark.parametrize(("indices", "values", "shape"), SCATTERS)
def test_scatter(indices, values, shape, dtype):
    values = numbers(values, dtype)
    expected = np.zeros(shape, dtype)
    lists = np.array(indices)
    np.add.at(expected, tuple(lists.T) if lists.ndim == 2 else lists, values)
    got = ops.scatter(indices, values, shape)
    assert got.dtype == dtype
    same(got, expected)
    if dtype == "float64" and values.size:
        check_gradient(lambda t: ops.scatter(indices, t, shape), values)


@pytest.mark.parametrize("axis", [-1, 0, 1, 2, -3])
@pytest.mark.parametrize("dtype", DTYPES)
def test_one_hot(dtype, axis):
    x = np.array([[0, 2], [1, 0], [3, 3]])
    got = ops.one_hot(x, 4, axis=axis, dtype=dtype)
    assert got.dtype == dtype
    same(got, np.moveaxis(np.eye(4, dtype=dtype)[x], -1, axis))


def test_one_hot_of_other_indices():
    assert ops.one_hot([1, 0], 2).dtype == "float32"
    assert ops.one_hot([-1, 3, 1], 3).numpy().tolist() == [[0, 0, 0], [0, 0, 0], [0, 1, 0]]
    same(ops.one_hot(1, 3), np.eye(3)[1])
    assert ops.one_hot(np.zeros((0,), int), 3).shape == (0, 3)
    for dtype in ("int32", "int64", "uint8"):
        same(ops.one_hot(np.array([2, 0], dtype), 3), np.eye(3)[[2, 0]])


@pytest.mark.parametrize(("dtype", "classes"), [("uint8", 257), ("uint8", 600), ("bool", 3)])
def test_one_hot_of_more_classes_than_the_dtype_counts(dtype, classes):
    same(ops.one_hot(np.array([1, 0], dtype), classes), np.eye(classes)[[1, 0]])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
@pytest.mark.parametrize("indices", [*INDICES, np.zeros((0, 2), int)])
def test_embedding(indices, dtype):
    table = numbers((4, 3), dtype)
    got = ops.embedding(table, indices)
    assert got.dtype == dtype
    same(got, table[np.array(indices)])


def test_gradients_of_embedding(rng):
    table = rng.normal(size=(4, 3))
    for indices in INDICES:
        check_gradient(lambda t, i=indices: ops.embedding(t, i), table)
        check_gradient(lambda t, i=indices: ops.embedding(t * t, i), table)
    check_gradient(lambda t: ops.embedding(t, [1, 1]) * ops.embedding(t, [0, 1]), table)
    check_gradient(lambda t: ops.matmul(ops.embedding(t, [1, 3, 1]), ops.transpose(t)), table)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_sort(axis, dtype, rng):
    x = rng.integers(0, 9, (30, 41)).astype(dtype)
    if dtype.startswith("float"):
        x = rng.normal(size=(30, 41)).astype(dtype)
        x[3, 4] = x[3, 8] = x[7, 4] = NAN
        x[3, 5], x[9, 4], x[0] = INF, -INF, 1
    if dtype in ("int32", "int64"):
        x[2, 3], x[2, 5] = np.iinfo(dtype).min, np.iinfo(dtype).max
    got, places = ops.sort(x, axis=axis), ops.argsort(x, axis=axis)
    assert (got.dtype, places.dtype) == (dtype, "int32")
    np.testing.assert_array_equal(got.numpy(), np.sort(x, axis=axis))
    same(places, np.argsort(x, axis=axis, kind="stable"))


def test_sort_of_special_shapes():
    for shape in [(0,), (0, 3), (3, 0), (1, 1)]:
        for axis in range(len(shape)):
            assert ops.sort(np.zeros(shape), axis).shape == shape
            assert ops.argsort(np.zeros(shape), axis).shape == shape
    with pytest.raises((ValueError, IndexError), match=r"scalar|axis"):
        ops.sort(np.array(1.0))
    same(ops.argsort(np.array(1.0)), [0])  # as NumPy
    x = numbers((3, 4), "float64")
    for values in (x, np.array(1.0), x[:0]):
        same(ops.sort(values, axis=None), np.sort(values, axis=None))
        same(ops.argsort(values, axis=None), np.argsort(values, axis=None))
    check_gradient(lambda t: ops.sort(t, axis=None), x)


def test_a_number_has_one_element_to_repeat_and_normalize():
    same(ops.repeat(np.array(2.0), 3, axis=0), [2.0, 2.0, 2.0])
    same(ops.normalize(np.array(-2.0)), [-1.0])


def test_sort_of_long_vectors():
    many = np.random.default_rng(0).normal(size=100_000)
    same(ops.sort(many), np.sort(many))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
@pytest.mark.parametrize("cols", [40_000, 200_001])
def test_sort_of_long_rows(dtype, cols, rng):
    x = rng.integers(-1000, 1000, (2, cols)).astype(dtype)
    if dtype.startswith("float"):
        x /= 8
        x[:, ::97] = np.nan
        x[:, 1::89] = np.copysign(0, rng.standard_normal(x[:, 1::89].shape))
        x[0, [5, 9]] = np.inf, -np.inf
        x[1, [5, 9]] = 1e-320 if dtype == "float64" else 1e-42, -1e-42
    else:
        x[0, [5, 9]] = np.iinfo(dtype).min, np.iinfo(dtype).max
    order = np.argsort(x, axis=-1, kind="stable")  # NaN last
    np.testing.assert_array_equal(ops.argsort(x).numpy(), order)
    np.testing.assert_array_equal(ops.sort(x).numpy(), np.take_along_axis(x, order, -1))
    k = cols // 2  # the largest first, NaN before all, equals in their order
    counted = np.where(np.isnan(x), np.inf, x) if dtype.startswith("float") else x
    keys = np.lexsort((np.arange(cols), -counted[1].astype("f8"), ~np.isnan(x[1].astype("f8"))))
    np.testing.assert_array_equal(ops.top_k(x, k)[1].numpy()[1], keys[:k])


def test_gradients_of_sort(rng):
    x = rng.permutation(24).reshape(4, 6).astype("float64")
    for axis in (0, 1, -1):
        check_gradient(lambda t, a=axis: ops.sort(t, axis=a), x)
    check_gradient(lambda t: ops.top_k(t, 3)[0], x)
    assert not ops.argsort(Tensor(x, requires_grad=True)).requires_grad


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("k", [1, 2, 5, 40, 41])
def test_top_k(k, dtype, rng):
    x = rng.integers(0, 50, (6, 41)).astype(dtype)  # with ties: the first of equals
    expected = np.argsort(-x.astype("float64"), axis=-1, kind="stable")[:, :k]
    values, places = ops.top_k(x, k)
    assert (values.dtype, places.dtype) == (dtype, "int32")
    same(places, expected)
    same(values, np.take_along_axis(x, expected, axis=-1))
    values, places = ops.top_k(x, k, sorted=False)
    same(ops.sort(values), np.sort(np.take_along_axis(x, expected, axis=-1)))
    same(ops.take_along_axis(x, places, -1), values.numpy())


def test_top_k_of_special_numbers():
    values, places = ops.top_k(np.array([-INF, 3.0, INF, -5.0]), 4)
    assert values.numpy().tolist() == [INF, 3, -5, -INF]
    assert places.numpy().tolist() == [2, 1, 3, 0]
    assert ops.top_k(np.int32([INT32.min, 0, INT32.max]), 3)[1].numpy().tolist() == [2, 1, 0]


def test_a_nan_counts_as_the_largest():
    """As argmax and sort have it; and PyTorch's and JAX's top_k."""
    x = np.array([1.0, NAN, 3.0, 2.0])
    assert ops.argmax(x).item() == ops.argsort(x).numpy()[-1] == 1
    values, places = ops.top_k(x, 2)
    np.testing.assert_array_equal(values.numpy(), [NAN, 3])
    assert places.numpy().tolist() == [1, 2]


@pytest.mark.parametrize("target", DTYPES)
@pytest.mark.parametrize("source", DTYPES)
def test_cast(source, target):
    x = np.array([0, 1, 2.75, 100.5, 255, 0.25]).astype(source)
    for got in (ops.cast(x, target), Tensor(x).cast(target), ops.convert_to_tensor(x, target)):
        assert got.dtype == target
        same(got, x.astype(target))
    assert ops.cast(x, np.dtype(target)).dtype == target
    assert ops.cast(np.zeros((2, 0), source), getattr(np, target)).shape == (2, 0)


def test_cast_of_special_numbers():
    x = np.array([INF, -INF, NAN, 1e300, -1e-300])
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(ops.cast(x, "float32").numpy(), x.astype("float32"))
    assert ops.cast(x[:4], "bool").numpy().tolist() == [True] * 4
    assert ops.cast(np.float64([-1.9, 1.9]), "int32").numpy().tolist() == [-1, 1]
    large = np.int64([2**53 + 1, -(2**62), 2**33 + 5])
    same(ops.cast(large, "float64"), large.astype("float64"))
    same(ops.cast(large, "float32"), large.astype("float32"))
    same(ops.cast(large, "int32"), large.astype("int32"))
    same(ops.cast(large, "uint8"), large.astype("uint8"))
    for wrong in ("float16", "complex64", "magic"):
        with pytest.raises(TypeError, match=wrong):
            ops.cast(x, wrong)


def test_gradients_of_cast():
    x = Tensor(np.float32([1.5, 2]), requires_grad=True)
    (ops.cast(x, "float64") * 3).backward(np.ones(2))
    assert (x.grad.dtype, x.grad.numpy().tolist()) == ("float32", [3, 3])
    assert not ops.cast(x, "int32").requires_grad


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,), (2, 0, 3), (1,) * 8])
def test_filled(shape, dtype):
    for name in ["zeros", "ones"]:
        for given in (dtype, np.dtype(dtype), getattr(np, dtype.replace("bool", "bool_"))):
            got = getattr(ops, name)(shape, given)
            assert got.dtype == dtype
            same(got, getattr(np, name)(shape, dtype))
        like = np.zeros(shape, dtype)
        assert getattr(ops, name + "_like")(like).dtype == dtype
        same(getattr(ops, name + "_like")(like), getattr(np, name)(shape))
        assert getattr(ops, name + "_like")(like, "int64").dtype == "int64"
        same(getattr(ops, name + "_like")(like, "int64"), getattr(np, name)(shape))
        assert getattr(ops, name)(shape).dtype == "float32"
    got = ops.full(shape, 1, dtype)
    assert got.dtype == dtype
    same(got, np.full(shape, 1, dtype))
    same(ops.full(list(shape), -2.5, "float64"), np.full(shape, -2.5))
    assert ops.full(shape, 7).dtype == "float32"


def test_full_of_special_numbers():
    assert ops.full((1,), INF).item() == INF
    assert np.isnan(ops.full((1,), NAN).item())
    assert ops.full((1,), -3, "int32").item() == -3
    assert ops.full((1,), True, "bool").item() is True
    assert ops.full((1,), 2**53, "int64").item() == 2**53


def test_full_is_exact():
    assert ops.full((2,), 2**62 + 1, "int64").numpy().tolist() == [2**62 + 1] * 2


@pytest.mark.parametrize(("value", "dtype"), [(300, "uint8"), (-1, "uint8"), (2**31, "int32")])
def test_numbers_that_the_dtype_does_not_hold_are_refused(value, dtype):
    with pytest.raises((ValueError, OverflowError)):
        ops.full((2,), value, dtype)
    with pytest.raises((ValueError, OverflowError)):
        ops.pad(np.array([1], dtype), 1, constant_values=value)


def test_stop_gradient():
    x = Tensor([1.0, 2.0], requires_grad=True)
    (x * ops.stop_gradient(x)).backward(np.ones(2, "float32"))
    assert x.grad.numpy().tolist() == [1, 2]
    assert not ops.stop_gradient(x).requires_grad


# Subscripts: for each axis of (4, 5, 3) one of these, and None and ... put between them.
SLICES = [
    slice(None), slice(1, None), slice(None, -1), slice(None, None, 2), slice(None, None, -1),
    slice(3, 0, -2), slice(2, 2), slice(-100, 100), slice(10, None), slice(-1, -4, -1),
]  # fmt: skip
BASIC = [*SLICES, 0, -1, 2, np.int64(1)]


def keys():
    yield from [(), ..., None, (None, None), (..., None), (None, ...)]
    for first in BASIC:
        yield first
        yield (..., first)
        yield (None, first, None)
        for second in BASIC:
            yield (first, second)
            yield (first, ..., second)
            yield (first, None, second)
            yield (..., first, second)
            yield (..., None, first, None, second)
    for first, third in itertools.product(BASIC, BASIC):
        yield (first, slice(None, None, -2), third)
        yield (first, 3, third, ...)
        yield (..., first, None, slice(1, 3), third)


@pytest.mark.parametrize("dtype", DTYPES)
def test_subscripts(dtype):
    x = numbers((4, 5, 3), dtype)
    tensor = Tensor(x)
    for key in keys():
        got, expected = tensor[key], x[key]
        assert (got.dtype, got.shape) == (dtype, expected.shape), key
        assert np.array_equal(got.numpy(), expected), key
        if dtype == "float32":
            assert np.array_equal(Variable(x)[key].numpy(), expected), key


PLACES = [[0, 2], [-1, 0, -1], [[1, 0], [2, 2]], np.array(1), np.zeros((0,), int), [1]]


@pytest.mark.parametrize("places", PLACES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_subscripts_of_places(dtype, places):
    x = numbers((4, 5, 3), dtype)
    for around in (SLICES, [None, ...]):
        for other in around:
            for key in [
                places, (other, places), (places, other), (..., places), (..., other, places),
                (places, ..., slice(1, None)), (other, places, slice(None, None, -1)),
                (None, places, slice(1, 3), None), (slice(None), slice(1, 4), places),
            ]:  # fmt: skip
                if isinstance(key, tuple) and sum(item is Ellipsis for item in key) > 1:
                    continue
                same(Tensor(x)[key], x[key])
    for kind in (np.int32, np.int64, lambda p: Tensor(np.int64(p))):
        same(Tensor(x)[:, kind(places)], x[:, places])


@pytest.mark.parametrize(
    "key", [(0, [1, 2]), (slice(None), 1, [0, 2]), ([0, 1], 2), (2, [[0, 1]], 0)]
)
def test_subscripts_of_places_beside_whole_numbers(key):
    x = numbers((4, 5, 3), "float64")
    same(Tensor(x)[key], x[key])


@pytest.mark.parametrize(
    "key",
    [(0, slice(None), [0, 1]), ([0, 1], slice(None), 0), (0, ..., [0, 1]), (0, None, [0, 1]),
     (slice(1, 3), 0, None, [0, 1])],
)  # fmt: skip
def test_subscripts_of_places_away_from_whole_numbers(key):
    """NumPy puts the places' axes first; a Tensor may refuse, but not answer otherwise."""
    x = numbers((4, 5, 3), "float64")
    try:
        got = Tensor(x)[key]
    except IndexError:
        return
    same(got, x[key])


def test_gradients_of_subscripts(rng):
    x = rng.normal(size=(3, 4, 2))
    for key in [
        0, -1, slice(1, 3), slice(None, None, -1), (1, 2), (slice(None), 0), (..., 1), None,
        (slice(None), slice(3, 0, -2)), (slice(2, 2),), [0, 2, 0], (slice(None), [1, 1, 3]),
        (0, [[0, 1], [3, 3]]), (..., [1, 0, 1]), (None, slice(0, 2), None, 1), (0, 1, 1), ...,
    ]:  # fmt: skip
        check_gradient(lambda t, k=key: t[k], x)
    check_gradient(lambda t: t[0] * t[1:2] + t[::2, :1, 1:], x)


def test_subscripts_by_an_empty_list():
    x = numbers((3, 4), "float64")
    same(Tensor(x)[[]], x[[]])
    same(Tensor(x)[:, []], x[:, []])


@pytest.mark.parametrize(
    "key",
    [4, -5, (0, 5), (0, 0, 3), (0, 0, 0, 0), (slice(None),) * 4, (..., 0, 0, 0, 0), 1.0, "a",
     (0, "a"), (..., ...), [4], [[0, -5]], (slice(None), [5]), [0.5], [True, False, True],
     np.ones((4, 4), bool), ([0], [5]), {}],
)  # fmt: skip
def test_subscripts_that_are_refused(key):
    with pytest.raises((IndexError, TypeError), match=r"\(4, 5, 3\)|take|Ellipsis|whole numbers"):
        Tensor(np.zeros((4, 5, 3)))[key]


def test_slices_by_what_is_no_number():
    with pytest.raises((TypeError, IndexError)):
        Tensor(np.zeros(3))[0.5:]
    with pytest.raises(ValueError, match="step"):
        Tensor(np.zeros(3))[::0]


TWO = np.array([True, False])
SCALAR_MASKS = [
    True, False, np.True_, np.array(False), (True, [0, 1]), (True, 0), (0, True), (..., True),
    (TWO, True), (False, TWO), (slice(None), True, [0, 1]), (True, None), (None, TWO),
    (None, TWO, 1), (slice(None), False),
    (None, np.array([[True, False, True], [False, True, True]])),
    (True, True, ..., [2, 0]), (0, None, True), (TWO, None),
]  # fmt: skip


@pytest.mark.parametrize("key", SCALAR_MASKS, ids=str)
def test_masks_of_no_axes(key, rng):
    x = rng.normal(size=(2, 3))
    same(Tensor(x)[key], x[key])
    check_gradient(lambda t: t[key], x)
    if isinstance(key, bool):
        same(Tensor(x)[Tensor(np.bool_(key))], x[key])
        same(Tensor(np.float64(2))[key], np.float64(2)[key])


def test_masks_of_no_axes_in_a_graph(tmp_path):
    x = numbers((4, 3), "float32")
    inputs = lamina.Input((3,))
    model = lamina.Model(inputs, inputs[:, True])
    same(model(x), x[:, True])
    model.save(tmp_path / "m.lamina")
    same(lamina.models.load_model(tmp_path / "m.lamina")(x), x[:, True])


E = np.ones((2, 3))
REFUSALS = {
    "transpose twice": (lambda: ops.transpose(E, (0, 0)), ValueError, r"\(2, 3\)"),
    "transpose few": (lambda: ops.transpose(E, (0,)), ValueError, r"\(2, 3\).*1"),
    "transpose range": (lambda: ops.transpose(E, (0, 2)), IndexError, r"2.*\(2, 3\)"),
    "swapaxes": (lambda: ops.swapaxes(E, 0, 2), IndexError, r"2.*\(2, 3\)"),
    "expand_dims": (lambda: ops.expand_dims(E, 3), IndexError, r"3.*\(2, 3\)"),
    "expand_dims -4": (lambda: ops.expand_dims(E, -4), IndexError, r"-4.*\(2, 3\)"),
    "expand_dims twice": (lambda: ops.expand_dims(E, (0, 0)), ValueError, "0"),
    "squeeze": (lambda: ops.squeeze(E, 0), ValueError, r"0.*\(2, 3\)"),
    "squeeze range": (lambda: ops.squeeze(E, 2), IndexError, r"2.*\(2, 3\)"),
    "broadcast_to": (lambda: ops.broadcast_to(E, (2, 4)), ValueError, r"\(2, 3\).*\(2, 4\)"),
    "broadcast_to few": (lambda: ops.broadcast_to(E, (3,)), ValueError, r"\(2, 3\).*\(3,\)"),
    "broadcast_to 1": (lambda: ops.broadcast_to(E, (2, 1)), ValueError, r"\(2, 3\).*\(2, 1\)"),
    "reshape": (lambda: ops.reshape(E, (4, 2)), ValueError, r"\(2, 3\).*6.*\(4, 2\)"),
    "reshape -1": (lambda: ops.reshape(E, (4, -1)), ValueError, r"\(2, 3\)"),
    "reshape two": (lambda: ops.reshape(E, (-1, -1)), ValueError, "several"),
    "reshape -2": (lambda: ops.reshape(E, (-2, 3)), ValueError, "-2"),
    "flip": (lambda: ops.flip(E, 2), IndexError, r"2.*\(2, 3\)"),
    "concatenate": (lambda: ops.concatenate([E, E[:, :2]]), ValueError, r"\(2, 3\).*\(2, 2\)"),
    "concatenate rank": (lambda: ops.concatenate([E, E[0]]), ValueError, r"\(2, 3\).*\(3,\)"),
    "concatenate axis": (lambda: ops.concatenate([E, E], 2), IndexError, r"2.*\(2, 3\)"),
    "concatenate none": (lambda: ops.concatenate([]), ValueError, "at least one"),
    "concatenate scalars": (lambda: ops.concatenate([1, 2]), IndexError, r"0.*\(\)"),
    "concatenate number": (lambda: ops.concatenate(3), TypeError, "list.*int"),
    "concatenate tensor": (lambda: ops.concatenate(Tensor(E)), TypeError, "list.*Tensor"),
    "stack": (lambda: ops.stack([E, E.T]), ValueError, r"\(2, 3\).*\(3, 2\)"),
    "stack axis": (lambda: ops.stack([E, E], 3), IndexError, r"3.*\(2, 3\)"),
    "stack none": (lambda: ops.stack([]), ValueError, "at least one"),
    "split": (lambda: ops.split(E, 2, 1), ValueError, r"1.*\(2, 3\).*2"),
    "split 0": (lambda: ops.split(E, 0), ValueError, r"\(2, 3\).*0"),
    "split -1": (lambda: ops.split(E, -1), ValueError, r"\(2, 3\).*-1"),
    "split axis": (lambda: ops.split(E, 1, 2), IndexError, r"2.*\(2, 3\)"),
    "split back": (lambda: ops.split(E, [2, 1], 1), ValueError, r"\(2, 3\).*1.*2"),
    "pad": (lambda: ops.pad(E, -1), ValueError, "-1"),
    "pad pairs": (lambda: ops.pad(E, ((1, 1),) * 3), ValueError, r"\(2, 3\).*3"),
    "pad triple": (lambda: ops.pad(E, ((1, 1, 1),) * 2), ValueError, r"\(1, 1, 1\)"),
    "pad mode": (lambda: ops.pad(E, 1, "edgy"), ValueError, "reflect.*edgy"),
    "pad value": (lambda: ops.pad(E, 1, "edge", constant_values=1), ValueError, "constant.*edge"),
    "pad empty": (lambda: ops.pad(E[:0], 1, "reflect"), ValueError, r"0.*\(0, 3\)"),
    "tile": (lambda: ops.tile(E, -1), ValueError, "-1"),
    "repeat": (lambda: ops.repeat(E, -1), ValueError, "-1"),
    "repeat axis": (lambda: ops.repeat(E, 1, 2), IndexError, r"2.*\(2, 3\)"),
    "take": (lambda: ops.take(E, 3, 1), IndexError, r"3.*\[-3, 3\).*\(2, 3\)"),
    "take below": (lambda: ops.take(E, [0, -3], 0), IndexError, r"-3.*\[-2, 2\).*\(2, 3\)"),
    "take none": (lambda: ops.take(E[:0], 0, 0), IndexError, r"0.*\(0, 3\)"),
    "take axis": (lambda: ops.take(E, 0, 2), IndexError, r"2.*\(2, 3\)"),
    "take half": (lambda: ops.take(E, [0.5], 1), TypeError, "whole.*float"),
    "take mask": (lambda: ops.take(E, [True, False], 0), TypeError, "whole.*bool"),
    "take far": (lambda: ops.take(E, 2**62, 1), IndexError, f"{2**62}"),
    "along": (lambda: ops.take_along_axis(E, [0, 1], 1), ValueError, r"\(2, 3\).*\(2,\)"),
    "along few": (lambda: ops.take_along_axis(E, [[0]] * 3, 1), ValueError, r"\(2, 3\).*\(3, 1\)"),
    "along range": (lambda: ops.take_along_axis(E, [[3], [0]], 1), IndexError, r"3.*\(2, 3\)"),
    "scatter": (lambda: ops.scatter([[3]], [1.0], (3,)), IndexError, r"3.*\(3,\)"),
    "scatter values": (lambda: ops.scatter([[0]], [1.0, 2.0], (3,)), ValueError, r"\(1,\).*\(2,\)"),
    "scatter depth": (lambda: ops.scatter([[0, 0]], [1.0], (3,)), ValueError, r"\(3,\).*\(1, 2\)"),
    "scatter half": (lambda: ops.scatter([[0.5]], [1.0], (3,)), TypeError, "whole.*float"),
    "one_hot": (lambda: ops.one_hot([0], 0), ValueError, "at least one.*0"),
    "one_hot axis": (lambda: ops.one_hot([0], 2, axis=3), IndexError, r"3.*\(1,\)"),
    "embedding": (lambda: ops.embedding(E, [2]), IndexError, r"2.*\[-2, 2\).*\(2, 3\)"),
    "embedding rank": (lambda: ops.embedding(E[0], [0]), ValueError, r"\(3,\)"),
    "embedding half": (lambda: ops.embedding(E, [0.5]), TypeError, "whole.*float"),
    "sort": (lambda: ops.sort(E, 2), IndexError, r"2.*\(2, 3\)"),
    "top_k": (lambda: ops.top_k(E, 4), ValueError, r"3.*\(2, 3\).*4"),
    "top_k 0": (lambda: ops.top_k(E, 0), ValueError, r"\(2, 3\).*0"),
    "top_k scalar": (lambda: ops.top_k(1.0, 1), ValueError, r"\(\)"),
    "zeros": (lambda: ops.zeros((2, -1)), ValueError, r"at least 0.*\(2, "),
    "zeros dtype": (lambda: ops.zeros((2,), "float16"), TypeError, "float16.*float32"),
    "nine axes": (lambda: ops.zeros((1,) * 9), ValueError, "8"),
    "nine axes by expand_dims": (lambda: ops.expand_dims(np.ones((1,) * 8), 0), ValueError, "8"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(name):
    call, error, message = REFUSALS[name]
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [lambda: ops.transpose(E, "ab"), lambda: ops.flip(E, 0.5), lambda: ops.squeeze(E, "a"),
     lambda: ops.expand_dims(E, 0.5), lambda: ops.zeros("ab"), lambda: ops.zeros((2, 0.5)),
     lambda: ops.reshape(E, 0.5), lambda: ops.reshape(E, ("a",)), lambda: ops.pad(E, "a"),
     lambda: ops.tile(E, "a"), lambda: ops.split(E, "a"), lambda: ops.broadcast_to(E, 0.5),
     lambda: ops.take(E, "a", 0), lambda: ops.take(E, None, 0), lambda: ops.top_k(E, 1.5),
     lambda: ops.one_hot("a", 3), lambda: ops.expand_dims(E, None), lambda: ops.split(E, 1.5),
     lambda: ops.split(E, [0.5]), lambda: ops.pad(E, 1.5), lambda: ops.pad(E, ((0.5, 1), (1, 1))),
     lambda: ops.tile(E, 1.5), lambda: ops.tile(E, [0.5]), lambda: ops.repeat(E, 1.5),
     lambda: ops.repeat(E, None), lambda: ops.one_hot([0], 2.5), lambda: ops.swapaxes(E, 0.5, 1),
     lambda: ops.concatenate([E, "a"]), lambda: ops.stack([E, None]), lambda: ops.sort(E, 0.5)],
)  # fmt: skip
def test_arguments_of_other_types(call):
    with pytest.raises(TypeError):
        call()


def test_views_stay_as_they_are():
    v = Variable([1.0, 2.0, 3.0])
    before = v[1:]
    again = ops.reshape(v, (3, 1))
    v.assign([7, 8, 9])
    assert before.numpy().tolist() in ([2, 3], [8, 9])
    assert again.shape == (3, 1)
    with lamina.no_grad():
        assert not ops.flip(v).requires_grad
