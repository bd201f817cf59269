"""Functions of one tensor and activations over the whole domain, and their gradients."""

import inspect

import numpy as np
import pytest
from scipy import special

from lamina import Tensor, activations, ops

WHOLE_DTYPES = ["int32", "int64", "uint8", "bool"]
WHOLE = ["negative", "absolute", "sign", "square", "round"]
VALUE_TOLERANCE = {"float32": 1e-6, "float64": 2e-14}
SLOPE_TOLERANCE = {"float32": 4e-6, "float64": 1e-13}
FLUSHED = 100  # smallest normal numbers: a factor below one may be flushed to 0
STEEP = ["gelu", "gelu by tanh"]  # which fall so fast that the rounding of x itself counts
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def product(x, factor):
    """The product with a factor that falls to 0 faster than x grows."""
    return np.where(factor == 0, 0.0, x * factor)


def density(x):
    return np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)


def constant(value):
    return lambda x: np.full_like(x, value)


def between(low, high, value=1.0):
    return lambda x: np.where((x >= low) & (x <= high), value, 0.0)


def outside(threshold):
    return lambda x: np.where(np.abs(x) > threshold, 1.0, 0.0)


def relu(slope, most, threshold):
    def value(x):
        return np.where(x <= threshold, product(x - threshold, slope), np.minimum(x, most))

    return value


def relu_slope(slope, most, threshold):
    return lambda x: np.where(x < threshold, slope, between(threshold, most)(x))


def elu(alpha):
    return lambda x: np.where(x > 0, x, alpha * np.expm1(x))


def elu_slope(alpha):
    return lambda x: np.where(x > 0, 1.0, alpha * np.exp(x))


def celu(alpha):
    return lambda x: np.where(x > 0, x, alpha * np.expm1(x / alpha))


def celu_slope(alpha):
    return lambda x: np.where(x > 0, 1.0, np.exp(x / alpha))


def tanh_argument(x):
    return np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)


def gelu_by_tanh(x):
    return product(x, special.expit(2 * tanh_argument(x)))


def gelu_by_tanh_slope(x):
    below = special.expit(2 * tanh_argument(x))
    slope = 2 * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)
    return below + product(x * slope, below * special.expit(-2 * tanh_argument(x)))


def mish_slope(x):
    softplus = np.logaddexp(x, 0)
    return np.tanh(softplus) + product(x, special.expit(x) / np.cosh(softplus) ** 2)


def tanh_shrink(x):
    """Near 0 by Lambert's continued fraction, which does not cancel."""
    fraction = np.zeros_like(x)
    for odd in range(31, 1, -2):
        fraction = x * x / (odd + fraction)
    return np.where(np.abs(x) < 1, x * fraction / (1 + fraction), x - np.tanh(x))


def soft_shrink(threshold):
    return lambda x: np.sign(x) * np.maximum(np.abs(x) - threshold, 0)


def squareplus(b):
    def value(x):
        root = np.hypot(x, np.sqrt(b))
        return np.where(x > 0, x / 2 + root / 2, b / 2 / (root - np.minimum(x, 0)))

    return value


def squareplus_slope(b):
    def slope(x):
        root = np.hypot(x, np.sqrt(b))
        ratio = np.where(np.isinf(x), np.sign(x), x / root)
        return np.where(x > 0, (1 + ratio) / 2, b / 2 / root / (root - np.minimum(x, 0)))

    return slope


def sparse_plus(x):
    return np.where(x <= -1, 0.0, np.where(x < 1, (x + 1) ** 2 / 4, x))


def hard_silu_slope(x):
    return np.where(x < -3, 0.0, np.where(x > 3, 1.0, (2 * x + 3) / 6))


def square_of_softsign(x):
    return 1 / (1 + np.abs(x)) ** 2


