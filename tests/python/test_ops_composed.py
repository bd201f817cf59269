"""The functions of lamina.ops that are composed: against Keras, NumPy and central differences, in
graphs and in files.
"""

import pathlib

import numpy as np
import pytest
from gradients import check_gradient
from ops_cases import CASES, GRADIENTS, OF_FLOATS, SYMBOLIC

import lamina
from lamina import Input, Model, Tensor, _lamina, ops

INF = float("inf")
GOLDEN = np.load(pathlib.Path(__file__).parent.parent / "golden" / "keras_ops.npz")
ALL = [(name, i) for name, calls in CASES.items() for i in range(len(calls))]
# Keras's dtypes that there are not here, and what stands for them.
STAND_INS = {"uint32": "int64"}
# Where the last places differ more: a quotient of small numbers, a sum of many.
LOOSE = {"lstsq": 1e-4, "pinv": 1e-4, "istft": 1e-4, "erfc": 1e-4, "nanstd": 1e-4}


def leaves(value):
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item)]
    return [value]


def mapped(value, change):
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(item, change) for item in value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    return value


def doubled(x):
    return x.astype("float64") if x.dtype == "float32" else x


def arrays_of(value):
    found = []
    mapped(value, lambda x: found.append(x) or x)
    return found


def called(name, i, change):
    args, kwargs = CASES[name][i]
    return getattr(ops, name)(*mapped(args, change), **mapped(kwargs, change))


@pytest.mark.parametrize(("name", "i"), ALL)
def test_as_keras(name, i):
    if f"{name}/{i}/error" in GOLDEN:
        pytest.skip("Keras on JAX refuses the call")
    got = leaves(called(name, i, Tensor))
    plain = leaves(called(name, i, lambda x: x))
    assert f"{name}/{i}/{len(got)}" not in GOLDEN
    for j, (leaf, same) in enumerate(zip(got, plain, strict=True)):
        expected = GOLDEN[f"{name}/{i}/{j}"]
        dtype = STAND_INS.get(str(expected.dtype), str(expected.dtype))
        assert (leaf.shape, leaf.dtype) == (expected.shape, dtype)
        assert leaf.numpy().tobytes() == same.numpy().tobytes()
        tolerance = LOOSE.get(name, 1e-5)
        values = leaf.numpy()
        if name in ("eigh", "svd") and j > 0:
            values, expected = np.abs(values), np.abs(expected)  # a vector's sign is free
        np.testing.assert_allclose(values, expected, rtol=tolerance, atol=tolerance / 2)


NUMPY = {
    "tan", "cosh", "arcsin", "arccos", "arcsinh", "arccosh", "arctanh", "cbrt", "sinc", "fabs",
    "arctan2", "hypot", "logaddexp2", "mod", "fmod", "floor_divide", "fmax", "fmin", "heaviside",
    "isclose", "allclose", "gcd", "lcm", "nextafter", "signbit", "angle", "i0", "diag",
    "diagflat", "vander", "quantile", "percentile", "median", "nanquantile", "nanpercentile",
    "nanmedian", "ptp", "nanmax", "nanmin", "nanprod", "nanvar", "nanstd", "cumprod", "nancumsum",
    "nancumprod", "corrcoef", "correlate", "trapezoid", "bincount", "histogram", "digitize",
    "searchsorted", "isin", "nonzero", "append", "array_split", "hsplit", "vsplit", "dsplit",
    "rot90", "tensordot", "kron", "select", "meshgrid",
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("name", "i"), [case for case in ALL if case[0] in NUMPY])
def test_float64_as_numpy(name, i):
    args, kwargs = mapped(CASES[name][i], doubled)
    if name == "nanquantile" and np.isnan(args[0]).all(-1).any():
        pytest.skip("NumPy warns and gives NaN")
    expected = leaves(getattr(np, name)(*args, **kwargs))
    got = leaves(called(name, i, doubled))
    for leaf, wanted in zip(got, expected, strict=True):
        assert leaf.shape == np.shape(wanted)
        tolerance = 1e-6 if leaf.dtype == "float32" else 1e-12
        tolerance = 1e-3 if np.asarray(wanted).dtype == "float16" else tolerance  # of booleans
        np.testing.assert_allclose(leaf.numpy(), wanted, rtol=tolerance, atol=tolerance / 10)


@pytest.mark.parametrize(("name", "i"), [(name, i) for name in GRADIENTS for i in GRADIENTS[name]])
def test_gradients(name, i):
    args, kwargs = mapped(CASES[name][i], doubled)
    inputs = [x for x in arrays_of(args) if x.dtype == "float64"]

    def function(*tensors):
        given = iter(tensors)
        changed = mapped(args, lambda x: next(given) if x.dtype == "float64" else x)
        parts = [x for x in leaves(getattr(ops, name)(*changed, **kwargs)) if "float" in x.dtype]
        return ops.concatenate([ops.reshape(x, (-1,)) for x in parts])

    check_gradient(function, *inputs, tolerance=2e-5)


