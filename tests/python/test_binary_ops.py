"""Functions of two tensors against NumPy and IEEE 754: values, dtypes, broadcasting, gradients."""

import itertools
import operator

import numpy as np
import pytest
from gradients import check_gradient

import lamina
from lamina import Tensor, Variable, ops

DTYPES = ["float32", "float64", "int32", "int64", "uint8", "bool"]
PAIRS = list(itertools.product(DTYPES, DTYPES))
INF, NAN = np.inf, np.nan
TOLERANCE = {"float32": 1e-6, "float64": 2e-14}
ARITHMETIC = {
    "add": np.add, "subtract": np.subtract, "multiply": np.multiply, "divide": np.divide,
    "maximum": np.maximum, "minimum": np.minimum, "power": np.power,
}  # fmt: skip
COMPARISONS = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
SHAPES = [
    ((3, 4), (3, 4)), ((3, 4), (4,)), ((4,), (3, 4)), ((3, 1), (1, 4)), ((2, 3, 4), (3, 1)),
    ((2, 1, 4), (3, 1)), ((), (5,)), ((5,), ()), ((), ()), ((1,), (1, 1, 1)),
    ((2, 1, 3, 1), (4, 1, 5)), ((1, 2) * 4, (2, 1) * 4), ((3, 1), (70,)),
    ((0,), (0,)), ((0,), (1,)), ((), (0,)), ((0, 3), (3,)), ((2, 0), (2, 1)), ((2, 0), (1, 1)),
    ((3, 1), (0,)),
]  # fmt: skip
SPECIAL = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.0, -2.0, 3.0, -3.0, 1e30, -1e30, 1e-30, -1e-30]
SPECIAL += [INF, -INF, NAN]


def pairs(values, dtype):
    a, b = np.meshgrid(np.array(values, dtype), np.array(values, dtype))
    return a.ravel(), b.ravel()


def slopes(function, a, b):
    a, b = Tensor(np.float64(a), requires_grad=True), Tensor(np.float64(b), requires_grad=True)
    function(a, b).backward(np.ones(a.shape))
    return a.grad.numpy().tolist(), b.grad.numpy().tolist()


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", ARITHMETIC)
def test_values(name, dtype, shapes, rng):
    a, b = (rng.uniform(0.5, 4, shape).astype(dtype) for shape in shapes)
    expected = ARITHMETIC[name](a.astype("float64"), b.astype("float64"))
    got = getattr(ops, name)(a, b)
    assert (got.dtype, got.shape) == (dtype, expected.shape)
    np.testing.assert_allclose(got.numpy(), expected, rtol=TOLERANCE[dtype])


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("name", ARITHMETIC)
def test_gradients(name, shapes, rng):
    a, b = (rng.uniform(0.5, 4, shape) for shape in shapes)
    if np.broadcast_shapes(*shapes) == (2,) * 8:  # many differences
        a, b = a[:, :1, :, :1], b[:1, :, :1]
    check_gradient(getattr(ops, name), a, b, tolerance=3e-6)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "maximum", "minimum"])
def test_special_numbers(name, dtype):
    a, b = pairs(SPECIAL, dtype)
    with np.errstate(all="ignore"):
        expected = ARITHMETIC[name](a, b)
    np.testing.assert_array_equal(getattr(ops, name)(a, b).numpy(), expected)


@pytest.mark.parametrize("name", [*ARITHMETIC, *COMPARISONS, "logical_and", "logical_or", "where"])
def test_shapes_that_do_not_broadcast(name):
    function = getattr(ops, name)
    for a, b in [((3, 4), (3,)), ((2, 3), (3, 2)), ((0,), (2,))]:
        operands = (np.zeros(a), np.zeros(b))
        with pytest.raises(ValueError, match=rf"(?=.*\({a[0]},).*\({b[0]},"):
            function(*((True, *operands) if name == "where" else operands))


# What two dtypes give: the floating one, else the wider one.
def common(a, b):
    floating = [d for d in (a, b) if d.startswith("float")]
    if len(set(floating)) == 2:
        return None
    return floating[0] if floating else np.result_type(a, b).name