# name: function, its formula, that of its slope, and where the slope jumps or has a pole
FUNCTIONS = {
    "negative": (ops.negative, np.negative, constant(-1), ()),
    "absolute": (ops.absolute, np.abs, np.sign, (0,)),
    "sign": (ops.sign, np.sign, constant(0), ()),
    "square": (ops.square, np.square, lambda x: 2 * x, ()),
    "floor": (ops.floor, np.floor, constant(0), ()),
    "ceil": (ops.ceil, np.ceil, constant(0), ()),
    "round": (ops.round, np.rint, constant(0), ()),
    "clip": (lambda x: ops.clip(x, -2, 3), lambda x: np.clip(x, -2, 3), between(-2, 3), (-2, 3)),
    "clip below": (
        lambda x: ops.clip(x, 1.5, None),
        lambda x: np.maximum(x, 1.5),
        between(1.5, np.inf),
        (1.5,),
    ),
    "sqrt": (ops.sqrt, np.sqrt, lambda x: 0.5 / np.sqrt(x), (0,)),
    "rsqrt": (ops.rsqrt, lambda x: 1 / np.sqrt(x), lambda x: -0.5 / np.sqrt(x) ** 3, (0,)),
    "reciprocal": (ops.reciprocal, np.reciprocal, lambda x: -1 / (x * x), ()),
    "exp": (ops.exp, np.exp, np.exp, ()),
    "expm1": (ops.expm1, np.expm1, np.exp, ()),
    "log": (ops.log, np.log, lambda x: 1 / x, (0,)),
    "log1p": (ops.log1p, np.log1p, lambda x: 1 / (1 + x), ()),
    "log2": (ops.log2, np.log2, lambda x: 1 / x / np.log(2), (0,)),
    "log10": (ops.log10, np.log10, lambda x: 1 / x / np.log(10), (0,)),
    "sinh": (ops.sinh, np.sinh, np.cosh, ()),
    "erf": (ops.erf, special.erf, lambda x: 2 / np.sqrt(np.pi) * np.exp(-x * x), ()),
}
ACTIVATIONS = {
    "linear": (activations.linear, np.copy, constant(1), ()),
    "relu": (activations.relu, lambda x: np.maximum(x, 0), between(0, np.inf), (0,)),
    "relu with a slope": (
        lambda x: activations.relu(x, 0.1),
        relu(0.1, np.inf, 0),
        relu_slope(0.1, np.inf, 0),
        (0,),
    ),
    "relu with a maximum": (
        lambda x: activations.relu(x, max_value=2.5),
        relu(0, 2.5, 0),
        relu_slope(0, 2.5, 0),
        (0, 2.5),
    ),
    "relu with all": (
        lambda x: activations.relu(x, negative_slope=0.25, max_value=4.5, threshold=1.5),
        relu(0.25, 4.5, 1.5),
        relu_slope(0.25, 4.5, 1.5),
        (1.5, 4.5),
    ),
    "relu6": (activations.relu6, lambda x: np.clip(x, 0, 6), between(0, 6), (0, 6)),
    "leaky_relu": (
        activations.leaky_relu,
        relu(0.2, np.inf, 0),
        relu_slope(0.2, np.inf, 0),
        (0,),
    ),
    "leaky_relu of slope 3": (
        lambda x: activations.leaky_relu(x, negative_slope=3),
        relu(3, np.inf, 0),
        relu_slope(3, np.inf, 0),
        (0,),
    ),
    "leaky_relu of slope 0": (
        lambda x: activations.leaky_relu(x, negative_slope=0.0),
        lambda x: np.maximum(x, 0),
        between(0, np.inf),
        (0,),
    ),
    "elu": (activations.elu, elu(1), elu_slope(1), ()),
    "elu of 1.75": (lambda x: activations.elu(x, alpha=1.75), elu(1.75), elu_slope(1.75), (0,)),
    "elu of 0": (lambda x: activations.elu(x, 0), elu(0), elu_slope(0), (0,)),
    "selu": (
        activations.selu,
        lambda x: SELU_SCALE * elu(SELU_ALPHA)(x),
        lambda x: SELU_SCALE * elu_slope(SELU_ALPHA)(x),
        (0,),
    ),
    "celu": (activations.celu, celu(1), celu_slope(1), ()),
    "celu of 0.5": (lambda x: activations.celu(x, alpha=0.5), celu(0.5), celu_slope(0.5), ()),
    "celu of 20": (lambda x: activations.celu(x, 20), celu(20), celu_slope(20), ()),
    "gelu": (
        activations.gelu,
        lambda x: product(x, special.ndtr(x)),
        lambda x: special.ndtr(x) + product(x, density(x)),
        (),
    ),
    "gelu by tanh": (
        lambda x: activations.gelu(x, approximate=True),
        gelu_by_tanh,
        gelu_by_tanh_slope,
        (),
    ),
    "tanh": (activations.tanh, np.tanh, lambda x: 1 / np.cosh(x) ** 2, ()),
    "sigmoid": (
        activations.sigmoid,
        special.expit,
        lambda x: special.expit(x) * special.expit(-x),
        (),
    ),
    "exponential": (activations.exponential, np.exp, np.exp, ()),
    "softplus": (activations.softplus, lambda x: np.logaddexp(x, 0), special.expit, ()),
    "softsign": (
        activations.softsign,
        lambda x: np.where(np.isinf(x), np.sign(x), x / (1 + np.abs(x))),
        square_of_softsign,
        (),
    ),
    "silu": (
        activations.silu,
        lambda x: product(x, special.expit(x)),
        lambda x: special.expit(x) + product(x, special.expit(x) * special.expit(-x)),
        (),
    ),
    "mish": (
        activations.mish,
        lambda x: product(x, np.tanh(np.logaddexp(x, 0))),
        mish_slope,
        (),
    ),
    "hard_sigmoid": (
        activations.hard_sigmoid,
        lambda x: np.clip(x + 3, 0, 6) / 6,
        between(-3, 3, 1 / 6),
        (-3, 3),
    ),
    "hard_silu": (
        activations.hard_silu,
        lambda x: product(x, np.clip(x + 3, 0, 6) / 6),
        hard_silu_slope,
        (-3, 3),
    ),
    "hard_tanh": (
        activations.hard_tanh,
        lambda x: np.clip(x, -1, 1),
        between(-1, 1),
        (-1, 1),
    ),
    "log_sigmoid": (
        activations.log_sigmoid,
        lambda x: -np.logaddexp(-x, 0),
        lambda x: special.expit(-x),
        (),
    ),
    "threshold": (
        lambda x: activations.threshold(x, 0.75, -1.5),
        lambda x: np.where(x <= 0.75, -1.5, x),
        between(0.75, np.inf),
        (0.75,),
    ),
    "tanh_shrink": (activations.tanh_shrink, tanh_shrink, lambda x: np.tanh(x) ** 2, ()),
    "soft_shrink": (activations.soft_shrink, soft_shrink(0.5), outside(0.5), (-0.5, 0.5)),
    "soft_shrink by 2": (
        lambda x: activations.soft_shrink(x, threshold=2),
        soft_shrink(2),
        outside(2),
        (-2, 2),
    ),
    "hard_shrink": (
        activations.hard_shrink,
        lambda x: np.where(np.abs(x) <= 0.5, 0.0, x),
        outside(0.5),
        (-0.5, 0.5),
    ),
    "hard_shrink by 2": (
        lambda x: activations.hard_shrink(x, threshold=2),
        lambda x: np.where(np.abs(x) <= 2, 0.0, x),
        outside(2),
        (-2, 2),
    ),
    "squareplus": (activations.squareplus, squareplus(4), squareplus_slope(4), ()),
    "squareplus of 0.25": (
        lambda x: activations.squareplus(x, b=0.25),
        squareplus(0.25),
        squareplus_slope(0.25),
        (),
    ),
    "sparse_plus": (
        activations.sparse_plus,
        sparse_plus,
        lambda x: np.where(x >= 1, 1.0, np.where(x <= -1, 0.0, (x + 1) / 2)),
        (),
    ),
    "sparse_sigmoid": (
        activations.sparse_sigmoid,
        lambda x: np.clip((x + 1) / 2, 0, 1),
        between(-1, 1, 0.5),
        (-1, 1),
    ),
    "step": (activations.step, lambda x: np.heaviside(x, 1), constant(0), ()),
    "sign": (activations.sign, np.sign, constant(0), ()),
}
EVERY = FUNCTIONS | ACTIVATIONS

