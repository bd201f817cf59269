"""Whole numbers are exact: sums and products wrap around as NumPy's, and no number of Python passes
through a float. NumPy, in the dtype that lamina promises, is the oracle.
"""

import itertools

import numpy as np
import pytest

from lamina import Tensor, Variable, ops
from lamina.ops import linalg

DTYPES = ["int64", "int32", "uint8", "bool"]
PAIRS = list(itertools.product(DTYPES, repeat=2))
FLOATS = ["float32", "float64"]
BIG = 2**53 + 1  # the first that float64 has not
NAN, INF = float("nan"), float("inf")


def computed(*dtypes):
    """What whole numbers of these dtypes are computed in: 8 bits and booleans as int32."""
    return "int64" if "int64" in dtypes else "int32"


def numbers(dtype, shape, seed=0):
    """Whole numbers over the whole range of the dtype."""
    rng = np.random.default_rng(seed)
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)


def same(got, expected, dtype):
    expected = np.asarray(expected)
    assert got.dtype == dtype
    assert tuple(got.shape) == expected.shape
    np.testing.assert_array_equal(got.numpy(), expected.astype(dtype))


def wrapped(function, *arrays):
    with np.errstate(over="ignore"):
        return function(*arrays)


PRODUCTS = {
    "matmul": [((5, 7), (7, 3)), ((7,), (7,)), ((2, 3), (3,)), ((3,), (3, 2)), ((4, 2, 3), (3, 5)),
               ((2, 1, 2, 3), (4, 3, 2)), ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((1, 1), (1, 1)),
               ((70, 90), (90, 110))],
    "dot": [((4, 3), (3, 2)), ((3,), (3,)), ((2, 3), (4, 3, 2)), ((), (3,))],
    "inner": [((2, 3), (4, 3)), ((3,), (3,))],
    "outer": [((3,), (4,)), ((2, 2), (3,))],
    "vdot": [((6,), (6,)), ((2, 3), (2, 3))],
    "kron": [((2, 3), (3, 2)), ((2,), (3,))],
    "tensordot": [((2, 3, 4), (3, 4, 2))],
}  # fmt: skip


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_products_of_every_pair(name, one, other):
    dtype = computed(one, other)
    for left, right in PRODUCTS[name]:
        a, b = numbers(one, left, 1), numbers(other, right, 2)
        expected = wrapped(getattr(np, name), a.astype(dtype), b.astype(dtype))
        same(getattr(ops, name)(Tensor(a), Tensor(b)), expected, dtype)


EINSUMS = {
    "ij,jk->ik": [(2, 3), (3, 4)],
    "bij,bjk->bik": [(2, 2, 3), (2, 3, 2)],
    "ij,ij->": [(3, 4), (3, 4)],
    "i,j,k->kji": [(2,), (3,), (4,)],
    "...ij,jk": [(2, 2, 3), (3, 2)],
    "ij->j": [(3, 4)],
}


@pytest.mark.parametrize("subscripts", EINSUMS)
@pytest.mark.parametrize("dtype", ["int64", "int32"])
def test_einsum(subscripts, dtype):
    arrays = [numbers(dtype, shape, i) for i, shape in enumerate(EINSUMS[subscripts])]
    expected = np.einsum(subscripts, *arrays)
    same(ops.einsum(subscripts, *map(Tensor, arrays)), expected, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(7,), (300,), (5, 70), (70, 5), (3, 4, 5)])
def test_reductions_and_running_ones(dtype, shape):
    x = numbers(dtype, shape)
    total = "int64" if dtype == "uint8" else computed(dtype)
    for axis in (None, *range(len(shape))):
        same(ops.sum(Tensor(x), axis), np.sum(x, axis, dtype=total), total)
        for name in ("prod", "cumsum", "cumprod"):
            expected = getattr(np, name)(x, axis=axis, dtype=computed(dtype))
            same(getattr(ops, name)(Tensor(x), axis), expected, computed(dtype))
        mean = ops.mean(Tensor(x), axis)
        assert mean.dtype == "float32"
        np.testing.assert_array_equal(mean.numpy(), x.mean(axis).astype("float32"))


