"""Matrix products, einsum, and normalizations along an axis against NumPy; gradients."""

import functools
import itertools

import numpy as np
import pytest
from gradients import check_gradient
from scipy import special

from lamina import Tensor, ops

INF, NAN = np.inf, np.nan
TOLERANCE = {"float32": 3e-6, "float64": 1e-13}
LEFT = [(4,), (3, 4), (2, 3, 4), (5, 2, 3, 4)]
RIGHT = [(4,), (4, 6), (2, 4, 6), (5, 2, 4, 6)]
BROADCAST = [
    ((2, 1, 3, 4), (5, 4, 2)), ((1, 3, 4), (5, 4, 2)), ((5, 3, 4), (1, 4, 2)),
    ((3, 4), (2, 5, 4, 2)),
    ((2, 1, 3, 4), (1, 5, 4, 2)), ((4,), (2, 3, 4, 5)), ((2, 3, 5, 4), (4,)),
    ((1, 1, 1, 1), (1, 1)),
    ((1,), (1,)), ((2, 2, 1, 2, 1, 1, 3, 4), (4, 2)), ((1, 2, 1, 3, 2), (2, 1, 3, 2, 2)),
]  # fmt: skip
EMPTY = [
    ((3, 0), (0, 4)), ((0, 3), (3, 4)), ((3, 4), (4, 0)), ((0,), (0,)), ((0,), (0, 3)),
    ((3, 0), (0,)), ((0, 2, 3), (3, 4)), ((0, 2, 3), (0, 3, 4)), ((2, 3, 0), (2, 0, 4)),
    ((0, 2, 3), (1, 3, 4)), ((2, 0, 3), (3,)), ((5, 2, 0), (0,)),
]  # fmt: skip


def close(got, expected, dtype, scale=1.0):
    expected = np.asarray(expected)
    assert (got.dtype, got.shape) == (dtype, expected.shape)
    np.testing.assert_allclose(
        got.numpy(), expected, rtol=TOLERANCE[dtype], atol=scale * TOLERANCE[dtype]
    )


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(("a", "b"), [*itertools.product(LEFT, RIGHT), *BROADCAST, *EMPTY])
def test_matmul(a, b, dtype, rng):
    x, y = rng.normal(size=a).astype(dtype), rng.normal(size=b).astype(dtype)
    expected = np.matmul(x.astype("float64"), y.astype("float64"))
    close(ops.matmul(x, y), expected, dtype)
    close(Tensor(x) @ Tensor(y), expected, dtype)


@pytest.mark.parametrize(
    ("a", "b"),
    [((2,), (2,)), ((2,), (2, 3)), ((3, 2), (2,)), ((3, 2), (2, 2)), ((2, 3, 2), (2, 2)),
     ((2, 2), (3, 2, 2)), ((2,), (3, 2, 2)), ((3, 2, 2), (2,)), ((2, 1, 3, 2), (2, 2, 1)),
     ((1, 3, 2), (2, 2, 2)), ((2, 3, 2), (1, 2, 2)), ((2, 1, 2, 2), (1, 2, 2, 1)), ((2, 0), (0, 3)),
     ((0, 2), (2, 3)), ((2, 0, 2), (2, 2, 1))],
)  # fmt: skip
def test_gradients_of_matmul(a, b, rng):
    check_gradient(ops.matmul, rng.normal(size=a), rng.normal(size=b))


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(
    ("m", "k", "n"),
    [(1, 1, 1), (1, 300, 1), (17, 1, 33), (65, 130, 67), (5, 513, 9), (129, 7, 260), (1, 64, 500),
     (200, 64, 1), (31, 257, 31), (3, 2000, 3)],
)  # fmt: skip
def test_matmul_of_many_sizes(m, k, n, dtype, rng):
    x, y = rng.normal(size=(m, k)).astype(dtype), rng.normal(size=(k, n)).astype(dtype)
    weights = rng.normal(size=(m, n)).astype(dtype)
    wide = [v.astype("float64") for v in (x, y, weights)]
    scale = np.sqrt(k * m * n)
    close(ops.matmul(x, y), wide[0] @ wide[1], dtype, np.sqrt(k))
    stacked = ops.matmul(np.stack([x, x * 2]), np.stack([y, y]))
    close(stacked, np.stack([wide[0] @ wide[1], 2 * wide[0] @ wide[1]]), dtype, 2 * np.sqrt(k))
    a, b = Tensor(x, requires_grad=True), Tensor(y, requires_grad=True)
    ops.matmul(a, b).backward(weights)
    close(a.grad, wide[2] @ wide[1].T, dtype, scale)
    close(b.grad, wide[0].T @ wide[2], dtype, scale)