# What each activation tends to at -inf and at inf.
INF = np.inf
LIMITS = {
    "linear": (-INF, INF), "relu": (0, INF), "relu6": (0, 6), "leaky_relu": (-INF, INF),
    "elu": (-1, INF), "selu": (-SELU_SCALE * SELU_ALPHA, INF), "celu": (-1, INF), "gelu": (0, INF),
    "tanh": (-1, 1), "sigmoid": (0, 1), "exponential": (0, INF), "softplus": (0, INF),
    "softsign": (-1, 1), "silu": (0, INF), "mish": (0, INF), "hard_sigmoid": (0, 1),
    "hard_silu": (0, INF), "hard_tanh": (-1, 1), "log_sigmoid": (-INF, 0),
    "tanh_shrink": (-INF, INF), "soft_shrink": (-INF, INF), "hard_shrink": (-INF, INF),
    "squareplus": (0, INF), "sparse_plus": (0, INF), "sparse_sigmoid": (0, 1), "step": (0, 1),
    "sign": (-1, 1),
}  # fmt: skip


def domain(dtype, rng):
    """Moderate numbers, halves, every decade, the extremes of the dtype and infinities."""
    limits = np.finfo(dtype)
    decades = np.concatenate([10.0 ** np.arange(-30, 31), 1.7 * 10.0 ** np.arange(-30, 30)])
    rising = np.concatenate([decades, [0, limits.tiny, limits.max, np.inf], np.arange(40) / 4])
    spread = np.concatenate([rng.normal(0, 4, 600), rng.uniform(-40, 40, 300)])
    return np.concatenate([spread, rising, -rising]).astype(dtype)