def test_a_mean_of_whole_numbers_is_rounded_once():
    x = np.full(3_000_001, 16_777_217, "int32")
    assert ops.mean(Tensor(x)).item() == 16_777_216  # what float32 has next to it
    assert Tensor(x).mean().item() == 16_777_216
    around = np.array([2**40, 2**40 + 2])
    assert ops.var(Tensor(around)).item() == 1
    assert ops.std(Tensor(around)).item() == 1
    pixels = np.full((1_000_000,), 255, "uint8")
    assert ops.mean(Tensor(pixels)).item() == 255


ELEMENTWISE = ["add", "subtract", "multiply", "maximum", "minimum"]
COMPARED = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_elementwise_of_every_pair(one, other):
    a, b = numbers(one, (4, 5), 1), numbers(other, (4, 5), 2)
    b[0] = a[0].astype(other)
    dtype = computed(one, other)
    for name in ELEMENTWISE:
        expected = getattr(np, name)(a.astype(dtype), b.astype(dtype))
        got = getattr(ops, name)(Tensor(a), Tensor(b))
        narrow = np.result_type(one, other).name
        same(got, expected, narrow if name in ("maximum", "minimum") else dtype)
    for name in COMPARED:
        same(getattr(ops, name)(Tensor(a), Tensor(b)), getattr(np, name)(a, b), "bool")
    same(ops.where(a > b, Tensor(a), Tensor(b)), np.where(a > b, a, b), np.result_type(a, b).name)


@pytest.mark.parametrize(("one", "other"), [pair for pair in PAIRS if "bool" not in pair])
def test_division_with_a_rest(one, other):
    a, b = numbers(one, (60,), 1), numbers(other, (60,), 2)
    a[:5] = [7, 8, np.iinfo(one).max, np.iinfo(one).min, 1]
    b[:5] = [2, 1, 3, 7, np.iinfo(other).max]
    b[b == 0] = 1
    dtype = np.result_type(one, other).name
    same(ops.floor_divide(Tensor(a), Tensor(b)), np.floor_divide(a, b), dtype)
    same(ops.mod(Tensor(a), Tensor(b)), np.mod(a, b), dtype)


def test_a_rest_has_the_sign_of_the_dividend():
    for dtype in ("uint8", "int32", "int64"):
        x = np.array([0, 5, 7, 126], dtype)
        for divisor in (-3, 300, 2**31):
            expected = np.fmod(x.astype("int64"), divisor)
            np.testing.assert_array_equal(ops.fmod(Tensor(x), divisor).numpy(), expected)


@pytest.mark.parametrize("dtype", ["int64", "int32"])
def test_powers_and_functions_of_one(dtype):
    x = numbers(dtype, (40,))
    exponents = np.arange(40, dtype=dtype) % 9
    same(ops.power(Tensor(x), Tensor(exponents)), np.power(x, exponents), dtype)
    same(Tensor(x) ** 3, x**3, dtype)
    for name in ("negative", "absolute", "sign", "square"):
        same(getattr(ops, name)(Tensor(x)), getattr(np, name)(x), dtype)
    same(ops.sort(Tensor(x)), np.sort(x), dtype)
    same(ops.diff(Tensor(x)), np.diff(x), dtype)


# Numbers of Python.