def test_matmul_of_special_numbers():
    got = ops.matmul([[0.0, 1.0], [1.0, 1.0], [NAN, 0.0]], [[INF, 1.0], [2.0, 3.0]]).numpy()
    np.testing.assert_array_equal(got, [[NAN, 3], [INF, 4], [NAN, NAN]])
    x = np.float32([[1e30, 1e30]])
    assert ops.matmul(x, x.T).item() == INF


def test_matmul_of_whole_numbers(rng):
    for a, b in itertools.product(["int32", "int64", "uint8", "bool"], repeat=2):
        x, y = rng.integers(0, 9, (3, 4)).astype(a), rng.integers(0, 9, (4, 2)).astype(b)
        expected = x.astype("int64") @ y.astype("int64")
        assert ops.matmul(x, y).numpy().tolist() == expected.tolist()
        assert ops.einsum("ij,jk->ik", x, y).numpy().tolist() == expected.tolist()
    assert ops.matmul(np.int32([[1, 2]]), np.float64([[0.5], [1]])).dtype == "float64"
    assert ops.matmul(np.int32([[1, 2]]), np.float32([[0.5], [1]])).dtype == "float32"


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_products_of_whole_numbers_are_exact(dtype):
    """As NumPy's, Keras's and PyTorch's."""
    x, y = np.array([[2**24 + 1, 3]], dtype), np.array([[1], [2]], dtype)
    for got in (ops.matmul(x, y), ops.einsum("ij,jk->ik", x, y)):
        assert got.numpy().tolist() == [[2**24 + 7]]


@pytest.mark.parametrize(
    ("a", "b"),
    [((2, 3), (2, 3)), ((3,), (4,)), ((2, 3), (4,)), ((3,), (4, 2)), ((2, 2, 3), (3, 3, 1)),
     ((), (3,)),
     ((3,), ()), ((2, 0), (1, 2))],
)  # fmt: skip
def test_products_that_are_refused(a, b):
    shapes = [str(shape).replace("(", r"\(").replace(")", r"\)") for shape in (a, b)]
    if a[:1] == (2,) and len(a) == 3:  # the message may name the leading axes alone
        shapes = [r"\(2,", r"\(3,"]
    with pytest.raises(ValueError, match=rf"{shapes[0]}.*{shapes[1]}"):
        ops.matmul(np.ones(a), np.ones(b))


def test_products_of_two_floating_dtypes_are_refused():
    with pytest.raises(TypeError, match=r"float32.*float64"):
        ops.matmul(np.ones((2, 2), "float32"), np.ones((2, 2)))
    with pytest.raises(TypeError, match=r"float32.*float64"):
        ops.einsum("i,i->", np.ones(2, "float32"), np.ones(2))


