import numpy as np
import pytest
from scipy import special

import lamina
from lamina import losses, ops

EPSILON = 1e-7  # Keras clips probabilities to [epsilon, 1 - epsilon]


def binary(t, p):
    p = np.clip(p, EPSILON, 1 - EPSILON)
    return np.mean(-t * np.log(p) - (1 - t) * np.log(1 - p), -1)


def categorical(t, p):
    p = np.clip(p / p.sum(-1, keepdims=True), EPSILON, 1 - EPSILON)
    return -np.sum(t * np.log(p), -1)


ONE_HOT = np.eye(4)[[0, 3, 1, 1, 2]]


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    return request.param


@pytest.fixture
def close(dtype):
    rtol = 2e-6 if dtype == "float32" else 1e-12

    def check(loss, expected):
        assert loss.shape == ()
        np.testing.assert_allclose(loss.item(), expected, rtol=rtol)

    return check


def test_mean_squared_error(rng, dtype, close):
    t, p = rng.normal(size=(2, 5, 4)).astype(dtype)
    close(losses.MeanSquaredError()(t, p), np.mean((t.astype(float) - p) ** 2))


def test_log_cosh(rng, dtype, close):
    t, p = rng.normal(0, 3, size=(2, 5, 4)).astype(dtype)
    e = p.astype(float) - t
    close(losses.LogCosh()(t, p), np.mean(np.logaddexp(e, -e) - np.log(2)))
    small = np.full((5, 4), 1e-4, dtype)  # e^2 / 2 - e^4 / 12
    e = float(small[0, 0])
    close(losses.LogCosh()(np.zeros_like(small), small), e**2 / 2 - e**4 / 12)


def test_binary_crossentropy(rng, dtype, close):
    t, logits = rng.uniform(0, 1, (5, 4)).astype(dtype), rng.normal(0, 5, (5, 4)).astype(dtype)
    p = special.expit(logits)
    close(losses.BinaryCrossentropy()(t, p), binary(t.astype(float), p.astype(float)).mean())
    exact = np.mean(np.logaddexp(0, logits.astype(float)) - t.astype(float) * logits)
    close(losses.BinaryCrossentropy(from_logits=True)(t, logits), exact)
    smooth = losses.BinaryCrossentropy(label_smoothing=0.2)(t, p)
    close(smooth, binary(t.astype(float) * 0.8 + 0.1, p.astype(float)).mean())


def test_categorical_crossentropy(rng, dtype, close):
    logits = rng.normal(0, 3, (5, 4)).astype(dtype)
    p = special.softmax(logits, -1)
    exact = -np.mean(np.sum(ONE_HOT * special.log_softmax(logits.astype(float), -1), -1))
    t = ONE_HOT.astype(dtype)
    close(losses.CategoricalCrossentropy()(t, p), categorical(t, p.astype(float)).mean())
    close(losses.CategoricalCrossentropy(from_logits=True)(t, logits), exact)
    smooth = losses.CategoricalCrossentropy(label_smoothing=0.4)(t, p)
    close(smooth, categorical(t * 0.6 + 0.1, p.astype(float)).mean())
    labels = ONE_HOT.argmax(-1)
    close(losses.SparseCategoricalCrossentropy()(labels, p), categorical(t, p.astype(float)).mean())
    close(losses.SparseCategoricalCrossentropy(from_logits=True)(labels[:, None], logits), exact)


def test_sample_weights_and_reduction(rng, dtype, close):
    t, p = rng.normal(size=(2, 5, 4)).astype(dtype)
    each = np.mean((t.astype(float) - p) ** 2, -1)
    weights = np.array([1, 0, 2, 0.5, 3], dtype)
    close(losses.MeanSquaredError()(t, p, weights), np.sum(each * weights) / 5)
    close(losses.MeanSquaredError(reduction="sum")(t, p, weights), np.sum(each * weights))


@pytest.mark.parametrize(
    ("loss", "target", "prediction", "expected"),
    [
        (losses.BinaryCrossentropy(from_logits=True), [[0.0]], [[1e4]], 1e4),
        (losses.BinaryCrossentropy(from_logits=True), [[1.0]], [[1e4]], 0),
        (losses.LogCosh(), [[0.0]], [[-1e30]], 1e30),
        (losses.BinaryCrossentropy(), [[1.0]], [[0.0]], -np.log(EPSILON)),
        (losses.SparseCategoricalCrossentropy(from_logits=True), [0], [[-1e4, 1e4]], 2e4),
        (losses.SparseCategoricalCrossentropy(), [0], [[0.0, 1.0]], -np.log(EPSILON)),
    ],
)
def test_extreme_predictions_stay_finite(loss, target, prediction, expected):
    np.testing.assert_allclose(loss(target, prediction).item(), expected, rtol=1e-5)


def test_a_trailing_axis_of_one_is_matched():
    loss = losses.MeanSquaredError()
    assert loss([1.0, 2.0], [[1.0], [4.0]]).item() == loss([[1.0], [2.0]], [1.0, 4.0]).item() == 2