def quietly(formula, x):
    """In float64, rounded to the dtype of x."""
    with np.errstate(all="ignore"):
        return formula(x.astype("float64")).astype(x.dtype)


def slope_of(function, x):
    tensor = Tensor(x, requires_grad=True)
    function(tensor).backward(np.ones_like(x))
    return tensor.grad.numpy()


def check_gradient(function, x, step=1e-6, tolerance=1e-6):
    """Compares the gradient of a weighted sum of the outputs with central differences."""
    weights = np.random.default_rng(3).normal(size=x.shape)
    tensor = Tensor(x, requires_grad=True)
    (function(tensor) * weights).backward(np.ones_like(x))
    differences = function(x + step).numpy() - function(x - step).numpy()
    np.testing.assert_allclose(
        tensor.grad.numpy(), differences / (2 * step) * weights, rtol=tolerance, atol=tolerance
    )


@pytest.mark.parametrize("dtype", VALUE_TOLERANCE)
@pytest.mark.parametrize("name", EVERY)
def test_values_over_the_whole_domain(name, dtype, rng):
    function, formula, _, _ = EVERY[name]
    x = domain(dtype, rng)
    got = function(x)
    assert got.dtype == dtype
    expected = quietly(formula, x)
    assert name in FUNCTIONS or not np.isnan(expected).any()  # activations have values everywhere
    steep = (x < -1) & (name in STEEP)
    for part, factor in ((~steep, 1), (steep, 100)):
        np.testing.assert_allclose(
            got.numpy()[part],
            expected[part],
            rtol=factor * VALUE_TOLERANCE[dtype],
            atol=FLUSHED * np.finfo(dtype).tiny,
        )


@pytest.mark.parametrize("dtype", VALUE_TOLERANCE)
@pytest.mark.parametrize("name", EVERY)
def test_nan_passes_through(name, dtype):
    x = np.full(19, np.nan, dtype)
    x[1:18:2] = 0.5
    assert np.isnan(EVERY[name][0](x).numpy()[0::2]).all()
    assert not np.isnan(EVERY[name][0](x).numpy()[1::2]).any()


@pytest.mark.parametrize("dtype", VALUE_TOLERANCE)
@pytest.mark.parametrize("name", LIMITS)
def test_limits_at_infinity(name, dtype):
    got = getattr(activations, name)(np.array([-np.inf, np.inf], dtype))
    np.testing.assert_allclose(got.numpy(), LIMITS[name], rtol=VALUE_TOLERANCE[dtype])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("threshold", [-1.5, INF]),
        ("gelu by tanh", [0, INF]),
        ("relu with a maximum", [0, 2.5]),
        ("relu with all", [-INF, 4.5]),
        ("elu of 0", [0, INF]),
    ],
)
def test_limits_at_infinity_with_arguments(name, expected):
    assert ACTIVATIONS[name][0]([-INF, INF]).numpy().tolist() == expected


@pytest.mark.parametrize("dtype", VALUE_TOLERANCE)
@pytest.mark.parametrize(
    "name",
    ["negative", "absolute", "floor", "ceil", "round", "sqrt", "expm1", "log1p", "sinh", "erf"],
)
def test_signs_of_zero(name, dtype):
    function, formula, _, _ = FUNCTIONS[name]
    x = np.array([0.0, -0.0], dtype)
    assert np.signbit(function(x).numpy()).tolist() == np.signbit(formula(x)).tolist()