EINSUMS = [
    ("i->", (3,)), ("i->i", (3,)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ij->i", (2, 3)),
    ("ij->j", (2, 3)), ("ijk->kij", (2, 3, 4)), ("ijk->ki", (2, 3, 4)), ("ba", (2, 3)), ("->", ()),
    ("...", (2, 3)), ("...->...", (2, 3)), ("...i->...", (2, 3)), ("i...->...i", (2, 3, 4)),
    ("...ij->...ji", (2, 3, 4)), ("...ij->ij...", (2, 3, 4)), ("i...j->...", (2, 3, 4)),
    ("...i", (2, 3)), ("...ba", (2, 3, 4)), ("ij...->...", (2, 3)), ("Ab->bA", (2, 3)),
    ("bA", (2, 3)),
    ("i,i->", (3,), (3,)), ("i,i", (3,), (3,)), ("i,i->i", (3,), (3,)), ("i,j->ij", (2,), (3,)),
    ("i,j->ji", (2,), (3,)), ("i,j", (2,), (3,)), ("i,j->", (2,), (3,)), ("i,j->j", (2,), (3,)),
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij,jk->ki", (2, 3), (3, 4)),
    ("ij,kj->ik", (2, 3), (4, 3)), ("ji,jk->ik", (3, 2), (3, 4)), ("ij,jk->", (2, 3), (3, 4)),
    ("ij,jk->j", (2, 3), (3, 4)), ("ij,jk->ijk", (2, 3), (3, 4)), ("ij,ij->ij", (2, 3), (2, 3)),
    ("ij,ij->", (2, 3), (2, 3)), ("ij,ij->i", (2, 3), (2, 3)), ("ij,ji->", (2, 3), (3, 2)),
    ("ij,j->i", (2, 3), (3,)), ("i,ij->j", (2,), (2, 3)), ("ij,->ij", (2, 3), ()), (",->", (), ()),
    (",i->i", (), (3,)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)), ("bij,jk->bik", (2, 3, 4), (4, 5)),
    ("bij,bkj->bik", (2, 3, 4), (2, 5, 4)), ("bqhd,bkhd->bhqk", (2, 3, 2, 4), (2, 5, 2, 4)),
    ("bhqk,bkhd->bqhd", (2, 2, 3, 5), (2, 5, 2, 4)), ("abc,cd->abd", (2, 3, 4), (4, 2)),
    ("abc,bad->cd", (2, 3, 4), (3, 2, 2)), ("ijk,jil->kl", (2, 3, 4), (3, 2, 5)),
    ("i...,i...->...", (3, 2), (3, 2)), ("...ij,...jk->...ik", (2, 3, 4), (2, 4, 5)),
    ("...ij,jk->...ik", (2, 5, 3, 4), (4, 2)), ("...ij,...jk->...ik", (5, 2, 3, 4), (2, 4, 2)),
    ("...i,...i", (2, 3), (2, 3)), ("i...,j->...ij", (2, 3), (4,)), ("...,...->...", (3,), (2, 3)),
    (" i j , j k -> i k ", (2, 3), (3, 4)), ("ij,k->ik", (2, 3), (4,)), ("ij,kl->", (2, 3), (2, 2)),
    ("ij,jk->ik", (2, 0), (0, 4)), ("ij,jk->ik", (0, 3), (3, 4)), ("i,i->", (0,), (0,)),
    ("i,j,k->ijk", (2,), (3,), (2,)), ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("i,ij,j->", (2,), (2, 3), (3,)), ("bi,ij,bj->b", (4, 2), (2, 3), (4, 3)),
    ("ij,jk,ki->", (2, 3), (3, 4), (4, 2)), ("ij,ij,ij->ij", (2, 3), (2, 3), (2, 3)),
    ("i,i,i->", (3,), (3,), (3,)), ("ij,j,k->ki", (2, 3), (3,), (4,)),
    ("ij,jk,kl", (2, 3), (3, 2), (2, 2)),
    ("...i,ij,...j->...", (2, 2), (2, 3), (2, 3)),
    ("ii->i", (3, 3)), ("ii", (3, 3)), ("ii->", (3, 3)), ("iij->ij", (2, 2, 3)),
    ("iji->j", (2, 3, 2)), ("jii->ij", (3, 2, 2)), ("iii->i", (2, 2, 2)), ("ii->i", (0, 0)),
    ("iijj->ij", (2, 2, 3, 3)), ("ii,i->i", (3, 3), (3,)), ("...ii->...i", (2, 3, 3)),
    ("...ii", (2, 3, 3)), ("ii,jj->ij", (2, 2), (3, 3)), ("i,jj,i->", (2,), (3, 3), (2,)),
    ("ij,jj,jk->ik", (2, 3), (3, 3), (3, 2)),
]  # fmt: skip


