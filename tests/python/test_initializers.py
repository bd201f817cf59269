"""Initializers by their statistics: fans by Keras's rule, bounds, seeds, names, refusals."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import lamina
from lamina import initializers, layers

# Fans by hand: of a convolution's kernel, (..., inputs, outputs), times the field's places.
FANS = {
    (400, 300): (400, 300),
    (3, 3, 90, 140): (810, 1260),
    (2, 200, 250): (400, 500),
    (100_000,): (100_000, 100_000),
}
SCALING = {
    "GlorotUniform": (1, "fan_avg", "uniform"),
    "GlorotNormal": (1, "fan_avg", "truncated_normal"),
    "HeUniform": (2, "fan_in", "uniform"),
    "HeNormal": (2, "fan_in", "truncated_normal"),
    "LecunUniform": (1, "fan_in", "uniform"),
    "LecunNormal": (1, "fan_in", "truncated_normal"),
}
CUT = 0.8796256610342398  # standard deviation of a standard normal cut at two
WITHIN_DEVIATION = {  # shares of values within one standard deviation
    "uniform": 1 / math.sqrt(3),
    "untruncated_normal": math.erf(1 / math.sqrt(2)),
    "truncated_normal": math.erf(CUT / math.sqrt(2)) / math.erf(math.sqrt(2)),
}
LIMIT = {"uniform": math.sqrt(3), "truncated_normal": 2 / CUT}  # in standard deviations
SEEDED = [
    *SCALING,
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
]
EVERY = [*SEEDED, "Constant", "Identity", "Ones", "Zeros"]


def check_distribution(values, mean, deviation, distribution):
    """Moments within five of their standard errors, the shape of the middle, and the ends."""
    values = (values.astype(float).ravel() - mean) / deviation
    error = 1 / math.sqrt(values.size)
    assert abs(values.mean()) < 5 * error
    assert abs(values.var() - 1) < 5 * math.sqrt(2) * error
    within = (np.abs(values) < 1).mean()
    assert abs(within - WITHIN_DEVIATION[distribution]) < 5 * 0.5 * error
    extreme = np.abs(values).max()
    if distribution in LIMIT:
        limit = LIMIT[distribution]
        assert 0.99 * limit < extreme <= limit * (1 + 1e-6)
    else:
        assert 3.7 < extreme < 7
    # Neighbours know nothing of each other.
    assert abs((values[1:] * values[:-1]).mean()) < 5 * error


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", list(FANS), ids=str)
@pytest.mark.parametrize("name", list(SCALING))
def test_variances_follow_the_fans(name, shape, dtype):
    scale, mode, distribution = SCALING[name]
    fan_in, fan_out = FANS[shape]
    fan = fan_in if mode == "fan_in" else (fan_in + fan_out) / 2
    values = getattr(initializers, name)()(shape, dtype).numpy()
    assert (values.shape, values.dtype) == (shape, dtype)
    check_distribution(values, 0, math.sqrt(scale / fan), distribution)


@pytest.mark.parametrize("distribution", list(WITHIN_DEVIATION))
@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
@pytest.mark.parametrize("shape", list(FANS), ids=str)
def test_variance_scaling(shape, mode, distribution):
    fan_in, fan_out = FANS[shape]
    fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    values = initializers.VarianceScaling(0.7, mode, distribution)(shape).numpy()
    check_distribution(values, 0, math.sqrt(0.7 / fan), distribution)


def test_the_smallest_fan_is_1():
    values = initializers.VarianceScaling(2.0, "fan_in", "untruncated_normal")((0, 3))
    assert values.shape == (0, 3)
    draws = [initializers.LecunUniform()(()).item() for _ in range(400)]
    assert 0.9 * math.sqrt(3) < np.abs(draws).max() <= math.sqrt(3)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_plain_distributions(dtype):
    shape = (300, 400)
    normal = initializers.RandomNormal(0.5, 0.2)(shape, dtype).numpy()
    check_distribution(normal, 0.5, 0.2, "untruncated_normal")
    cut = initializers.TruncatedNormal(-1.0, 0.3)(shape, dtype).numpy()
    check_distribution(cut, -1.0, 0.3 * CUT, "truncated_normal")
    assert np.abs(cut + 1).max() <= 0.6 * (1 + 1e-6)
    uniform = initializers.RandomUniform(-0.2, 0.7)(shape, dtype).numpy()
    check_distribution(uniform, 0.25, 0.9 / math.sqrt(12), "uniform")
    assert uniform.min() >= np.dtype(dtype).type(-0.2)
    assert uniform.max() < 0.7


def test_defaults_are_those_of_keras():
    configs = {name: getattr(initializers, name)().get_config() for name in EVERY}
    assert configs["RandomNormal"] == {"mean": 0.0, "stddev": 0.05, "seed": None}
    assert configs["TruncatedNormal"] == {"mean": 0.0, "stddev": 0.05, "seed": None}
    assert configs["RandomUniform"] == {"minval": -0.05, "maxval": 0.05, "seed": None}
    assert configs["Constant"] == {"value": 0.0}
    assert configs["Identity"] == {"gain": 1.0}
    assert configs["Orthogonal"] == {"gain": 1.0, "seed": None}
    assert configs["VarianceScaling"] == {
        "scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal", "seed": None,
    }  # fmt: skip
    assert all(configs[name] == {"seed": None} for name in SCALING)
    assert configs["Zeros"] == configs["Ones"] == {}
    rows = layers.Embedding(300, 400)
    rows.build((None,))
    check_distribution(rows.get_weights()[0], 0, 0.05 / math.sqrt(3), "uniform")
    kernel = layers.Dense(300)
    kernel.build((None, 400))
    check_distribution(kernel.get_weights()[0], 0, math.sqrt(2 / 700), "uniform")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_constants(dtype):
    for shape in ((), (3,), (2, 0), (2, 3, 4)):
        for initializer, value in (
            (initializers.Zeros(), 0),
            (initializers.Ones(), 1),
            (initializers.Constant(-2.5), -2.5),
        ):
            made = initializer(shape, dtype).numpy()
            assert (made.shape, made.dtype) == (shape, dtype)
            assert np.all(made == value)
    assert initializers.Ones()((2,)).dtype == "float32"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1, 1), (6, 6), (8, 3), (3, 8), (5, 1), (1, 5), (2, 3, 4, 5)])
@pytest.mark.parametrize("gain", [1.0, -2.0])
def test_orthogonal(shape, gain, dtype):
    w = initializers.Orthogonal(gain)(shape, dtype).numpy()
    assert (w.shape, w.dtype) == (shape, dtype)
    matrix = w.reshape(-1, shape[-1]).astype(float)
    product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    tolerance = 1e-12 if dtype == "float64" else 2e-6
    np.testing.assert_allclose(product, gain**2 * np.eye(len(product)), atol=tolerance)


def test_orthogonal_prefers_no_direction():
    drawn = np.stack([initializers.Orthogonal(seed=i)((3, 3)).numpy() for i in range(600)])
    assert np.abs(drawn.mean(0)).max() < 5 * math.sqrt(1 / 3 / 600)
    np.testing.assert_allclose((drawn**2).mean(0), 1 / 3, atol=5 * math.sqrt(4 / 45 / 600))
    determinants = np.linalg.det(drawn.astype(float))
    assert abs((determinants > 0).mean() - 0.5) < 0.1


def test_orthogonal_of_a_large_matrix_stays_orthonormal():
    w = initializers.Orthogonal(seed=2)((200, 150), "float64").numpy()
    np.testing.assert_allclose(w.T @ w, np.eye(150), atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_identity(dtype):
    for shape in ((3, 3), (2, 4), (4, 2), (1, 1), (0, 2)):
        made = initializers.Identity(-1.5)(shape, dtype).numpy()
        assert made.dtype == dtype
        assert np.array_equal(made, -1.5 * np.eye(*shape))


with np.load(Path(__file__).parents[1] / "golden" / "stft.npz") as file:
    STFT_ARRAYS = dict(file)
STFT = json.loads(str(STFT_ARRAYS["spec"]))


@pytest.mark.parametrize("row", range(len(STFT)))
def test_stft_of_keras(row):
    config, shape = STFT[row]
    initializer = initializers.STFT(**config)
    values = initializer(shape, "float64").numpy()
    np.testing.assert_allclose(values, STFT_ARRAYS[str(row)], rtol=1e-12, atol=1e-13)
    assert initializer.get_config() == config
    assert initializers.get(json.loads(json.dumps(initializer.serialize()))) == initializer


def test_stft_is_the_transform_of_a_signal():
    signal = np.random.default_rng(0).normal(size=16)
    real, imaginary = (
        initializers.STFT(side, window=None)((16, 1, 9), "float64").numpy()[:, 0]
        for side in ("real", "imag")
    )
    np.testing.assert_allclose(
        signal @ real + 1j * (signal @ imaginary), np.fft.rfft(signal), atol=1e-12
    )


@pytest.mark.parametrize("name", SEEDED)
def test_seeds_repeat(name):
    cls = getattr(initializers, name)
    seeded, shape = cls(seed=7), (6, 5)
    values = seeded(shape).numpy()
    assert np.array_equal(values, seeded(shape).numpy())
    assert np.array_equal(values, cls(seed=7)(shape).numpy())
    assert not np.array_equal(values, cls(seed=8)(shape).numpy())
    assert not np.array_equal(values, cls()(shape).numpy())
    assert not np.array_equal(cls()(shape).numpy(), cls()(shape).numpy())
    repeated = []
    for _ in range(2):
        lamina.utils.set_random_seed(3)
        repeated.append(cls()(shape).numpy())
    assert np.array_equal(*repeated)
    kernels = [layers.Dense(5, kernel_initializer=cls(seed=7)) for _ in range(2)]
    for kernel in kernels:
        kernel.build((None, 6))
        assert np.array_equal(kernel.get_weights()[0], values)


def snake_case(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")


ALIASES = {
    "IdentityInitializer": "Identity",
    "OrthogonalInitializer": "Orthogonal",
    "STFTInitializer": "STFT",
    "stft": "STFT",
    "normal": "RandomNormal",
    "one": "Ones",
    "uniform": "RandomUniform",
    "zero": "Zeros",
}


@pytest.mark.parametrize("name", EVERY)
def test_names(name):
    cls = getattr(initializers, name)
    assert initializers.get(name) == initializers.get(snake_case(name)) == cls()
    assert type(initializers.get(name)) is cls
    layer = layers.Dense(2, kernel_initializer=snake_case(name), bias_initializer="zeros")
    assert layer.kernel_initializer == cls()


@pytest.mark.parametrize("alias", list(ALIASES))
def test_aliases_of_keras(alias):
    assert initializers.get(alias) == getattr(initializers, ALIASES[alias])()


def test_a_normal_distribution_is_the_truncated_one_as_in_keras():
    made = initializers.VarianceScaling(distribution="normal")
    assert made.get_config()["distribution"] == "truncated_normal"


def test_a_class_stands_for_its_defaults_as_in_keras():
    assert initializers.get(initializers.HeNormal) == initializers.HeNormal()
    layer = layers.Dense(2, kernel_initializer=initializers.HeNormal)
    assert layer.kernel_initializer == initializers.HeNormal()


OPTIONS = {
    "Constant": {"value": 2.5},
    "Identity": {"gain": -0.5},
    "Orthogonal": {"gain": 2.0, "seed": 3},
    "RandomNormal": {"mean": 1.0, "stddev": 0.5, "seed": 0},
    "RandomUniform": {"minval": -1.0, "maxval": 3.0, "seed": 12},
    "TruncatedNormal": {"mean": 1.0, "stddev": 0.5, "seed": 2**40},
    "VarianceScaling": {
        "scale": 3.0,
        "mode": "fan_out",
        "distribution": "untruncated_normal",
        "seed": 1,
    },
    **{name: {"seed": 5} for name in SCALING},
}


@pytest.mark.parametrize("name", EVERY)
def test_serialized_and_back(name):
    cls, options = getattr(initializers, name), OPTIONS.get(name, {})
    initializer = cls(**options)
    assert initializer.get_config() == options
    assert initializer.serialize() == {"class_name": name, "config": options}
    read = json.loads(json.dumps(initializer.serialize()))
    again = initializers.get(read)
    assert again == initializer == cls.from_config(options)
    assert hash(again) == hash(initializer)
    assert np.array_equal(again((4, 4)).numpy(), initializer((4, 4)).numpy())
    assert all(repr(value) in repr(initializer) for value in options.values())
    assert not options or initializer != cls()
    layer = layers.Dense(4, kernel_initializer=initializer)
    model = lamina.Sequential([lamina.Input((4,)), layer])
    loaded = lamina.models.load_model(model.save_to_bytes())
    assert loaded.layers[0].kernel_initializer == initializer
    assert np.array_equal(loaded.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: initializers.Constant(math.nan), "value"),
        (lambda: initializers.Constant(math.inf), "value"),
        (lambda: initializers.RandomNormal(mean=math.inf), "mean"),
        (lambda: initializers.RandomNormal(stddev=-0.1), "stddev"),
        (lambda: initializers.RandomNormal(stddev=math.nan), "stddev"),
        (lambda: initializers.TruncatedNormal(stddev=-1.0), "stddev"),
        (lambda: initializers.RandomUniform(minval=-math.inf), "minval"),
        (lambda: initializers.RandomUniform(1.0, -1.0), "maxval"),
        (lambda: initializers.Identity(math.nan), "gain"),
        (lambda: initializers.Orthogonal(math.inf), "gain"),
        (lambda: initializers.VarianceScaling(0.0), "scale"),
        (lambda: initializers.VarianceScaling(-1.0), "scale"),
        (lambda: initializers.VarianceScaling(math.inf), "scale"),
        (lambda: initializers.VarianceScaling(mode="fan"), "mode"),
        (lambda: initializers.VarianceScaling(distribution="gamma"), "distribution"),
        (lambda: initializers.Orthogonal()((3,)), "at least two axes"),
        (lambda: initializers.Orthogonal()(()), "at least two axes"),
        (lambda: initializers.Identity()((3,)), "matrices"),
        (lambda: initializers.Identity()((3, 3, 3)), "matrices"),
        (lambda: initializers.HeNormal()((-1, 3)), "extents"),
        (lambda: initializers.STFT("left"), "side"),
        (lambda: initializers.STFT(window="gauss"), "window one of boxcar"),
        (lambda: initializers.STFT(scaling="both"), "scaling"),
        (lambda: initializers.STFT()((4, 2, 3)), "window length"),
        (lambda: initializers.get("he"), "unknown initializer 'he'"),
        (lambda: initializers.get(""), "unknown initializer"),
        (lambda: initializers.get({"class_name": "He", "config": {}}), "unknown initializer 'He'"),
        (lambda: initializers.get({"class_name": "Ones", "config": {"value": 1}}), "value"),
        (lambda: initializers.get({"class_name": "Zeros", "config": {}, "x": 1}), "x"),
        (lambda: layers.Dense(2, kernel_initializer="he"), "Dense.*unknown initializer 'he'"),
        (lambda: initializers.get(3), "initializer is 3"),
        (lambda: layers.Dense(2, kernel_initializer=3), "kernel_initializer is 3"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: initializers.HeNormal(seed=1.5), "seed"),
        (lambda: initializers.HeNormal(seed="1"), "seed"),
        (lambda: initializers.Constant("1"), "value"),
        (lambda: initializers.HeNormal()((2, 3), "int64"), "int64"),
        (lambda: initializers.HeNormal()((2.5, 3)), r"2\.5"),
    ],
)
def test_wrong_types(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_a_kernel_that_its_initializer_cannot_make():
    layer = layers.Dense(2, bias_initializer="orthogonal", name="culprit")
    with pytest.raises(ValueError, match="at least two axes"):
        layer.build((None, 3))
    assert not layer.built