def test_poles_at_zero_follow_its_sign():
    assert ops.reciprocal([0.0, -0.0]).numpy().tolist() == [np.inf, -np.inf]
    assert ops.rsqrt([0.0]).numpy().tolist() == [np.inf]
    assert ops.log([0.0, -0.0]).numpy().tolist() == [-np.inf, -np.inf]
    assert ops.log1p([-1.0]).numpy().tolist() == [-np.inf]
    assert np.signbit(ops.tanh([-0.0]).numpy()).all()


def test_halves_round_to_the_even_number():
    x = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.0**52 + 1, 4503599627370495.5])
    assert ops.round(x).numpy().tolist() == np.round(x).tolist()
    assert np.signbit(ops.round(x).numpy()).tolist() == np.signbit(np.round(x)).tolist()


@pytest.mark.parametrize("dtype", VALUE_TOLERANCE)
def test_logarithms_of_powers_of_2_are_whole(dtype):
    exponents = np.arange(-100, 101)
    x = (2.0**exponents).astype(dtype)
    assert ops.log2(x).numpy().tolist() == np.log2(x).tolist() == exponents.tolist()


@pytest.mark.parametrize("dtype", VALUE_TOLERANCE)
def test_where_exp_overflows_and_vanishes(dtype):
    most = np.log(np.finfo(dtype).max.astype("float64"))
    least = np.log(np.finfo(dtype).tiny.astype("float64"))
    x = np.array([most - 1e-3, most + 1e-3, least + 1e-3, 2 * least], dtype)
    np.testing.assert_allclose(
        ops.exp(x).numpy(), quietly(np.exp, x), rtol=VALUE_TOLERANCE[dtype], atol=0
    )
    np.testing.assert_allclose(
        ops.expm1(x).numpy(), quietly(np.expm1, x), rtol=VALUE_TOLERANCE[dtype]
    )
    twice = most + np.log(2)
    x = np.array([most + 0.3, 1e-3 - twice, twice - 1e-3, twice + 1e-3, -2 * twice], dtype)
    np.testing.assert_allclose(
        ops.sinh(x).numpy(), quietly(np.sinh, x), rtol=VALUE_TOLERANCE[dtype], atol=0
    )


def test_shapes_are_kept():
    for shape in [(), (0,), (2, 0, 3), (1,), (2, 3, 129)]:
        for function, formula, _, _ in EVERY.values():
            x = np.full(shape, 0.3)
            np.testing.assert_allclose(function(x).numpy(), quietly(formula, x), rtol=1e-13)
            assert function(x).shape == shape


@pytest.mark.parametrize("dtype", SLOPE_TOLERANCE)
@pytest.mark.parametrize("name", EVERY)
def test_slopes_over_the_whole_domain(name, dtype, rng):
    function, formula, slope, jumps = EVERY[name]
    x = domain(dtype, rng)
    inside = ~np.isin(x, jumps) & ~np.isnan(quietly(formula, x))
    if name in ("sign", "step"):
        inside &= x != 0
    expected = quietly(slope, x)[inside]
    assert name in FUNCTIONS or not np.isnan(expected).any()
    np.testing.assert_allclose(
        slope_of(function, x)[inside],
        expected,
        rtol=SLOPE_TOLERANCE[dtype],
        atol=SLOPE_TOLERANCE[dtype],
    )


@pytest.mark.parametrize("name", EVERY)
def test_gradients_against_differences(name, rng):
    function, formula, _, jumps = EVERY[name]
    x = rng.uniform(-6.5, 6.5, 80)
    for jump in (*jumps, *range(-7, 8), *np.arange(-6.5, 7)):
        x = x[np.abs(x - jump) > 1e-3]
    x = x[~np.isnan(quietly(formula, x)) & ((name != "rsqrt") | (x > 0.1))]
    check_gradient(function, x, tolerance=1e-5)


@pytest.mark.parametrize("dtype", SLOPE_TOLERANCE)
@pytest.mark.parametrize("name", EVERY)
def test_slopes_at_jumps_lie_between_their_neighbours(name, dtype):
    function, formula, slope, jumps = EVERY[name]
    for jump in jumps:
        x = np.array([jump - 1e-6, jump, jump + 1e-6], dtype)
        slopes, got = quietly(slope, x), slope_of(function, x)
        if np.isfinite(slopes).all() and np.ptp(quietly(formula, x)) < 1e-4:  # neither is a pole
            assert slopes[[0, 2]].min() - 1e-5 <= got[1] <= slopes[[0, 2]].max() + 1e-5


