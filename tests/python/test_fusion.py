"""Models run a layer and the activation after it as one: with the same values and gradients."""

import numpy as np
import pytest

import lamina
from lamina import Model, Sequential, layers

FIRST = {
    "dense": lambda: [layers.Dense(6)],
    "conv": lambda: [layers.Conv2D(5, 3, padding="same")],
    "batch_normalization": lambda: [layers.BatchNormalization()],
    "conv_batch_normalization": lambda: [layers.Conv2D(20, 3), layers.BatchNormalization()],
}


def sequential(make, activation):
    return Sequential(
        [lamina.Input((6, 7, 3)), *make(), activation, layers.Flatten(), layers.Dense(2)]
    )


def functional(make, activation):
    x = y = lamina.Input((6, 7, 3))
    for layer in [*make(), activation, layers.Flatten(), layers.Dense(2)]:
        y = layer(y)
    return Model(x, y)


class Apart(layers.Layer):
    """The same function, in a layer that nothing fuses."""

    def __init__(self, name):
        super().__init__()
        self.function = lamina.activations.get(name)

    def call(self, x):
        return self.function(x)


def trained(build, make, activation):
    lamina.utils.set_random_seed(5)
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(40, 6, 7, 3)).astype("float32"), rng.normal(size=(40, 2))
    model = build(make, activation)
    model.compile(lamina.optimizers.SGD(0.05), "mse")
    model.fit(x, y, batch_size=20, epochs=3, shuffle=False, verbose=0)
    return [*model.get_weights(), model.predict(x, verbose=0)]


@pytest.mark.parametrize("name", ["relu", "tanh", "sigmoid", "elu"])
@pytest.mark.parametrize("build", [sequential, functional])
@pytest.mark.parametrize("first", list(FIRST))
def test_the_same_values_and_gradients(first, build, name):
    fused = trained(build, FIRST[first], layers.Activation(name))
    apart = trained(build, FIRST[first], Apart(name))
    for a, b in zip(fused, apart, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-7)


@pytest.mark.parametrize("layer", [layers.ReLU(), layers.ReLU(max_value=1.0), layers.ReLU(0.5)])
def test_a_relu_layer_is_fused_only_when_it_is_plain(layer):
    x = np.random.default_rng(0).normal(size=(4, 6, 7, 3)).astype("float32") * 3
    first = layers.BatchNormalization(moving_mean_initializer="ones")
    model = Sequential([lamina.Input((6, 7, 3)), first, layer])
    expected = layer(first(x)).numpy()
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-6, atol=1e-6)


def test_what_stands_between_is_still_there():
    """An output of the first layer that is used elsewhere too keeps both apart."""
    x = lamina.Input((5,))
    before = layers.Dense(4)(x)
    after = layers.Activation("relu")(before)
    model = Model(x, [before, after])
    inner, outer = model.predict(np.random.default_rng(1).normal(size=(8, 5)), verbose=0)
    assert (inner < 0).any()
    assert np.array_equal(outer, np.maximum(inner, 0))
    both = Model(x, layers.Add()([before, after]))
    np.testing.assert_allclose(
        both.predict(np.ones((2, 5)), verbose=0),
        sum(model.predict(np.ones((2, 5)), verbose=0)),
        rtol=1e-6,
    )


def test_infinities_and_nan_pass_a_rectified_normalization():
    layer = layers.BatchNormalization()
    model = Sequential([lamina.Input((3,)), layer, layers.ReLU()])
    x = np.array([[np.nan, np.inf, -np.inf]], "float32")
    assert np.array_equal(model.predict(x, verbose=0), [[np.nan, np.inf, 0]], equal_nan=True)


def with_statistics(*made, shape=(6, 7, 3)):
    """A model of layers whose weights, moving averages among them, are nothing special."""
    model = Sequential([lamina.Input(shape), *made])
    rng = np.random.default_rng(4)
    model.set_weights([rng.uniform(0.3, 1.5, w.shape) for w in model.get_weights()])
    return model


NORMALIZED = {
    "bias": lambda: [layers.Conv2D(5, 3, padding="same"), layers.BatchNormalization()],
    "no bias": lambda: [layers.Conv2D(5, 3, use_bias=False), layers.BatchNormalization()],
    "strides, groups": lambda: [
        layers.Conv2D(6, 2, strides=2, groups=3),
        layers.BatchNormalization(scale=False),
        layers.ReLU(),
    ],
    "tanh": lambda: [
        layers.Conv2D(16, 1),
        layers.BatchNormalization(center=False),
        layers.Activation("tanh"),
    ],
    "twice": lambda: [
        layers.Conv2D(5, 3),
        layers.BatchNormalization(),
        layers.BatchNormalization(),
        layers.ReLU(),
    ],
    "activation between": lambda: [
        layers.Conv2D(5, 3, activation="relu"),
        layers.BatchNormalization(),
    ],
    "channels first": lambda: [
        layers.Conv2D(7, 3, data_format="channels_first", padding="same"),
        layers.BatchNormalization(),
    ],
    "rows": lambda: [layers.Conv2D(5, 3), layers.BatchNormalization(axis=1)],
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("made", list(NORMALIZED))
def test_a_convolution_takes_the_normalization_after_it_when_predicting(made, dtype):
    lamina.config.set_floatx(dtype)
    try:
        model = with_statistics(*NORMALIZED[made]())
    finally:
        lamina.config.set_floatx("float32")
    x = np.random.default_rng(5).normal(size=(9, 6, 7, 3)).astype(dtype)
    expected = x
    for layer in model.layers:
        expected = layer(expected)
    assert expected.dtype == dtype
    tolerance = {"float32": 3e-6, "float64": 1e-13}[dtype]
    inputs = lamina.Input((6, 7, 3), dtype=dtype)
    outputs = inputs
    for layer in model.layers:
        outputs = layer(outputs)
    for predicted in (model, Model(inputs, outputs)):
        got = predicted.predict(x, verbose=0)
        np.testing.assert_allclose(got, expected.numpy(), rtol=tolerance, atol=10 * tolerance)


def test_a_normalization_that_changes_is_read_anew():
    model = with_statistics(layers.Conv2D(4, 3), layers.BatchNormalization())
    x = np.random.default_rng(6).normal(size=(8, 6, 7, 3)).astype("float32")
    before = model.predict(x, verbose=0)
    gamma, *others = model.layers[-1].get_weights()
    model.layers[-1].set_weights([2 * gamma, *others])
    beta = others[0]
    np.testing.assert_allclose(
        model.predict(x, verbose=0) - beta, 2 * (before - beta), rtol=1e-4, atol=1e-4
    )


def test_a_factor_that_overflows_stays_a_layer_of_its_own():
    model = Sequential([lamina.Input((2, 2, 1)), layers.Conv2D(1, 1, kernel_initializer="ones")])
    model.add(layers.BatchNormalization(epsilon=1e-80, moving_variance_initializer="zeros"))
    x = np.array([[[[1.0], [-1.0]], [[2.0], [3.0]]]], "float32")
    expected = model.layers[1](model.layers[0](x)).numpy()
    assert np.isinf(expected).all()
    np.testing.assert_array_equal(model.predict(x, verbose=0), expected)