@pytest.mark.parametrize("case", EINSUMS, ids=str)
def test_einsum(case, rng):
    subscripts, *shapes = case
    operands = [rng.normal(size=shape) for shape in shapes]
    for dtype in TOLERANCE:
        typed = [x.astype(dtype) for x in operands]
        wide = [x.astype("float64") for x in typed]
        close(ops.einsum(subscripts, *typed), np.einsum(subscripts, *wide), dtype, 10)
    check_gradient(lambda *t: ops.einsum(subscripts, *t), *operands)


@pytest.mark.parametrize(
    "case",
    [("...ij,...jk->...ik", (2, 1, 3, 4), (5, 4, 2)), ("...,...->...", (2, 1), (1, 3)),
     ("...i,...i->...", (1, 3), (2, 3)), ("...i,...->...i", (2, 3), (1,))],
    ids=str,
)  # fmt: skip
def test_leading_axes_of_einsum_broadcast(case, rng):
    subscripts, *shapes = case
    operands = [rng.normal(size=shape) for shape in shapes]
    close(ops.einsum(subscripts, *operands), np.einsum(subscripts, *operands), "float64")
    check_gradient(lambda *t: ops.einsum(subscripts, *t), *operands)


M = np.ones((2, 3))
EINSUM_REFUSALS = {
    "few operands": ("ij,jk->ik", [M]),
    "many operands": ("ij->ij", [M, M]),
    "no operands": ("->", []),
    "rank": ("ijk->i", [M]),
    "rank below dots": ("...ijk->i", [M]),
    "extents": ("ij,jk->ik", [M, M]),
    "unknown letter": ("ij->ik", [M]),
    "letter twice in the result": ("ij->ii", [M]),
    "two extents of one letter": ("ii->i", [M]),
    "no letter": ("i*->i", [M]),
    "digits": ("12->21", [M]),
    "two arrows": ("ij->i->j", [M]),
    "half an arrow": ("ij-i", [M]),
    "two dots": ("i..->i", [M]),
    "dots twice": ("...i...->i", [M]),
    "dots twice in the result": ("...i->...i...", [M]),
}


@pytest.mark.parametrize("name", EINSUM_REFUSALS)
def test_einsum_refusals(name):
    subscripts, operands = EINSUM_REFUSALS[name]
    message = "[*]" if "*" in subscripts else subscripts.replace(".", "[.]")
    with pytest.raises(ValueError, match=message):
        ops.einsum(subscripts, *operands)


def test_the_extents_that_einsum_refuses_are_named():
    with pytest.raises(ValueError, match=r"'j'.*3 and 2"):
        ops.einsum("ij,jk->ik", M, M)
    with pytest.raises(ValueError, match=r"2 operands.*got 1"):
        ops.einsum("ij,jk->ik", M)
    with pytest.raises(ValueError, match=r"'ijk'.*\(2, 3\)"):
        ops.einsum("ijk->i", M)


# Normalization of samples.
def layer_normalization(x, gamma=1.0, beta=0.0, epsilon=1e-7):
    x = np.float64(x)
    deviation = np.sqrt(np.var(x, axis=-1, keepdims=True) + epsilon)
    return (x - np.mean(x, axis=-1, keepdims=True)) / deviation * gamma + beta


def rms_normalization(x, scale=1.0, epsilon=1e-7):
    x = np.float64(x)
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + epsilon) * scale


ROWS = [(5,), (3, 1), (3, 4), (2, 3, 17), (2, 1, 2, 33), (7, 700), (0, 4)]


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("shape", ROWS)
def test_layer_normalization(shape, dtype, rng):
    x = rng.normal(1, 2, shape).astype(dtype)
    gamma, beta = (rng.normal(size=shape[-1]).astype(dtype) for _ in range(2))
    close(ops.layer_normalization(x), layer_normalization(x), dtype, 10)
    close(ops.layer_normalization(x, gamma), layer_normalization(x, gamma), dtype, 10)
    got = ops.layer_normalization(x, gamma=gamma, beta=beta, epsilon=0.1)
    close(got, layer_normalization(x, gamma, beta, 0.1), dtype, 10)
    close(ops.layer_normalization(x, beta=beta), layer_normalization(x, beta=beta), dtype, 10)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("shape", ROWS)
