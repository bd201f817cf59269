"""axis=() names no axis: nothing is reduced, turned or dropped, as in NumPy."""

import numpy as np
import pytest
from gradients import check_gradient

import lamina
from lamina import ops

X = np.array([[3.0, 0.0, 2.0], [0.5, 5.0, -4.0]], "float32")
REDUCED = {
    "sum": np.sum, "mean": np.mean, "prod": np.prod, "max": np.max, "min": np.min, "amax": np.amax,
    "amin": np.amin, "var": np.var, "std": np.std, "all": np.all, "any": np.any, "ptp": np.ptp,
    "count_nonzero": np.count_nonzero, "average": np.average, "median": np.median,
    "nansum": np.nansum, "nanmean": np.nanmean, "nanvar": np.nanvar, "nanstd": np.nanstd,
    "nanprod": np.nanprod, "nanmax": np.nanmax, "nanmin": np.nanmin, "nanmedian": np.nanmedian,
}  # fmt: skip
MOVED = {
    "flip": np.flip, "squeeze": np.squeeze, "expand_dims": np.expand_dims,
    "roll": lambda x, axis: np.roll(x, 1, axis),
}  # fmt: skip
# Each element alone: e^x / e^x, x / |x|, log(e^x).
ALONE = {
    "softmax": np.ones_like(X),
    "log_softmax": np.zeros_like(X),
    "normalize": np.sign(X),
    "logsumexp": X,
}
CALLS = {
    "roll": lambda x, axis: ops.roll(x, 1, axis),
}


def called(name, x, axis):
    return CALLS.get(name, getattr(ops, name))(x, axis=axis)


@pytest.mark.parametrize("axis", [(), []])
@pytest.mark.parametrize("name", [*REDUCED, *MOVED])
def test_as_numpy(name, axis):
    got = called(name, X, axis)
    expected = {**REDUCED, **MOVED}[name](X, axis=())
    assert got.shape == expected.shape
    np.testing.assert_allclose(got.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("name", ALONE)
def test_each_element_alone(name):
    got = called(name, X, ())
    assert got.shape == X.shape
    np.testing.assert_allclose(got.numpy(), ALONE[name], rtol=1e-6)


@pytest.mark.parametrize("q", [0.25, [0.0, 0.5, 1.0]])
def test_quantiles(q):
    np.testing.assert_allclose(ops.quantile(X, q, axis=()).numpy(), np.quantile(X, q, axis=()))


def test_moments_and_weights():
    mean, variance = ops.moments(X, ())
    assert mean.numpy().tolist() == X.tolist()
    assert variance.numpy().tolist() == np.zeros_like(X).tolist()
    assert ops.average(X, (), weights=np.full_like(X, 2)).numpy().tolist() == X.tolist()


def test_transpose_of_a_number():
    assert ops.transpose(np.float32(2), ()).shape == ()
    with pytest.raises(ValueError, match=r"each axis of shape \(2, 3\)"):
        ops.transpose(X, ())


@pytest.mark.parametrize("name", ["sum", "softmax", "normalize", "flip", "squeeze", "average"])
def test_gradients(name):
    check_gradient(lambda t: called(name, t, ()), X.astype("float64") + 0.1)


@pytest.mark.parametrize("name", [*ALONE, *MOVED, "count_nonzero", "average"])
def test_in_a_graph_and_its_file(name, tmp_path):
    inputs = lamina.Input((3,))
    model = lamina.Model(inputs, called(name, inputs, ()))
    expected = called(name, X, ()).numpy()
    np.testing.assert_array_equal(model(X).numpy(), expected)
    model.save(tmp_path / "m.lamina")
    np.testing.assert_array_equal(
        lamina.models.load_model(tmp_path / "m.lamina")(X).numpy(), expected
    )