def test_documented_slopes_at_jumps():
    assert slope_of(ops.relu, np.zeros(3)).tolist() == [0, 0, 0]
    assert slope_of(ops.step, np.array([-1.0, 0.0, 1.0])).tolist() == [0, 0, 0]
    assert slope_of(ops.sign, np.array([-1.0, 0.0, 1.0])).tolist() == [0, 0, 0]
    assert slope_of(ops.absolute, np.zeros(1)).tolist() == [0]


@pytest.mark.parametrize("dtype", SLOPE_TOLERANCE)
def test_squareplus_of_0_is_relu(dtype):
    x = np.array([-np.inf, -1e30, -2, -1e-30, 0, 1e-30, 2, 1e30, np.inf], dtype)
    assert ops.squareplus(x, 0).numpy().tolist() == np.maximum(x, 0).tolist()
    slopes = slope_of(lambda t: ops.squareplus(t, 0), x)
    assert slopes[:4].tolist() == [0] * 4
    assert 0 <= slopes[4] <= 1
    assert slopes[5:].tolist() == [1] * 4


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("name", WHOLE)
def test_functions_that_leave_whole_numbers_whole(name, dtype):
    x = np.array([-(2**15), -3, 0, 1, 7, 2**15 - 1], dtype)
    got = getattr(ops, name)(x)
    assert got.dtype == dtype
    assert got.numpy().tolist() == getattr(np, name)(x).tolist()


@pytest.mark.parametrize("dtype", ["uint8", "bool"])
@pytest.mark.parametrize("name", WHOLE)
def test_small_whole_numbers_do_not_wrap_around(name, dtype):
    x = np.array([0, 1, 200], dtype)
    got = getattr(ops, name)(x)
    assert got.dtype in WHOLE_DTYPES
    assert got.numpy().tolist() == getattr(np, name)(x.astype("int64")).tolist()


def test_whole_numbers_are_exact_at_the_ends_of_their_dtype():
    x = np.int64([2**62 + 1, -(2**62) - 1, 2**63 - 1, -(2**63) + 1])
    for name in ["negative", "absolute", "sign", "round"]:
        assert getattr(ops, name)(x).numpy().tolist() == getattr(np, name)(x).tolist()


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8"])
@pytest.mark.parametrize("bounds", [(2, 5), (0, None), (None, 100), (None, None), (3, 3)])
def test_clip_of_whole_numbers(bounds, dtype):
    info = np.iinfo(dtype)
    x = np.array([info.min, info.min + 1, 0, 1, 4, 99, info.max - 1, info.max], dtype)
    got = ops.clip(x, *bounds)
    expected = x if bounds == (None, None) else np.clip(x, *bounds)
    assert got.dtype == dtype
    assert got.numpy().tolist() == expected.tolist()


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_the_upper_bound_of_clip_wins(dtype):
    x = np.array([-5, -2, 0, 2, 5], dtype)
    assert ops.clip(x, 2, -2).numpy().tolist() == np.clip(x, 2, -2).tolist() == [-2] * 5
    if dtype == "float64":
        t = Tensor(x, requires_grad=True)
        ops.sum(ops.clip(t, 2, -2)).backward()
        assert t.grad.numpy().tolist() == [0] * 5
    with pytest.raises(ValueError, match="nan"):
        ops.clip(x, np.nan, 2)


def test_clip_by_bounds_that_the_dtype_does_not_hold():
    assert ops.clip(np.int32([-3, 4]), -(2.0**40), 2.0**40).numpy().tolist() == [-3, 4]
    assert ops.clip(np.uint8([0, 7, 255]), -5, 300).numpy().tolist() == [0, 7, 255]
    got = ops.clip(np.int32([-3, 4]), -0.5, 1.5)
    assert got.dtype == "float32"
    assert got.numpy().tolist() == [-0.5, 1.5]


@pytest.mark.parametrize("bounds", [(-5, -1), (300, 400)])
def test_clip_never_leaves_its_bounds_silently(bounds):
    try:
        got = ops.clip(np.uint8([1, 255]), *bounds).numpy().astype("int64")
    except (OverflowError, ValueError):
        return  # as NumPy, which refuses bounds that uint8 does not hold
    assert ((got >= bounds[0]) & (got <= bounds[1])).all()