def test_numbers_beyond_float64_stay_exact():
    x = Tensor(np.array([BIG, 1 - BIG, 0], "int64"))
    values = x.numpy()
    for got, expected in [
        (x + BIG, values + BIG), (BIG - x, BIG - values), (x * BIG, values * BIG),
        (ops.maximum(x, BIG - 2), np.maximum(values, BIG - 2)),
        (ops.clip(x, 1 - BIG, BIG), values),
        (ops.clip(x, -BIG, BIG - 1), np.clip(values, -BIG, BIG - 1)),
        (ops.where(x > 0, x, BIG), np.where(values > 0, values, BIG)),
        (ops.pad(x, (1, 1), constant_values=BIG), np.pad(values, (1, 1), constant_values=BIG)),
        (ops.full_like(x, BIG), np.full_like(values, BIG)),
        (ops.full((2, 2), BIG, "int64"), np.full((2, 2), BIG)),
        (ops.max(x, initial=BIG + 2), np.max(values, initial=BIG + 2)),
        (ops.min(x, initial=-BIG), np.min(values, initial=-BIG)),
        (ops.floor_divide(x, BIG), values // BIG), (ops.mod(x, BIG), values % BIG),
    ]:  # fmt: skip
        same(got, expected, "int64")
    same(x == BIG, values == BIG, "bool")
    same(ops.where(np.array([True, False]), BIG, 1), [BIG, 1], "int64")
    same(ops.add(BIG, 1), BIG + 1, "int64")
    x = Variable(np.array([1], "int64"))
    x.assign_add([BIG])
    assert x.numpy().tolist() == [BIG + 1]


@pytest.mark.parametrize(
    ("number", "dtype"),
    [(2**31 - 1, "int32"), (-(2**31), "int32"), (2**31, "int64"), (-(2**31) - 1, "int64"),
     (2**63 - 1, "int64"), (-(2**63), "int64")],
)  # fmt: skip
def test_whole_numbers_become_int32_or_int64(number, dtype):
    for convert in (ops.convert_to_tensor, ops.array):
        same(convert(number), number, dtype)
        same(convert([number, 1]), [number, 1], dtype)
        same(convert([[number]]), [[number]], dtype)
        same(convert(np.array([number])), [number], "int64")


def test_arange_beyond_int32():
    same(ops.arange(2**31, 2**31 + 3), np.arange(2**31, 2**31 + 3), "int64")


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**70])
def test_whole_numbers_beyond_int64_are_refused(number):
    whole = Tensor(np.array([1], "int64"))
    for refused in (
        lambda: ops.convert_to_tensor(number),
        lambda: ops.convert_to_tensor([number]),
        lambda: whole + number,
        lambda: ops.floor_divide(whole, number),
        lambda: Tensor(number, "int64"),
    ):
        with pytest.raises((ValueError, TypeError), match=r"int64|uint64"):
            refused()
    # Beside fractions they are fractions.
    same(Tensor([1.0]) * number, [float(number)], "float32")
    same(Tensor(number), np.float32(number), "float32")
    same(ops.clip(whole, -1, max(number, 2)), [1], "int64")