@pytest.mark.parametrize(("a", "b"), PAIRS)
@pytest.mark.parametrize("name", ARITHMETIC)
def test_dtypes(name, a, b):
    function, x, y = getattr(ops, name), np.array([1, 0, 1]), np.array([1, 1, 3])
    expected = ARITHMETIC[name](x.astype(a).astype("float64"), y.astype(b).astype("float64"))
    dtype = common(a, b)
    if dtype is None:
        with pytest.raises(TypeError, match=rf"(?=.*{a}).*{b}"):
            function(x.astype(a), y.astype(b))
        return
    if name == "divide" and not dtype.startswith("float"):
        dtype = "float32"
    elif dtype in ("uint8", "bool") and name not in ("maximum", "minimum"):
        dtype = "int32"  # which holds the result
    got = function(x.astype(a), y.astype(b))
    assert got.dtype == dtype
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize(("a", "b"), PAIRS)
@pytest.mark.parametrize("name", [*COMPARISONS, "logical_and", "logical_or"])
def test_dtypes_of_comparisons(name, a, b):
    x, y = np.array([0, 1, 2, 5, 5]).astype(a), np.array([0, 0, 5, 5, 2]).astype(b)
    if common(a, b) is None and not name.startswith("logical"):
        with pytest.raises(TypeError, match=rf"(?=.*{a}).*{b}"):
            getattr(ops, name)(x, y)
        return
    got = getattr(ops, name)(x, y)
    assert got.dtype == "bool"
    assert got.numpy().tolist() == getattr(np, name)(x, y).tolist()


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_dtypes_of_where(a, b):
    x, y = np.array([0, 1, 7]).astype(a), np.array([9, 1, 0]).astype(b)
    choice = np.array([True, False, True])
    if common(a, b) is None:
        with pytest.raises(TypeError, match=rf"(?=.*{a}).*{b}"):
            ops.where(choice, x, y)
        return
    got = ops.where(choice, x, y)
    assert got.dtype == common(a, b)
    assert got.numpy().tolist() == np.where(choice, x, y).tolist()


@pytest.mark.parametrize("name", ["add", "subtract", "multiply"])
def test_small_whole_numbers_do_not_wrap_around(name):
    a, b = np.uint8([200, 255, 3]), np.uint8([100, 255, 5])
    expected = ARITHMETIC[name](a.astype("int64"), b.astype("int64"))
    assert getattr(ops, name)(a, b).numpy().tolist() == expected.tolist()


def test_whole_numbers_are_exact():
    a, b = np.int64([2**62 + 1, -(2**62) - 3]), np.int64([2, -1])
    for name in ["add", "subtract", "maximum", "minimum"]:
        assert getattr(ops, name)(a, b).numpy().tolist() == ARITHMETIC[name](a, b).tolist()
    assert ops.multiply(np.int64([3037000499]), 3037000499).item() == 3037000499**2
    assert ops.power(np.int64([3, -3, 2, 10]), np.int64([39, 39, 62, 18])).numpy().tolist() == [
        3**39, -(3**39), 2**62, 10**18,
    ]  # fmt: skip


def test_division_of_whole_numbers():
    got = ops.divide(np.int32([7, -7, 1, -1, 0]), np.int32([2, 2, 0, 0, 0]))
    np.testing.assert_array_equal(got.numpy(), np.float32([3.5, -3.5, INF, -INF, NAN]))
    assert (1 / Tensor(np.int64([4]))).numpy().tolist() == [0.25]