@pytest.mark.parametrize("dtype", WHOLE_DTYPES)
@pytest.mark.parametrize("name", [*list(FUNCTIONS)[9:], *ACTIVATIONS])
def test_other_functions_give_float32_for_whole_numbers(name, dtype):
    function, formula, _, _ = EVERY[name]
    x = np.arange(0 if dtype in ("uint8", "bool") else -5, 9).astype(dtype)
    got = function(x)
    if name == "linear":
        assert got.dtype == dtype
    elif name == "sign":
        assert got.dtype in WHOLE_DTYPES
    else:
        assert got.dtype == "float32"
    np.testing.assert_allclose(
        got.numpy(), quietly(formula, x.astype("float32")), rtol=1e-6, atol=1e-30
    )


@pytest.mark.parametrize("dtype", ["float32", "float64", *WHOLE_DTYPES])
def test_tests_for_special_numbers(dtype):
    x = np.array([0, 1, 3], dtype)
    if dtype.startswith("float"):
        special_ones = [-0.0, np.inf, -np.inf, np.nan, np.finfo(dtype).max]
        x = np.concatenate([x, np.array(special_ones, dtype)])
    for name in ["isnan", "isinf", "isfinite", "logical_not"]:
        got = getattr(ops, name)(x)
        assert got.dtype == "bool"
        assert got.numpy().tolist() == getattr(np, name)(x).tolist()
    assert not ops.isnan(Tensor(np.ones(2), requires_grad=True)).requires_grad


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.relu([1.0], negative_slope=-0.1), "negative_slope.*-0.1"),
        (lambda: ops.relu([1.0], negative_slope=np.nan), "negative_slope.*nan"),
        (lambda: ops.relu([1.0], max_value=-2), "max_value.*-2"),
        (lambda: ops.relu([1.0], max_value=np.nan), "max_value.*nan"),
        (lambda: ops.relu([1.0], threshold=-1), "threshold.*-1"),
        (lambda: ops.leaky_relu([1.0], np.inf), "negative_slope.*inf"),
        (lambda: ops.elu([1.0], -1), "alpha.*-1"),
        (lambda: ops.celu([1.0], 0), "alpha.*0"),
        (lambda: ops.threshold([1.0], np.nan, 0), "threshold.*nan"),
        (lambda: ops.soft_shrink([1.0], -0.5), "threshold.*-0.5"),
        (lambda: ops.hard_shrink([1.0], np.inf), "threshold.*inf"),
        (lambda: ops.squareplus([1.0], -4), "b.*-4"),
        (lambda: ops.clip([1.0], np.nan, 2), "nan.*2"),
    ],
)
def test_arguments_that_make_no_sense(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("function", [ops.exp, ops.relu, ops.negative, activations.gelu])
@pytest.mark.parametrize("x", [None, "a", {}, np.array(["a"]), np.complex64([1])])
def test_what_holds_no_numbers_is_refused(function, x):
    with pytest.raises(TypeError):
        function(x)


def test_activations_by_name():
    assert activations.get(None) is activations.linear
    for name in LIMITS:
        function = getattr(activations, name)
        assert activations.get(name) is activations.get(function) is function
        assert activations.serialize(function) == activations.serialize(name) == name
    with pytest.raises(ValueError, match=r"magic.*relu"):
        activations.get("magic")


def test_ops_compute_what_activations_do(rng):
    x = rng.normal(0, 3, (4, 6))
    for name in LIMITS:
        if not hasattr(ops, name):
            continue
        expected = activations.gelu(x, True) if name == "gelu" else getattr(activations, name)(x)
        assert np.array_equal(getattr(ops, name)(x).numpy(), expected.numpy())
    assert np.array_equal(ops.swish(x).numpy(), ops.silu(x).numpy())
    assert np.array_equal(ops.hard_swish(x).numpy(), ops.hard_silu(x).numpy())
    assert np.array_equal(ops.abs(x).numpy(), np.abs(x))


def test_names_and_defaults_are_those_of_keras(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    keras = pytest.importorskip("keras", reason="Keras, which has the names, is not installed")
    ours = {name for name in [*LIMITS, "softmax", "log_softmax", "sparsemax", "glu", "threshold"]}
    for name in sorted(ours - {"step", "sign"}):
        own = inspect.signature(getattr(activations, name)).parameters.values()
        theirs = inspect.signature(getattr(keras.activations, name)).parameters.values()
        assert [(p.name, p.default) for p in own] == [(p.name, p.default) for p in theirs], name
    named = {n for n in dir(keras.activations) if not n.startswith("_")}
    assert named - {"deserialize", "get", "serialize"} <= set(dir(activations))