def test_rms_normalization(shape, dtype, rng):
    x, scale = rng.normal(1, 2, shape).astype(dtype), rng.normal(size=shape[-1]).astype(dtype)
    close(ops.rms_normalization(x), rms_normalization(x), dtype, 10)
    got = ops.rms_normalization(x, scale=scale, epsilon=0.1)
    close(got, rms_normalization(x, scale, 0.1), dtype, 10)


@pytest.mark.parametrize("shape", [(4,), (3, 1), (2, 3), (2, 2, 3), (2, 18)])
def test_gradients_of_normalization(shape, rng):
    x, gamma, beta = rng.normal(size=shape), rng.normal(size=shape[-1]), rng.normal(size=shape[-1])
    check_gradient(ops.layer_normalization, x)
    check_gradient(ops.layer_normalization, x, gamma, beta)
    check_gradient(lambda t, b: ops.layer_normalization(t, beta=b), x, beta)
    check_gradient(lambda g, b: ops.layer_normalization(x, g, b), gamma, beta)
    plain = functools.partial(ops.rms_normalization, epsilon=1e-3)  # smooth for central differences
    check_gradient(plain, x)
    check_gradient(plain, x, gamma)


@pytest.mark.parametrize("axis", [0, 1, -1, (0, 2), (1, 2), (-1, 0, 1)])
def test_normalization_along_other_axes(axis, rng):
    x = rng.normal(1, 2, (4, 3, 5))
    axes = (axis,) if isinstance(axis, int) else tuple(sorted(a % 3 for a in axis))
    deviation = np.sqrt(np.var(x, axes, keepdims=True) + 1e-7)
    mean = np.mean(x, axes, keepdims=True)
    close(ops.layer_normalization(x, axis=axis), (x - mean) / deviation, "float64", 10)
    root = np.sqrt(np.mean(x * x, axes, keepdims=True) + 1e-7)
    close(ops.rms_normalization(x, axis=axis), x / root, "float64", 10)
    gamma = rng.normal(size=[x.shape[a] for a in axes])
    wide = gamma.reshape([x.shape[a] if a in [b % 3 for b in axes] else 1 for a in range(3)])
    for given in (gamma, wide):
        got = ops.layer_normalization(x, given, axis=axis)
        close(got, (x - mean) / deviation * wide, "float64", 10)
    if len(axes) == 1:
        offset = rng.normal(size=gamma.shape)
        got = ops.batch_normalization(x, gamma, gamma**2, axis, offset=offset)
        places = [x.shape[a] if a == axes[0] % 3 else 1 for a in range(3)]
        expected = (x - wide) / np.sqrt(wide**2 + 1e-3) + offset.reshape(places)
        close(got, expected, "float64", 10)


def test_normalization_of_constant_and_of_far_rows(rng):
    assert ops.layer_normalization(np.full((2, 5), 3.0)).numpy().tolist() == [[0] * 5] * 2
    assert ops.rms_normalization(np.zeros((2, 5))).numpy().tolist() == [[0] * 5] * 2
    far = (rng.normal(size=(4, 64)) + 1e3).astype("float32")
    got = ops.layer_normalization(far).numpy()
    np.testing.assert_allclose(got, layer_normalization(far), atol=2e-4)
    x = Tensor(np.full((2, 5), 3.0), requires_grad=True)
    ops.sum(ops.layer_normalization(x)).backward()
    np.testing.assert_allclose(x.grad.numpy(), 0, atol=1e-12)


def test_normalization_of_whole_numbers_and_special_ones():
    assert ops.layer_normalization(np.int32([[1, 2, 3]])).dtype == "float32"
    got = ops.layer_normalization([[1.0, NAN, 2.0], [1.0, 2.0, 3.0]]).numpy()
    assert np.isnan(got).tolist() == [[True] * 3, [False] * 3]
    assert np.isnan(ops.rms_normalization([[1.0, NAN]]).numpy()).all()