# x, y and x^y, as IEEE 754-2019, 9.2.1, and C23, F.10.4.4, have it
POWERS = [
    (0.0, -1.0, INF), (-0.0, -1.0, -INF), (-0.0, -3.0, -INF), (0.0, -2.0, INF), (-0.0, -2.0, INF),
    (-0.0, -0.5, INF), (0.0, -INF, INF), (-0.0, -INF, INF), (0.0, 3.0, 0.0), (-0.0, 3.0, -0.0),
    (0.0, 2.0, 0.0), (-0.0, 2.0, 0.0), (-0.0, 0.5, 0.0), (0.0, INF, 0.0), (-0.0, INF, 0.0),
    (-1.0, INF, 1.0), (-1.0, -INF, 1.0), (1.0, NAN, 1.0), (1.0, INF, 1.0), (1.0, -INF, 1.0),
    (NAN, 0.0, 1.0), (NAN, -0.0, 1.0), (0.0, 0.0, 1.0), (-0.0, -0.0, 1.0), (INF, 0.0, 1.0),
    (-INF, -0.0, 1.0), (-2.0, 0.5, NAN), (-2.0, -0.5, NAN), (NAN, 1.0, NAN), (2.0, NAN, NAN),
    (NAN, NAN, NAN), (0.5, -INF, INF), (-0.5, -INF, INF), (2.0, -INF, 0.0), (-2.0, -INF, 0.0),
    (0.5, INF, 0.0), (-0.5, INF, 0.0), (2.0, INF, INF), (-2.0, INF, INF), (-INF, -3.0, -0.0),
    (-INF, -2.0, 0.0), (-INF, -0.5, 0.0), (-INF, 3.0, -INF), (-INF, 2.0, INF), (-INF, 0.5, INF),
    (INF, -1.0, 0.0), (INF, 1.0, INF), (INF, -INF, 0.0), (INF, INF, INF), (-INF, INF, INF),
    (-INF, -INF, 0.0), (0.0, NAN, NAN), (INF, NAN, NAN), (-1.0, NAN, NAN), (-2.0, 3.0, -8.0),
    (-2.0, -3.0, -0.125), (-3.0, 2.0, 9.0), (-1.0, 1e30, 1.0), (-1.0, 8388607.0, -1.0),
    (-1.0, 8388608.0, 1.0), (4.0, 0.5, 2.0), (4.0, -0.5, 0.5), (10.0, -1.0, 0.1),
]  # fmt: skip


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_powers_by_the_standard(dtype):
    x, y, expected = np.array(POWERS, dtype).T
    got = ops.power(x, y).numpy()
    np.testing.assert_allclose(got, expected, rtol=TOLERANCE[dtype])
    real = ~np.isnan(expected)
    assert np.signbit(got[real]).tolist() == np.signbit(expected[real]).tolist()
    alone = np.array(
        [ops.power(np.array(a), np.array(b)).item() for a, b in zip(x, y, strict=True)]
    )
    np.testing.assert_array_equal(alone, got)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_powers_everywhere(dtype, rng):
    grid = pairs([*SPECIAL, *range(-9, 10), *10.0 ** np.arange(-30, 31, 3)], dtype)
    x = np.exp(rng.uniform(-60, 60, 4000)).astype(dtype)
    near_one = (1 + rng.uniform(-1e-3, 1e-3, 1000)).astype(dtype)
    random = x, (rng.uniform(-85, 85, 4000) / np.abs(np.log(x))).astype(dtype)
    slow = near_one, rng.uniform(-8e4, 8e4, 1000).astype(dtype)
    for a, b in (grid, random, slow):
        with np.errstate(all="ignore"):
            expected = np.power(a.astype("float64"), b.astype("float64")).astype(dtype)
        np.testing.assert_allclose(
            ops.power(a, b).numpy(), expected, rtol=TOLERANCE[dtype], atol=np.finfo(dtype).tiny
        )


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "bool"])
def test_powers_of_whole_numbers(dtype):
    x, y = (v.ravel() for v in np.meshgrid(np.arange(-5, 6), np.arange(0, 12)))
    if dtype in ("uint8", "bool"):
        x = np.abs(x)
    x = x.astype(dtype)
    got = ops.power(x, y.astype("int32"))
    assert got.dtype == ("int64" if dtype == "int64" else "int32")
    assert got.numpy().tolist() == [int(a) ** int(b) for a, b in zip(x, y, strict=True)]
    for exponent in (2, np.int64(2)):
        assert ops.power(x, exponent).numpy().tolist() == (x.astype("int64") ** 2).tolist()
    with pytest.raises(ValueError, match=r"negative powers.*-2"):
        ops.power(x, np.int32([-2]))
    half = ops.power(x, -1.0)
    assert half.dtype == "float32"
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(half.numpy(), 1 / x.astype("float64"), rtol=1e-6)


