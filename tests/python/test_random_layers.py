"""Layers that draw random numbers in training: identity outside it, statistics, seeds, rates."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lamina
from lamina import Sequential, Tensor, layers

every_random_layer = pytest.mark.parametrize(
    "cls", [layers.Dropout, layers.GaussianNoise, layers.GaussianDropout, layers.AlphaDropout]
)
COUNT = 200_000
ALPHA_LIMIT = -1.0507009873554805 * 1.6732632423543772  # selu's lowest value


def drawn(layer, x):
    return layer(x, training=True).numpy()


def near(sample_mean, expected, deviation):
    """Within five standard errors of a mean of COUNT values."""
    return sample_mean == pytest.approx(expected, abs=5 * deviation / np.sqrt(COUNT))


@every_random_layer
def test_random_layers_draw_in_training_alone(cls, rng):
    x = rng.normal(size=(50, 20)).astype("float32")
    layer = cls(0.5)
    assert np.array_equal(layer(x).numpy(), x)
    assert np.array_equal(layer(x, training=False).numpy(), x)
    assert not np.array_equal(drawn(layer, x), x)
    assert np.array_equal(layer(x).numpy(), x)


@every_random_layer
def test_a_rate_of_0_is_the_identity(cls, rng):
    x = rng.normal(size=(5, 4)).astype("float32")
    assert np.array_equal(drawn(cls(0.0), x), x)


@pytest.mark.parametrize("rate", [-0.1, 1.5, np.nan, np.inf])
@every_random_layer
def test_rates_out_of_range(cls, rate):
    if cls is layers.GaussianNoise and rate == 1.5:
        assert layers.GaussianNoise(rate).stddev == rate  # wider than Keras's [0, 1]
        return
    with pytest.raises(ValueError, match=cls.__name__):
        cls(rate)


def test_a_rate_of_1():
    x = np.ones((5, 4), "float32")
    assert not drawn(layers.Dropout(1.0), x).any()
    assert drawn(layers.GaussianNoise(1.0), x).std() > 0
    for cls in (layers.GaussianDropout, layers.AlphaDropout):
        with pytest.raises(ValueError, match="rate"):  # Keras divides by 0 in the first call
            cls(1.0)


@every_random_layer
def test_seeds_repeat(cls):
    x = np.ones((40, 5), "float32")
    first, second, other, unseeded = (cls(0.4, seed=s) for s in (3, 3, 4, None))
    a = drawn(first, x)
    assert np.array_equal(a, drawn(second, x))
    assert not np.array_equal(a, drawn(first, x)), "a second call draws anew"
    assert np.array_equal(drawn(first, x), [drawn(second, x) for _ in range(2)][-1])
    assert not np.array_equal(a, drawn(other, x))
    assert not np.array_equal(a, drawn(unseeded, x))
    assert not np.array_equal(drawn(cls(0.4), x), drawn(cls(0.4), x))
    again = []
    for _ in range(2):
        lamina.utils.set_random_seed(5)
        again.append(drawn(cls(0.4), x))
    assert np.array_equal(*again)


@pytest.mark.parametrize("seed", [None, 3])
@every_random_layer
def test_a_model_file_keeps_the_place_in_the_random_numbers(cls, seed, rng):
    x, y = rng.normal(size=(12, 4)).astype("float32"), rng.normal(size=(12, 1))
    model = Sequential([lamina.Input((4,)), cls(0.3, seed=seed), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x, y, batch_size=4, epochs=1, verbose=0)
    again = lamina.models.load_model(model.save_to_bytes())
    for both in (model, again):
        both.fit(x, y, batch_size=4, epochs=2, verbose=0)
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rate", [0.1, 0.5, 0.8])
def test_dropout_zeros_and_scales(rate, dtype):
    layer = layers.Dropout(rate, seed=1, dtype=dtype)
    x = Tensor(np.full((COUNT // 100, 100), 3.0), dtype, requires_grad=True)
    output = layer(x, training=True)
    lamina.ops.sum(output).backward()
    y = output.numpy()
    assert y.dtype == dtype
    assert near((y == 0).mean(), rate, np.sqrt(rate * (1 - rate)))
    assert_allclose(y[y != 0], 3 / (1 - rate), rtol=1e-6)
    assert_allclose(x.grad.numpy(), y / 3, rtol=1e-6)
    for axis in (0, 1):  # masks differ from sample to sample, and from place to place
        assert (y == 0).mean(axis).std() > 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("stddev", [0.1, 0.7])
def test_gaussian_noise_is_added(stddev, dtype):
    layer = layers.GaussianNoise(stddev, seed=1, dtype=dtype)
    x = Tensor(np.full((COUNT // 100, 100), 3.0), dtype, requires_grad=True)
    output = layer(x, training=True)
    lamina.ops.sum(output).backward()
    noise = output.numpy() - 3
    assert near(noise.mean(), 0, stddev)
    assert near((noise**2).mean(), stddev**2, np.sqrt(2) * stddev**2)
    assert near((np.abs(noise) < stddev).mean(), 0.6827, 0.47)
    assert np.all(x.grad.numpy() == 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_gaussian_dropout_multiplies(rate, dtype):
    layer = layers.GaussianDropout(rate, seed=1, dtype=dtype)
    x = Tensor(np.full((COUNT // 100, 100), -2.0), dtype, requires_grad=True)
    output = layer(x, training=True)
    lamina.ops.sum(output).backward()
    factors, variance = output.numpy() / -2, rate / (1 - rate)
    assert near(factors.mean(), 1, np.sqrt(variance))
    assert near(((factors - 1) ** 2).mean(), variance, np.sqrt(2) * variance)
    assert_allclose(x.grad.numpy(), factors, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(rate, dtype, rng):
    layer = layers.AlphaDropout(rate, seed=1, dtype=dtype)
    x = Tensor(rng.normal(size=(COUNT // 100, 100)), dtype, requires_grad=True)
    output = layer(x, training=True)
    lamina.ops.sum(output).backward()
    y = output.numpy()
    scale = 1 / np.sqrt((1 - rate) * (1 + rate * ALPHA_LIMIT**2))
    dropped = np.isclose(y, scale * ALPHA_LIMIT * (1 - rate), rtol=1e-6)
    assert near(dropped.mean(), rate, np.sqrt(rate * (1 - rate)))
    assert_allclose(
        y[~dropped], scale * (x.numpy()[~dropped] - ALPHA_LIMIT * rate), rtol=1e-5, atol=1e-6
    )
    assert near(y.mean(), 0, 1)
    assert near(y.var(), 1, 2)
    assert_allclose(x.grad.numpy(), np.where(dropped, 0, scale), rtol=1e-6)


@pytest.mark.parametrize(
    ("cls", "channels", "rank"),
    [
        (layers.SpatialDropout1D(0.4), 2, 1),
        (layers.SpatialDropout2D(0.4), 3, 2),
        (layers.SpatialDropout2D(0.4, data_format="channels_first"), 1, 2),
        (layers.SpatialDropout3D(0.4), 4, 3),
        (layers.SpatialDropout3D(0.4, "channels_first"), 1, 3),
    ],
)
def test_spatial_dropout_drops_whole_channels(cls, channels, rank):
    shape = [400, *[3] * rank]
    shape.insert(channels, 50)
    x = Tensor(np.ones(shape, "float32"), requires_grad=True)
    output = cls(x, training=True)
    values = np.moveaxis(output.numpy(), channels, 1).reshape(400, 50, -1)
    assert (values == values[..., :1]).all()
    kept = values[..., 0] != 0
    assert_allclose(values[kept], 1 / 0.6, rtol=1e-6)
    assert kept.mean() == pytest.approx(0.6, abs=5 * 0.5 / np.sqrt(kept.size))
    assert kept.mean(0).std() > 0
    assert kept.mean(1).std() > 0
    lamina.ops.sum(output).backward()
    assert np.array_equal(x.grad.numpy(), output.numpy())
    assert np.array_equal(cls(x).numpy(), x.numpy())


@pytest.mark.parametrize("cls", [layers.Dropout, layers.AlphaDropout])
def test_a_noise_shape_repeats_what_is_drawn(cls):
    layer = cls(0.4, noise_shape=(None, 1, 50), seed=2)
    x = Tensor(np.ones((200, 7, 50), "float32"), requires_grad=True)
    output = layer(x, training=True)
    values = output.numpy()
    assert (values == values[:, :1]).all()
    kept = values[:, 0] == values.max()
    assert kept.mean() == pytest.approx(0.6, abs=5 * 0.5 / np.sqrt(kept.size))
    lamina.ops.sum(output).backward()
    assert np.array_equal(x.grad.numpy()[:, 0] != 0, kept)
    with pytest.raises(ValueError, match=r"noise_shape.*\(None, 1, 50\).*\(2, 7, 49\)"):
        layer(np.ones((2, 7, 49)), training=True)
    with pytest.raises(ValueError, match="noise_shape"):
        layer(np.ones((2, 50)), training=True)