@pytest.mark.parametrize("name", ["layer_normalization", "rms_normalization"])
def test_normalizations_that_are_refused(name):
    function = getattr(ops, name)
    with pytest.raises(ValueError, match=rf"{name}.*\(3,\).*\(2,\)"):
        function(M, np.ones(2))
    with pytest.raises((ValueError, TypeError), match=rf"{name}.*float64.*float32"):
        function(M, np.ones(3, "float32"))
    for epsilon in (-1.0, NAN, INF):
        with pytest.raises(ValueError, match=f"{name}.*epsilon.*{epsilon:g}"):
            function(M, epsilon=epsilon)
    with pytest.raises(ValueError, match=rf"{name}.*\(\)"):
        function(np.array(1.0))


# Along an axis: softmax and its relatives.
def sparsemax(x, axis=-1):
    """Bisects for tau, with which max(x - tau, 0) sums to 1."""
    x = np.float64(x)
    high = np.max(x, axis=axis, keepdims=True)
    low = high - 1
    for _ in range(100):
        middle = (low + high) / 2
        above = np.sum(np.maximum(x - middle, 0), axis=axis, keepdims=True) > 1
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.maximum(x - low, 0)


def glu(x, axis=-1):
    first, second = np.split(np.float64(x), 2, axis=axis)
    return first * special.expit(second)


ALONG = {
    "softmax": special.softmax,
    "log_softmax": special.log_softmax,
    "sparsemax": sparsemax,
    "glu": glu,
}


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize(
    ("shape", "axis"),
    [((4,), 0), ((4,), -1), ((2, 4), 0), ((2, 4), 1), ((2, 4, 6), 0), ((2, 4, 6), 1),
     ((2, 4, 6), 2), ((2, 4, 6), -2), ((2, 4, 6), -3), ((40, 130), 0), ((40, 130), 1),
     ((3, 2, 2, 34), -1), ((0, 4), 1), ((4, 0), 0), ((2, 2000), -1)],
)  # fmt: skip
@pytest.mark.parametrize("name", ALONG)
def test_along_an_axis(name, shape, axis, dtype, rng):
    for spread in (0.3, 4):
        x = rng.normal(0, spread, shape).astype(dtype)
        got = getattr(ops, name)(x, axis=axis)
        close(got, ALONG[name](x.astype("float64"), axis=axis), dtype, 4 * spread)
    if axis == len(shape) - 1:
        assert np.array_equal(getattr(ops, name)(x).numpy(), got.numpy())


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
@pytest.mark.parametrize("name", ALONG)
def test_gradients_along_an_axis(name, axis, rng):
    check_gradient(lambda t: getattr(ops, name)(t, axis=axis), rng.normal(size=(2, 4, 2)))
    check_gradient(lambda t: getattr(ops, name)(t, axis=axis), rng.normal(0, 0.2, (2, 2, 4)))


@pytest.mark.parametrize("name", ALONG)
def test_along_an_axis_that_is_not_there(name):
    for axis in (2, -3):
        with pytest.raises(IndexError, match=rf"{axis}.*\(2, 4\)"):
            getattr(ops, name)(np.ones((2, 4)), axis=axis)
    with pytest.raises((ValueError, IndexError), match=r"\(\)"):
        getattr(ops, name)(np.array(1.0))
    assert getattr(ops, name)(np.int32([[1, 2]])).dtype == "float32"


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_softmax_of_extremes(dtype):
    rows = np.array(
        [[1000, 1000, -1000], [-1000, -1000, -1000], [0, -INF, 0], [1e30, 0, -1e30], [INF, 0, 0],
         [-INF, -INF, -INF], [NAN, 0, 1], [0, 0, -90]], dtype
    )  # fmt: skip
    # Of an infinite logit, and of none that is finite, neither has a limit.
    expected = [
        [0.5, 0.5, 0],
        [1 / 3] * 3,
        [0.5, 0, 0.5],
        [1, 0, 0],
        [NAN] * 3,
        [NAN] * 3,
        [NAN] * 3,
    ]
    got = ops.softmax(rows).numpy()
    np.testing.assert_allclose(got[:4], expected[:4], rtol=TOLERANCE[dtype])
    assert np.isnan(got[4:7]).any(-1).all()
    logs = ops.log_softmax(rows).numpy()
    half = np.log(0.5)
    far = np.array([[half, half, half - 2000], [-np.log(3)] * 3, [half, -INF, half]])
    np.testing.assert_allclose(logs[:3], far, rtol=TOLERANCE[dtype])
    np.testing.assert_allclose(logs[3], [0, -1e30, -2e30], rtol=TOLERANCE[dtype])
    assert np.isnan(logs[4:7]).any(-1).all()
    np.testing.assert_allclose(logs[7], [half, half, half - 90], rtol=TOLERANCE[dtype])
    for width in (1, 5, 40, 900):  # rows of one and of several vectors
        x = np.zeros((2, width), dtype)
        x[1, -1] = NAN
        assert np.isnan(ops.softmax(x).numpy()).tolist() == [[False] * width, [True] * width]
        assert np.isnan(ops.log_softmax(x).numpy()).tolist() == [[False] * width, [True] * width]