def test_gradient_of_powers_of_0():
    bases = slopes(ops.power, np.zeros(6), [1.0, 2.0, 3.0, 1.5, 0.0, 0.5])[0]
    assert bases == [1, 0, 0, 0, 0, INF]
    assert slopes(ops.power, [0.0, 0.0], [1.0, 2.5])[1] == [0, 0]
    for exponent, expected in [(0, 0), (1, 1), (2, 0), (3, 0), (1.5, 0)]:
        x = Tensor(np.zeros(2), requires_grad=True)
        (x**exponent).backward(np.ones(2))
        assert x.grad.numpy().tolist() == [expected] * 2


def test_gradient_of_powers_of_negative_numbers():
    x = Tensor([-2.0, -2.0, -2.0, -2.0], requires_grad=True)
    (x ** Tensor([1.0, 2.0, 3.0, -1.0])).backward(np.ones(4, "float32"))
    np.testing.assert_allclose(x.grad.numpy(), [1, -4, 12, -0.25], rtol=1e-6)


def test_gradient_of_a_number_to_a_power(rng):
    check_gradient(lambda t: 2.5**t, rng.normal(size=(3, 2)))
    for exponent in (-2, -1, 0, 0.5, 1, 2, 3):
        check_gradient(lambda t, e=exponent: t**e, rng.uniform(0.5, 2, (3, 2)))


def test_equals_share_the_gradient():
    assert slopes(ops.maximum, [1.0, 2.0, 1.0], [1.0, 1.0, 2.0]) == ([0.5, 1, 0], [0.5, 0, 1])
    assert slopes(ops.minimum, [1.0, 2.0, 1.0], [1.0, 1.0, 2.0]) == ([0.5, 0, 1], [0.5, 1, 0])
    assert slopes(ops.maximum, [INF, -INF], [INF, 0.0]) == ([0.5, 0], [0.5, 1])


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons(name, shapes, rng):
    a, b = (rng.integers(-2, 3, shape).astype("float64") for shape in shapes)
    got = getattr(ops, name)(a, b)
    expected = getattr(np, name)(a, b)
    assert (got.dtype, got.shape) == ("bool", expected.shape)
    np.testing.assert_array_equal(got.numpy(), expected)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", [*COMPARISONS, "logical_and", "logical_or"])
def test_comparisons_of_special_numbers(name, dtype):
    a, b = pairs(SPECIAL, dtype)
    np.testing.assert_array_equal(getattr(ops, name)(a, b).numpy(), getattr(np, name)(a, b))


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_of_whole_numbers_are_exact(name):
    a, b = pairs([2**62, 2**62 + 1, -(2**63), 2**63 - 1, 0], "int64")
    np.testing.assert_array_equal(getattr(ops, name)(a, b).numpy(), getattr(np, name)(a, b))


@pytest.mark.parametrize("name", [*COMPARISONS, "logical_and", "logical_or", "isnan"])
def test_comparisons_have_no_gradient(name):
    x = Tensor([1.0, 2.0], requires_grad=True)
    operands = (x,) if name == "isnan" else (x, x)
    assert not getattr(ops, name)(*operands).requires_grad


@pytest.mark.parametrize(
    "shapes",
    [((3, 4),) * 3, ((4,), (3, 1), (3, 4)), ((2, 1, 1), (3, 1), (4,)), ((), (3,), (3,)),
     ((3,), (), ()), ((3, 1), (), (1, 4)), ((0,), (1,), (1,)), ((1,), (0,), ()), ((), (), ())],
)  # fmt: skip
def test_where(shapes, rng):
    choice = rng.integers(0, 2, shapes[0]).astype(bool)
    a, b = (rng.normal(size=shape) for shape in shapes[1:])
    got = ops.where(choice, a, b)
    assert got.shape == np.where(choice, a, b).shape
    np.testing.assert_array_equal(got.numpy(), np.where(choice, a, b))
    check_gradient(lambda *t: ops.where(choice, *t), a, b)