@pytest.mark.parametrize("number", [-1, 300, 2**31, -(2**40)])
@pytest.mark.parametrize("dtype", ["uint8", "int32", "bool"])
def test_a_number_that_the_dtype_cannot_hold_makes_it_wider(dtype, number):
    x = numbers(dtype, (6,))
    wide = "int64" if abs(number) > 2**31 - 1 else "int32"
    values = x.astype("int64")
    for got, expected in [
        (Tensor(x) + number, values + number), (number - Tensor(x), number - values),
        (Tensor(x) * number, values * number),
    ]:  # fmt: skip
        same(got, expected.astype(wide), wide)
    held = "int32" if dtype == "uint8" and number >= 0 and number < 256 else wide
    same(ops.maximum(Tensor(x), number), np.maximum(values, number), held)
    same(ops.where(x > 1, Tensor(x), number), np.where(x > 1, values, number), held)
    for name in COMPARED:
        same(getattr(ops, name)(Tensor(x), number), getattr(np, name)(values, number), "bool")
    same(Tensor(x) + [number] * 6, (values + number).astype(wide), wide)
    if dtype != "bool":
        same(ops.floor_divide(Tensor(x), number), values // number, wide)


def test_symbolic_operations_do_the_same():
    from lamina import Input, Model

    for dtype, number in itertools.product(["uint8", "int32", "int64"], [-1, 300, 2**31, BIG]):
        x = Input((3,), dtype=dtype)
        made = [
            x + number, ops.maximum(x, number), ops.where(ops.less(x, number), x, number),
            ops.matmul(x, np.ones((3, 2), "int64")), ops.cumsum(x, 1),
            ops.where(ops.less(x, 2), number, 1),
        ]  # fmt: skip
        data = numbers(dtype, (4, 3))
        eager = [
            Tensor(data) + number, ops.maximum(Tensor(data), number),
            ops.where(data < number, Tensor(data), number),
            ops.matmul(Tensor(data), np.ones((3, 2), "int64")), ops.cumsum(Tensor(data), 1),
            ops.where(data < 2, number, 1),
        ]  # fmt: skip
        for got, expected in zip(Model(x, made)(Tensor(data)), eager, strict=True):
            same(got, expected.numpy(), expected.dtype)
    x = Input((3,), dtype="int64")
    data = np.array([[BIG, 0, -BIG]])
    outputs = [ops.clip(x, -3, BIG - 1), ops.pad(x, ((0, 0), (1, 0)), constant_values=BIG),
               ops.full_like(x, BIG)]  # fmt: skip
    clipped, padded, full = Model(x, outputs)(Tensor(data))
    same(clipped, [[BIG - 1, 0, -3]], "int64")
    same(padded, [[BIG, BIG, 0, -BIG]], "int64")
    same(full, [[BIG] * 3], "int64")


# Fractions among whole numbers.


@pytest.mark.parametrize("source", FLOATS)
@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8"])
def test_casts_of_fractions_are_cut_and_bounded(source, dtype):
    info = np.iinfo(dtype)
    x = np.array([NAN, INF, -INF, 1e30, -1e30, 2.9, -0.9, 254.9, 0.0], source)
    expected = [0, info.max, info.min, info.max, info.min, 2, 0, 254, 0]
    repeated = np.tile(x, 20)
    for got in (
        ops.cast(Tensor(repeated), dtype),
        Tensor(repeated, dtype),
        ops.convert_to_tensor(repeated, dtype),
        Tensor(repeated).astype(dtype),
    ):
        same(got, np.tile(np.array(expected, dtype), 20), dtype)
    same(ops.cast(Tensor(x), "bool"), [True] * 8 + [False], "bool")
    edge = np.array([float(info.max) + 1, float(info.min)], "float64")
    same(ops.cast(Tensor(edge), dtype), [info.max, info.min], dtype)


def test_casts_of_whole_numbers_wrap_around():
    x = numbers("int64", (50,))
    for dtype in ("int32", "uint8"):
        same(ops.cast(Tensor(x), dtype), x.astype(dtype), dtype)


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint8"])
@pytest.mark.parametrize("number", [NAN, INF, 1e20, -1e20, 2**63])
def test_numbers_of_python_that_do_not_fit_are_refused(dtype, number):
    like = Tensor(np.ones(2, dtype))
    for refused in (
        lambda: ops.full((2,), number, dtype),
        lambda: ops.full_like(like, number),
        lambda: ops.pad(like, (1, 1), constant_values=number),
        lambda: Tensor(number, dtype),
        lambda: Tensor([number, 1.0], dtype),
        lambda: ops.convert_to_tensor(number, dtype),
    ):
        with pytest.raises((ValueError, TypeError), match=r"cannot hold|int64"):
            refused()


def test_fractions_of_python_are_cut():
    for function in (lambda v: ops.full((1,), v, "int32"), lambda v: Tensor([v], "int32"),
                     lambda v: ops.full_like(Tensor(np.ones(1, "int32")), v)):  # fmt: skip
        assert [function(v).numpy().tolist() for v in (2.7, -2.7)] == [[2], [-2]]


def test_whole_matrices_beside_fractions():
    a = numbers("int32", (2, 3)) % 100
    b = np.ones((3, 2), "float32")
    assert ops.matmul(Tensor(a), Tensor(b)).dtype == "float32"
    assert linalg.norm(Tensor(a)).dtype == "float32"