@pytest.mark.parametrize("name", ["softmax", "log_softmax", "sparsemax"])
def test_softmax_of_nothing(name):
    for shape, axes in [
        ((0,), [0, -1]),
        ((2, 0), [0, 1]),
        ((0, 3), [0, -1]),
        ((2, 0, 3), [0, 1, 2]),
    ]:
        for axis in axes:
            assert getattr(ops, name)(np.zeros(shape, "float32"), axis=axis).shape == shape
    nothing = Tensor(np.zeros((2, 0)), requires_grad=True)
    ops.sum(getattr(ops, name)(nothing)).backward()
    assert nothing.grad.shape == (2, 0)
    if name != "sparsemax":
        assert getattr(ops, name)(np.zeros((2, 0)), axis=None).shape == (2, 0)


def test_gradients_of_softmax_at_extremes():
    for name, expected in [("softmax", [0, 0, 0]), ("log_softmax", [1, 0, -1])]:
        x = Tensor(np.array([0.0, -INF, 1000.0]), requires_grad=True)
        getattr(ops, name)(x).backward(np.array([1.0, 0.0, 0.0]))
        np.testing.assert_allclose(x.grad.numpy(), expected, atol=1e-300)


def test_sparsemax_by_hand():
    assert ops.sparsemax([3.0, 2.5, -3.0]).numpy().tolist() == [0.75, 0.25, 0]
    assert ops.sparsemax([0.0, 0.0, 0.0, 0.0]).numpy().tolist() == [0.25] * 4
    assert ops.sparsemax([5.0]).numpy().tolist() == [1]
    assert ops.sparsemax([1.0, 0.0]).numpy().tolist() == [1, 0]
    assert ops.sparsemax([0.0, -INF, 0.0]).numpy().tolist() == [0.5, 0, 0.5]


@pytest.mark.parametrize("shift", [0, 100, 1e4, 1e6, -1e6, 1e8, -1e8, 1e12, 1e30])
@pytest.mark.parametrize("dtype", TOLERANCE)
def test_sparsemax_depends_on_differences_alone(dtype, shift):
    x = np.array([[1.0, 1.0, -1.0, -1.0], [2.0, 0.0, -9.0, 0.0]], dtype)
    shifted = x + np.array(shift, dtype)
    expected = sparsemax(shifted - shifted.max(-1, keepdims=True))
    np.testing.assert_allclose(ops.sparsemax(shifted).numpy(), expected, atol=1e-6)


def test_sparsemax_of_nan_gives_no_other_numbers():
    assert np.isnan(ops.sparsemax([[NAN, 1.0, 0.0]]).numpy()).all()
    assert ops.sparsemax([[NAN, 1.0], [2.0, 0.0]]).numpy()[1].tolist() == [1, 0]


def test_glu_by_hand():
    assert ops.glu([2.0, 4.0, 0.0, 0.0]).numpy().tolist() == [1, 2]
    assert ops.glu([[2.0, 4.0], [0.0, 100.0]], axis=0).numpy().tolist() == [[1, 4]]
    assert ops.glu([3.0, -INF]).numpy().tolist() == [0]
    for shape, axis in [((3,), -1), ((2, 3), 1), ((3, 2), 0)]:
        with pytest.raises(ValueError, match=rf"glu.*even.*\({shape[0]}"):
            ops.glu(np.ones(shape), axis)