def test_where_takes_any_condition_and_python_numbers():
    for condition in ([1, 0, 2], np.float32([0.5, 0, NAN]), np.uint8([1, 0, 255])):
        assert ops.where(condition, [1, 2, 3], [4, 5, 6]).numpy().tolist() == [1, 5, 3]
    x = Tensor(np.float64([-1, 2]))
    assert ops.where(x > 0, x, 0).dtype == ops.where(x > 0, 0.0, x).dtype == "float64"
    assert ops.where(np.array([True, False]), np.int64([2**62 + 1, 0]), 7).numpy().tolist() == [
        2**62 + 1, 7,
    ]  # fmt: skip
    assert ops.where(np.array([True]), np.int32([1]), 0.5).dtype == "float32"


def test_where_keeps_the_gradient_of_the_other_branch_out():
    x = Tensor([1.0, NAN, -INF], requires_grad=True)
    ops.where(np.array([True, False, False]), x, 0.0).backward(np.ones(3, "float32"))
    assert x.grad.numpy().tolist() == [1, 0, 0]


OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "**": operator.pow, "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
OPERANDS = {
    "number": 2, "fraction": 2.5, "bool": True, "list": [1.0, 2.0, 4.0], "tuple": (3, 2, 1),
    "nested": [[1.0], [2.0]], "array": np.float32([1, 2, 4]), "scalar": np.float32(2),
    "wide scalar": np.float64(2.0), "whole scalar": np.int64(2), "array ()": np.array(2, "float32"),
    "whole array": np.int32([3, 2, 1]), "tensor": Tensor([4.0, 2.0, 1.0]),
    "variable": Variable([4.0, 2.0, 1.0]),
}  # fmt: skip


@pytest.mark.parametrize("kind", OPERANDS)
@pytest.mark.parametrize("name", OPERATORS)
def test_operators(name, kind):
    function, other = OPERATORS[name], OPERANDS[kind]
    x = np.float32([1, 2, 3])
    numbers = np.array(other, "float32")
    for owner in (Tensor(x), Variable(x)):
        for got, expected in [
            (function(owner, other), function(x, numbers)),
            (function(other, owner), function(numbers, x)),
        ]:
            assert isinstance(got, Tensor)
            assert got.dtype == expected.dtype.name
            np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("other", [True, False, [True, False, True], np.array([False, True, True])])
def test_logical_operators(other):
    x, y = np.array([True, True, False]), np.array(other)
    for function in (operator.and_, operator.or_):
        for got, expected in [
            (function(Tensor(x), other), function(x, y)),
            (function(other, Tensor(x)), function(y, x)),
            (function(Tensor(x), Tensor(y)), function(x, y)),
        ]:
            assert got.dtype == "bool"
            assert got.numpy().tolist() == expected.tolist()
    assert (~Tensor(x)).numpy().tolist() == [False, False, True]
    assert (~(Tensor([1.0, 3.0]) < 2)).numpy().tolist() == [False, True]


def test_matmul_operator():
    x, y = np.float32([[1, 2], [3, 4]]), np.float32([[0, 1], [2, 3]])
    for other in (y, y.tolist(), Tensor(y)):
        for got, expected in [(Tensor(x) @ other, x @ y), (other @ Tensor(x), y @ x)]:
            assert isinstance(got, Tensor)
            assert got.numpy().tolist() == expected.tolist()


def test_unary_operators_and_conversions():
    x = Tensor([-1.5, 2.5])
    assert (-x).numpy().tolist() == [1.5, -2.5]
    assert abs(x).numpy().tolist() == [1.5, 2.5]
    assert (float(x[0]), int(x[0]), bool(x[0]), bool(x[0] * 0)) == (-1.5, -1, True, False)
    with pytest.raises(ValueError, match=r"\(2,\)"):
        bool(x == x)
    y = x
    y += 1
    assert (x.numpy().tolist(), y.numpy().tolist()) == ([-1.5, 2.5], [-0.5, 3.5])
    assert 2.5 in x
    assert 7 not in x


@pytest.mark.parametrize("function", [operator.floordiv, operator.mod, operator.xor, divmod])
def test_operators_leave_what_is_no_number_to_python(function):
    for other in ("a", None, {}):
        with pytest.raises(TypeError, match="unsupported operand"):
            function(Tensor([1.0]), other)


