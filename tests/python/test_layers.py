import numpy as np
import pytest

import lamina
from lamina import Sequential, Tensor, activations, initializers, layers


def test_dense_by_hand():
    layer = layers.Dense(2, activation="relu")
    layer.build((None, 3))
    layer.set_weights([[[1, 2], [3, 4], [5, -6]], [0.5, -0.5]])
    assert layer([[1, 0, 1]]).numpy().tolist() == [[6.5, 0]]
    assert layer(np.ones((2, 4, 3))).shape == (2, 4, 2)
    assert [w.path for w in layer.weights] == ["dense/kernel", "dense/bias"]
    assert layer.count_params() == 8


def test_options_are_readable_and_keras_defaults():
    layer = layers.Dense(5)
    assert (layer.units, layer.use_bias, layer.activation) == (5, True, activations.linear)
    assert isinstance(layer.kernel_initializer, initializers.GlorotUniform)
    assert layers.Dense(1, activation=activations.relu).activation is activations.relu
    norm = layers.BatchNormalization()
    assert (norm.axis, norm.momentum, norm.epsilon, norm.center, norm.scale) == (
        -1, 0.99, 1e-3, True, True,
    )  # fmt: skip
    assert (layers.Dropout(0.25).rate, layers.Dropout(0.25).seed) == (0.25, None)
    assert layers.InputLayer((3, None)).shape == (3, None)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Dense(4, "tanh", False, initializers.Constant(2.0), name="d", trainable=False),
        layers.Activation("sigmoid"),
        layers.Flatten(dtype="float64"),
        layers.Dropout(0.3, seed=4),
        layers.BatchNormalization(momentum=0.5, scale=False),
        layers.InputLayer((3,), batch_size=4, dtype="int32"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_config_makes_an_equal_layer(layer):
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert again.name == layer.name


def test_flatten_activation_dropout_and_input():
    x = np.arange(24.0).reshape(2, 3, 4)
    assert layers.Flatten()(x).numpy().tolist() == x.reshape(2, 12).tolist()
    assert layers.Flatten().compute_output_shape((None, 3, 4)) == (None, 12)
    assert layers.Activation("relu")([-1, 2]).numpy().tolist() == [0, 2]
    assert layers.Dropout(0.5)(x).numpy().tolist() == x.tolist()
    y = layers.Dropout(0.5, seed=1)(np.ones((100, 100)), training=True).numpy()
    assert set(np.unique(y)) == {0, 2}
    assert abs(y.mean() - 1) < 0.05
    assert not layers.Dropout(1.0)(x, training=True).numpy().any()
    with pytest.raises(ValueError, match=r"Input 'input' .*\(None, 3\).*\(2, 4\)"):
        layers.InputLayer((3,))(np.ones((2, 4)))


def test_batch_normalization_against_numpy(rng):
    x = rng.normal(2, 3, (50, 4)).astype("float32")
    layer = layers.BatchNormalization(momentum=0.9)
    y = layer(x, training=True).numpy()
    mean, variance = x.astype(float).mean(0), x.astype(float).var(0)
    np.testing.assert_allclose(y, (x - mean) / np.sqrt(variance + 1e-3), atol=2e-6)
    gamma, beta, moving_mean, moving_variance = layer.get_weights()
    np.testing.assert_allclose(moving_mean, 0.1 * mean, rtol=1e-5)
    np.testing.assert_allclose(moving_variance, 0.9 + 0.1 * variance, rtol=1e-5)
    expected = (x - moving_mean) / np.sqrt(moving_variance + 1e-3) * gamma + beta
    np.testing.assert_allclose(layer(x).numpy(), expected, atol=2e-6)
    layer.trainable = False
    np.testing.assert_allclose(layer(x, training=True).numpy(), expected, atol=2e-6)
    assert [w.name for w in layer.weights] == ["gamma", "beta", "moving_mean", "moving_variance"]


def test_batch_normalization_of_an_inner_axis(rng):
    x = rng.normal(2, 3, (6, 4, 5)).astype("float32")
    inner, last = layers.BatchNormalization(axis=1), layers.BatchNormalization()
    for training in (True, False):
        expected = last(np.moveaxis(x, 1, 2), training=training).numpy()
        got = inner(x, training=training).numpy()
        np.testing.assert_allclose(got, np.moveaxis(expected, 2, 1), atol=1e-5)
    for a, b in zip(inner.get_weights(), last.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_batch_normalization_gradient_in_training(rng):
    x, weights = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    layer = layers.BatchNormalization(dtype="float64")
    t = Tensor(x, requires_grad=True)
    lamina.ops.sum(layer(t, training=True) * weights).backward()

    def value(z):
        return np.sum((z - z.mean(0)) / np.sqrt(z.var(0) + 1e-3) * weights)

    expected = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = 1e-6
        expected[index] = (value(x + step) - value(x - step)) / 2e-6
    np.testing.assert_allclose(t.grad.numpy(), expected, atol=1e-7)


def test_gradients_through_frozen_batch_normalization(rng):
    layer = layers.BatchNormalization(dtype="float64")
    layer.build((None, 3))
    layer.set_weights([rng.normal(size=3), rng.normal(size=3), rng.normal(size=3), [0.5, 1, 2]])
    gamma, _, mean, variance = layer.get_weights()
    x, weights = rng.normal(size=(500, 3)), rng.normal(size=(500, 3))
    t = Tensor(x, requires_grad=True)
    lamina.ops.sum(layer(t) * weights).backward()
    inverse = 1 / np.sqrt(variance + 1e-3)
    np.testing.assert_allclose(t.grad.numpy(), weights * gamma * inverse, rtol=1e-12)
    expected = [(weights * (x - mean) * inverse).sum(0), weights.sum(0)]
    for weight, gradient in zip(layer.trainable_weights, expected, strict=True):
        np.testing.assert_allclose(weight.grad.numpy(), gradient, rtol=1e-10)


@pytest.mark.parametrize("layer", [layers.BatchNormalization, layers.GroupNormalization])
def test_large_normalized_images_are_those_of_their_parts(layer, rng):
    # large enough to be written around the caches
    x, dy = rng.normal(size=(2, 9, 112, 112, 64)).astype("float32")
    layer = layer()

    def result_and_gradient(x, dy):
        t = Tensor(x, requires_grad=True)
        y = layer(t)
        y.backward(Tensor(dy))
        return y.numpy(), t.grad.numpy()

    y, dx = result_and_gradient(x, dy)
    for i in range(len(x)):
        y_of_one, dx_of_one = result_and_gradient(x[i : i + 1], dy[i : i + 1])
        np.testing.assert_array_equal(y[i : i + 1], y_of_one)
        np.testing.assert_array_equal(dx[i : i + 1], dx_of_one)


def test_trainable():
    model = Sequential([layers.Input((2,)), layers.Dense(3), layers.BatchNormalization()])
    assert [w.path for w in model.non_trainable_weights] == [
        "batch_normalization/moving_mean", "batch_normalization/moving_variance",
    ]  # fmt: skip
    model.layers[0].trainable = False
    assert [w.name for w in model.trainable_weights] == ["gamma", "beta"]
    model.layers[0].trainable = True
    assert len(model.trainable_weights) == 4


def test_floatx_and_dtype():
    lamina.config.set_floatx("float64")
    try:
        assert layers.Dense(1).dtype == lamina.config.floatx() == "float64"
    finally:
        lamina.config.set_floatx("float32")
    layer = layers.Dense(1, dtype="float64")
    assert layer(np.ones((1, 2), "float32")).dtype == "float64"


@pytest.mark.parametrize(
    ("initializer", "variance", "limit"),
    [
        ("glorot_uniform", 2 / 500, np.sqrt(6 / 500)),
        ("glorot_normal", 2 / 500, 2 * np.sqrt(2 / 500) / 0.8796),
        ("he_uniform", 2 / 200, np.sqrt(6 / 200)),
        ("he_normal", 2 / 200, 2 * np.sqrt(2 / 200) / 0.8796),
        (initializers.VarianceScaling(3, "fan_out", "uniform"), 3 / 300, np.sqrt(9 / 300)),
        (initializers.RandomNormal(0, 0.2), 0.04, np.inf),
        (initializers.RandomUniform(-0.3, 0.3), 0.03, 0.3),
    ],
    ids=str,
)
def test_initializers(initializer, variance, limit):
    w = initializers.get(initializer)((200, 300)).numpy()
    assert abs(w.mean()) < 4 * np.sqrt(variance / w.size)
    assert abs(w.var() / variance - 1) < 0.02
    assert np.abs(w).max() <= limit


def test_initializers_with_a_seed_repeat():
    seeded = initializers.HeNormal(seed=3)
    assert np.array_equal(seeded((3, 4)).numpy(), seeded((3, 4)).numpy())
    kernel = layers.Dense(2, kernel_initializer=seeded)
    kernel.build((None, 3))
    assert np.array_equal(kernel.get_weights()[0], seeded((3, 2)).numpy())
    assert initializers.get(seeded.serialize()).get_config() == {"seed": 3}


def test_a_class_of_a_layer_with_another_constructor():
    class Wide(layers.Dense):
        def __init__(self, **kwargs):
            super().__init__(100, **kwargs)

    assert Wide()([[1.0]]).shape == (1, 100)


@pytest.mark.parametrize(
    ("dtype", "mean", "deviation"), [("float32", 2e19, 1e18), ("float64", 2e154, 1e153)]
)
@pytest.mark.parametrize("rows", [64, 5000])
def test_batch_normalization_of_means_whose_squares_overflow(dtype, mean, deviation, rows):
    # The sum of squared distances is a number of the dtype. (families of pytorch#5410, keras#9646)
    x = (
        mean + deviation * np.sqrt(64 / rows) * np.random.default_rng(0).standard_normal((rows, 3))
    ).astype(dtype)
    exact = x.astype("longdouble")
    expected = (exact - exact.mean(0)) / exact.std(0)
    scale = np.sqrt(exact.var(0) / (exact.var(0) + 1e-3))
    for layer in (
        layers.BatchNormalization(dtype=dtype),
        layers.GroupNormalization(3, dtype=dtype),
    ):
        given = x if isinstance(layer, layers.BatchNormalization) else x[None]
        y = layer(given, training=True).numpy().reshape(rows, 3)
        np.testing.assert_allclose(y, (expected * scale).astype("f8"), atol=2e-3)


@pytest.mark.parametrize("make", [layers.Conv2D, layers.MaxPooling2D, layers.Conv2DTranspose])
def test_paddings_are_words_of_either_case(make):
    options = {} if make is layers.MaxPooling2D else {"filters": 1, "kernel_size": 2}
    assert make(padding="SAME", **options).padding == "same"
    with pytest.raises(ValueError, match="sane"):
        make(padding="sane", **options)


@pytest.mark.parametrize(
    ("scale", "offset"),
    [([1.0, 2.0, -0.5], 0.25), (2, [1, 2, 3]), (np.array([1, 2, 3]), np.float32([0, 0.5, 1])),
     (np.float64(3), Tensor([1.0, 2.0, 3.0])), ((0.5, 1, 2), (1, 1, 1))],
)  # fmt: skip
def test_rescaling_of_each_channel(scale, offset, rng, tmp_path):
    x = rng.normal(size=(2, 4, 3)).astype("float32")
    expected = x * np.asarray(scale) + np.asarray(offset)
    layer = layers.Rescaling(scale, offset)
    np.testing.assert_allclose(layer(x).numpy(), expected, rtol=1e-6)
    again = layers.Rescaling.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    model = lamina.Sequential([lamina.Input((4, 3)), again])
    model.save(tmp_path / "m.lamina")
    loaded = lamina.models.load_model(tmp_path / "m.lamina")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), layer(x).numpy())
    whole = np.array([[1, 2, 3]], "uint8")
    expected = whole * np.asarray(scale) + np.asarray(offset)
    np.testing.assert_allclose(layers.Rescaling(scale, offset)(whole).numpy(), expected, rtol=1e-6)
    with pytest.raises(ValueError, match=r"3 places.*, 1\)"):
        layers.Rescaling(scale, offset)(x[:, 0, :1])
    with pytest.raises(ValueError, match=r"\(2, 1\)"):
        layer(x[:, 0, :1])


def test_one_mean_of_all_serves_inputs_of_any_rank():
    layer = layers.Normalization(axis=None)
    layer.adapt(np.array([1.0, 3.0, 5.0, 7.0]))  # mean 4, variance 5
    for x in (np.array([4.0, 9.0]), np.full((2, 3, 1), 9.0), np.array([[4.0]])):
        np.testing.assert_allclose(layer(x).numpy(), (x - 4) / 5**0.5, rtol=1e-6)
    layer.adapt(np.array([[0.0, 2.0], [0.0, 2.0]]))  # mean 1, variance 1
    np.testing.assert_allclose(layer(np.array([3.0])).numpy(), [2.0], rtol=1e-6)