def symbols(name, args, kwargs):
    """Symbolic tensors for the arrays of a call, and those arrays."""
    inputs, data = [], []

    def symbol(x):
        if x.ndim == 0 or (name in OF_FLOATS and x.dtype != "float32"):
            return x
        inputs.append(Input(x.shape[1:], batch_size=len(x), dtype=str(x.dtype)))
        data.append(x)
        return inputs[-1]

    return mapped(args, symbol), kwargs, inputs, data


@pytest.mark.parametrize(("name", "i"), [case for case in ALL if case[0] in SYMBOLIC | OF_FLOATS])
def test_in_graphs_and_files(name, i, tmp_path):
    args, kwargs, inputs, data = symbols(name, *CASES[name][i])
    if not inputs:
        return
    outputs = leaves(getattr(ops, name)(*args, **kwargs))
    model = Model(inputs, outputs)
    got = leaves(model([Tensor(x) for x in data]))
    expected = leaves(called(name, i, Tensor))
    for leaf, symbol, wanted in zip(got, outputs, expected, strict=True):
        assert leaf.dtype == symbol.dtype
        assert leaf.dtype == wanted.dtype
        assert leaf.numpy().tobytes() == wanted.numpy().tobytes()
    model.save(tmp_path / "model.lamina")
    loaded = lamina.models.load_model(tmp_path / "model.lamina")
    for leaf, wanted in zip(leaves(loaded([Tensor(x) for x in data])), expected, strict=True):
        assert leaf.numpy().tobytes() == wanted.numpy().tobytes()


@pytest.mark.parametrize("name", sorted(set(CASES) - SYMBOLIC - OF_FLOATS))
def test_what_needs_values_refuses_symbolic_tensors(name):
    for args, kwargs in CASES[name]:
        changed, _, inputs, _ = symbols(name, args, kwargs)
        if not inputs or (name.startswith("bitwise") and inputs[0].dtype == "bool"):
            continue
        with pytest.raises(TypeError, match="symbolic tensor"):
            getattr(ops, name)(*changed, **kwargs)


# Of which there are tests of their own.
ELSEWHERE = {
    "zeros", "ones", "full", "shape", "ndim", "size", "convert_to_numpy", "empty", "empty_like",
    "is_tensor", "dtype", "associative_scan", "cond", "custom_gradient", "fori_loop", "map",
    "scan", "switch", "vectorize", "vectorized_map", "while_loop", "eig", "qr",
}  # fmt: skip


def test_every_name_has_calls():
    composed = {name for name in ops.__all__ if not hasattr(_lamina, name)} | {"where", "clip"}
    composed -= {"abs", "swish", "hard_swish", "slice"}
    assert composed | {"slice"} <= set(CASES) | ELSEWHERE
    assert not set(CASES) - set(ops.__all__)


def test_decompositions():
    rng = np.random.default_rng(3)
    a = rng.normal(size=(2, 4, 3))
    for mode in ("reduced", "complete"):
        q, r = (x.numpy() for x in ops.qr(a, mode))
        np.testing.assert_allclose(q @ r, a, atol=1e-12)
        identity = np.broadcast_to(np.eye(q.shape[-1]), (2, q.shape[-1], q.shape[-1]))
        np.testing.assert_allclose(np.swapaxes(q, -1, -2) @ q, identity, atol=1e-12)
    u, s, vt = (x.numpy() for x in ops.svd(a, full_matrices=False))
    np.testing.assert_allclose((u * s[:, None, :]) @ vt, a, atol=1e-12)
    symmetric = a[:, :3] + np.swapaxes(a[:, :3], -1, -2)
    for function in (ops.eigh, ops.eig):
        values, vectors = (x.numpy() for x in function(symmetric))
        np.testing.assert_allclose(symmetric @ vectors, vectors * values[:, None], atol=1e-12)
    with pytest.raises(ValueError, match="complex"):
        ops.eig([[0.0, 1.0], [-1.0, 0.0]])
    lu, rows = ops.lu_factor(a)
    for lines, swaps, whole in zip(lu.numpy(), rows.numpy(), a, strict=True):
        lower = np.tril(lines[:, :3], -1) + np.eye(4, 3)
        product = lower @ np.triu(lines[:3])
        order = list(range(4))
        for i, j in enumerate(swaps):
            order[i], order[j] = order[j], order[i]
        np.testing.assert_allclose(product, whole[order], atol=1e-12)


def test_gradients_of_symmetric_matrices():
    rng = np.random.default_rng(4)
    a = rng.normal(size=(3, 3))

    def definite(x):
        return ops.matmul(x, ops.transpose(x)) + np.eye(3)

    check_gradient(lambda x: ops.cholesky(definite(x)), a, tolerance=1e-6)
    check_gradient(lambda x: ops.cholesky(definite(x), upper=True), a, tolerance=1e-6)
    check_gradient(lambda x: ops.eigh(definite(x))[0], a, tolerance=1e-6)
    check_gradient(lambda x: ops.square(ops.eigh(definite(x))[1]), a, tolerance=1e-6)
    singular = np.array([[1.0, 2.0], [2.0, 4.0]])
    check_gradient(ops.det, singular, tolerance=1e-6)