@pytest.mark.parametrize(
    ("loss", "target", "prediction", "message"),
    [
        (losses.MeanSquaredError(), np.ones((5, 1)), np.ones((5, 3)), r"\(5, 1\).*\(5, 3\)"),
        (losses.MeanSquaredError(), np.ones(3), np.ones((5, 3)), r"\(3,\).*\(5, 3\)"),
        (losses.SparseCategoricalCrossentropy(), [0, 4], np.ones((2, 4)), r"label 4 .*\[0, 4\)"),
        (losses.SparseCategoricalCrossentropy(), [-1, 0], np.ones((2, 4)), r"label -1 "),
        (losses.CategoricalCrossentropy(), [0, 1], np.ones((2, 4)), r"\(2,\).*\(2, 4\)"),
    ],
)
def test_labels_that_do_not_fit(loss, target, prediction, message):
    with pytest.raises(ValueError, match=message):
        loss(np.asarray(target), prediction)


def test_sample_weights_that_do_not_fit():
    with pytest.raises(ValueError, match=r"\(3,\).*\(2,\)"):
        losses.MeanSquaredError()(np.ones((2, 1)), np.ones((2, 1)), np.ones(3))


@pytest.mark.parametrize(
    "make",
    [
        lambda: losses.BinaryCrossentropy(label_smoothing=2),
        lambda: losses.BinaryCrossentropy(label_smoothing=float("nan")),
        lambda: losses.MeanSquaredError(reduction="median"),
        lambda: losses.get("hinge_of_doom"),
    ],
)
def test_wrong_options(make):
    with pytest.raises(ValueError, match=r"label_smoothing|reduction|unknown loss"):
        make()


def test_config_makes_an_equal_loss():
    loss = losses.CategoricalCrossentropy(True, 0.1, reduction="sum", name="c")
    assert type(loss).from_config(loss.get_config()).get_config() == loss.get_config()
    assert (loss.from_logits, loss.label_smoothing, loss.reduction) == (True, 0.1, "sum")


def test_weights_of_time_steps(rng, dtype, close):
    t, p = rng.normal(size=(2, 4, 5, 3)).astype(dtype)
    each = np.mean((t.astype(float) - p) ** 2, -1)
    for shape in [(), (4,), (4, 1), (4, 5)]:
        w = np.asarray(rng.random(shape), dtype)
        expected = np.mean(each * (w.reshape(4, -1) if shape else w))
        close(losses.MeanSquaredError()(t, p, w), expected)
        own = losses.LossFunction(lambda t, p: ops.mean(ops.square(t - p), axis=-1), "own")
        close(own(t, p, w), expected)


def trained(loss):
    lamina.utils.set_random_seed(1)
    model = lamina.Sequential([lamina.Input((1,)), lamina.layers.Dense(1)])
    model.compile("sgd", loss)
    return model.fit(np.ones((4, 1)), np.ones(4), verbose=0)


@pytest.mark.parametrize(
    "loss",
    [
        lambda t, p: np.mean((t.numpy() - p.numpy()) ** 2),
        lambda t, p: ops.mean(ops.cast(p > 0, "float32")),
        lambda t, p: ops.mean(ops.square(ops.stop_gradient(p) - t)),
        lambda t, p: 1.0,
    ],
)
def test_a_loss_that_loses_the_gradient_is_refused(loss):
    with pytest.raises(ValueError, match=r"does not depend on the predictions through lamina's op"):
        trained(loss)


def test_numpy_takes_no_gradient_from_a_layer():
    with pytest.raises(ValueError, match="does not depend on the predictions"):
        trained(lambda t, p: np.mean(np.square(t - np.asarray(p))))
    # NumPy's functions run lamina's where a gradient is recorded.
    losses_of = trained(lambda t, p: np.mean(np.square(t - p))).history["loss"]
    assert losses_of == trained(lambda t, p: ops.mean(ops.square(t - p))).history["loss"]

    class Tanh(lamina.Layer):
        def call(self, x):
            return np.tanh(np.asarray(x))

    model = lamina.Sequential([lamina.layers.Dense(1), Tanh()])
    x = np.ones((1, 1), "f4")
    with pytest.raises(TypeError, match=r"\.detach\(\)"):
        model(x)
    with lamina.no_grad():
        assert model(x).shape == (1, 1)
    # Outside layers it is for looking at.
    y = lamina.layers.Dense(1)(x)
    assert np.asarray(y) == y.numpy()


@pytest.mark.parametrize("place", [0, 1])
def test_losses_of_symbolic_tensors_are_refused(place):
    pair = [np.ones((2, 3), "float32")] * 2
    pair[place] = lamina.Input((3,))

    class Own(losses.Loss):
        def call(self, y_true, y_pred):
            return ops.mean(ops.square(y_true - y_pred), -1)

    for loss in (losses.MeanSquaredError(), losses.mean_squared_error, losses.circle, Own()):
        with pytest.raises(TypeError, match=r"compile.*add_loss.*lamina\.ops"):
            loss(*pair)


def test_a_function_sees_labels_in_the_shape_of_predictions():
    seen = []

    def loss(t, p):
        seen.append((t.shape, p.shape))
        return ops.mean(ops.square(t - p), axis=-1)

    trained(loss)
    assert seen[0] == ((4, 1), (4, 1))