def test_comparing_with_other_types():
    assert (Tensor([1.0]) == "a") is False
    assert (Tensor([1.0]) != None) is True  # noqa: E711
    with pytest.raises(TypeError, match="not supported"):
        assert Tensor([1.0]) < "a"


METHODS = {
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min, "var": np.var,
    "std": np.std, "all": np.all, "any": np.any,
}  # fmt: skip


@pytest.mark.parametrize("arguments", [{}, {"axis": 1}, {"axis": (0, -1), "keepdims": True}])
@pytest.mark.parametrize("name", METHODS)
def test_methods_that_reduce(name, arguments, rng):
    x = rng.uniform(0.5, 2, (2, 3, 4))
    for owner in (Tensor(x), Variable(x, dtype="float64")):
        got = getattr(owner, name)(**arguments)
        expected = METHODS[name](x, **arguments)
        assert got.shape == expected.shape
        np.testing.assert_allclose(got.numpy(), expected, rtol=1e-13)


def test_methods(rng):
    x = rng.uniform(0.5, 2, (2, 3, 4))
    for owner in (Tensor(x), Variable(x, dtype="float64")):
        for name in ["abs", "exp", "log", "sqrt", "square"]:
            got = getattr(owner, name)().numpy()
            np.testing.assert_allclose(got, getattr(np, name)(x), rtol=1e-13, atol=1e-15)
        assert np.array_equal(owner.flatten().numpy(), x.flatten())
        assert np.array_equal(owner.T.numpy(), x.T)
        assert np.array_equal(owner.transpose().numpy(), x.T)
        assert np.array_equal(owner.transpose(2, 0, 1).numpy(), x.transpose(2, 0, 1))
        assert np.array_equal(owner.transpose((-1, 0, 1)).numpy(), x.transpose(-1, 0, 1))
        assert (owner.shape, owner.ndim, owner.size, len(owner)) == ((2, 3, 4), 3, 24, 2)
        assert np.array_equal(np.stack([row.numpy() for row in owner]), x)
        assert owner[1, 2, 3].item() == x[1, 2, 3]
    assert np.array_equal(Tensor(x).reshape(4, -1).numpy(), x.reshape(4, -1))
    assert np.array_equal(Tensor(x).reshape((6, 4)).numpy(), x.reshape(6, 4))
    assert Tensor(x).cast("float32").dtype == Tensor(x).astype(np.float32).dtype == "float32"


def test_gradients_of_methods(rng):
    x = rng.uniform(0.5, 2, (2, 3))
    for name in ["exp", "log", "sqrt", "square", "abs", "flatten", "sum", "prod", "var", "max"]:
        check_gradient(lambda t, n=name: getattr(t, n)(), x)
    check_gradient(lambda t: t.T @ t, x)
    check_gradient(lambda t: (1 - t) / (2 + t) - 3 * t**2, x)


def test_a_tensor_of_no_axes_has_no_length_and_no_items():
    for use in (len, iter, list):
        with pytest.raises(TypeError):
            use(Tensor(3.0))


@pytest.mark.parametrize("a", [None, "a", {}, np.array(["a"])])
def test_what_holds_no_numbers_is_refused(a):
    for function in (ops.add, ops.less, ops.logical_or, ops.power):
        for operands in ((a, [1.0]), ([1.0], a)):
            with pytest.raises(TypeError):
                function(*operands)


def test_a_gradient_is_recorded_only_where_it_is_needed():
    a, b = Tensor([2.0], requires_grad=True), Tensor([3.0])
    (a * b).backward()
    assert (a.grad.item(), b.grad) == (3, None)
    with lamina.no_grad():
        assert not (a / b).requires_grad


@pytest.mark.parametrize("op", [ops.add, ops.maximum, ops.power, ops.dot])
def test_a_number_follows_the_list_beside_it(op):
    assert op(1, [1, 2]).dtype == op([1, 2], 1).dtype == "float32"
    assert op(1, np.array([1, 2])).dtype == op(np.array([1, 2]), 1).dtype == "int64"