@pytest.mark.parametrize("name", ["svd", "qr", "pinv", "eig", "lu_factor"])
def test_no_gradient_is_said(name):
    x = Tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
    result = leaves(getattr(ops, name)(x))[0]
    with pytest.raises(TypeError, match=f"no gradient for {name}"):
        ops.sum(result).backward()
    assert not leaves(getattr(ops, name)(ops.stop_gradient(x)))[0].requires_grad


REFUSALS = {
    "singular": (lambda: ops.inv(np.zeros((2, 2))), "inv.*[Ss]ingular"),
    "not square": (lambda: ops.det(np.ones((2, 3))), r"square.*\(2, 3\)"),
    "not definite": (lambda: ops.cholesky(-np.eye(2)), "cholesky"),
    "share": (lambda: ops.quantile([1.0], 1.5), "quantile.*1.5"),
    "method": (lambda: ops.quantile([1.0], 0.5, method="cubic"), "cubic"),
    "one choice": (lambda: ops.where([True], 1.0), "both"),
    "segments": (lambda: ops.segment_sum([1.0, 2.0], [0], 1), "segment_sum"),
    "block": (lambda: ops.slice([1, 2], [0], [3]), "slice.*3"),
    "reduction": (lambda: ops.scatter_update([1.0], [[0]], [1.0], "avg"), "avg"),
    "pattern": (lambda: ops.rearrange([1.0], "a b -> b a"), "rearrange"),
    "names": (lambda: ops.rearrange([1.0], "a -> b"), "same axes"),
    "shapes": (lambda: ops.binary_crossentropy([1.0], [0.5, 0.5]), r"\(1,\).*\(2,\)"),
    "window": (lambda: ops.stft(np.ones(20), 8, 4, 8, "bell"), "bell"),
    "parts": (lambda: ops.fft(np.ones(3)), "pair"),
    "bins": (lambda: ops.histogram([1.0], 0), "bins"),
    "negative": (lambda: ops.bincount([-1]), "at least 0"),
    "beam": (lambda: ops.ctc_decode(np.ones((1, 2, 3)), [2], "beam_search"), "greedy"),
    "cross": (lambda: ops.cross([1.0], [2.0]), "2 or 3"),
    "grid": (lambda: ops.meshgrid([1], indexing="yx"), "yx"),
    "turn": (lambda: ops.rot90([[1]], axes=(0, 0)), "different axes"),
    "one count": (lambda: ops.repeat([1, 2, 3], [1, 2]), "repeat.*3.*got 2"),
    "sparse": (lambda: ops.one_hot([1], 2, sparse=True), "sparse"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    function, message = REFUSALS[case]
    with pytest.raises(ValueError, match=message):
        function()


def test_out_of_range():
    with pytest.raises(IndexError, match="out of range"):
        ops.scatter_update([1.0], [[3]], [1.0])
    with pytest.raises(TypeError, match="whole"):
        ops.bitwise_and([1.5], [2.5])


def test_whole_division_is_exact():
    a = np.int64([2**62 + 1, -(2**62) - 1, 2**53 + 1, -(2**53) - 3, 7, -7])
    b = np.int64([3, 7, -5, 2, -2, 2])
    assert ops.floor_divide(a, b).numpy().tolist() == (a // b).tolist()
    assert ops.mod(a, b).numpy().tolist() == (a % b).tolist()
    assert ops.floor_divide([5], [0]).numpy().tolist() == [0]
    x = np.float32([1.0, 0.3, 16777216, -1e-10, 5, -5])
    y = np.float32([0.1, 0.1, 3, 1, INF, INF])
    with np.errstate(all="ignore"):
        assert ops.mod(x, y).numpy().tolist() == np.mod(x, y).tolist()
        assert ops.floor_divide(x, y).numpy().tolist() == np.floor_divide(x, y).tolist()


def test_angles_of_any_size():
    x = np.array([1e5, -1e10, 1e22, 3e38], "float64")
    for name in ("sin", "cos", "tan"):
        exact = getattr(np, name)(x)
        np.testing.assert_allclose(getattr(ops, name)(x).numpy(), exact, rtol=4e-16)
    # The double nearest to a multiple of pi/2 (Muller, "Elementary functions", 2006, table 11.1).
    nearest = ops.cos(np.float64(6381956970095103.0 * 2.0**797)).item()
    assert nearest == pytest.approx(-4.68716592425462761112e-19, rel=3e-16)
    small = x.astype("float32")
    for name in ("sin", "cos"):
        exact = getattr(np, name)(small.astype("float64"))
        np.testing.assert_allclose(getattr(ops, name)(small).numpy(), exact, rtol=1e-7)
