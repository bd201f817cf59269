"""What every layer and variable offers by Keras's names, and options that are set later."""

import numpy as np
import pytest

import lamina
from lamina import layers, ops, regularizers

X = np.ones((4, 3), "float32")


def model_of(*parts):
    return lamina.Sequential([lamina.Input((3,)), *parts])


def test_options_set_before_building_count():
    layer = layers.Dense(2)
    layer.units = 5
    layer.use_bias = False
    layer.kernel_regularizer = regularizers.L2(1.0)
    layer.kernel_initializer = lambda shape, dtype=None: np.full(shape, 2.0)
    layer.activation = lambda x: x * 10.0
    assert layer(X).numpy().tolist() == [[60.0] * 5] * 4
    assert layer.bias is None
    assert layer.losses[0].item() == 4.0 * 15


def test_options_of_a_built_layer():
    dense = layers.Dense(2, kernel_initializer="ones")
    model = model_of(dense, layers.Activation("relu"))
    assert model.predict(X, verbose=0)[0, 0] == 3
    dense.activation = lambda x: -x
    assert model.predict(X, verbose=0)[0, 0] == 0
    assert dense(X).numpy()[0, 0] == -3
    with pytest.raises(AttributeError, match="make a new layer"):
        dense.units = 3
    with pytest.raises(AttributeError, match="make a new layer"):
        dense.kernel_regularizer = "l2"
    with pytest.raises(ValueError, match="unknown activation"):
        dense.activation = "nonsense"
    assert dense.units == 2


def test_fused_layers_follow_their_options():
    for last in (layers.ReLU(), layers.Activation("relu")):
        dense = layers.Dense(2, kernel_initializer="ones")
        model = model_of(dense, last)
        graph_input = lamina.Input((3,))
        graph = lamina.Model(graph_input, last(dense(graph_input)))
        assert graph.predict(X, verbose=0)[0, 0] == 3
        if isinstance(last, layers.ReLU):
            last.max_value = 1.0
        else:
            last.activation = "sigmoid"
        for each in (model, graph):
            expected = 1 if isinstance(last, layers.ReLU) else 1 / (1 + np.exp(-3))
            assert each.predict(X, verbose=0)[0, 0] == pytest.approx(expected)


def test_dropout_and_noise_follow_their_rates():
    for layer, option in (
        (layers.Dropout(0.5), "rate"),
        (layers.GaussianDropout(0.5), "rate"),
        (layers.AlphaDropout(0.5), "rate"),
        (layers.GaussianNoise(0.5), "stddev"),
    ):
        model = model_of(layer)
        assert (model(X, training=True).numpy() != X).any()
        setattr(layer, option, 0.0)
        assert getattr(layer, option) == 0
        assert np.array_equal(model(X, training=True).numpy(), X)
        with pytest.raises(ValueError, match=option):
            setattr(layer, option, -1.0)


def test_draws_go_on_after_a_change():
    lamina.utils.set_random_seed(3)
    one = layers.Dropout(0.5)
    draws = [one(X, training=True).numpy() for _ in range(2)]
    lamina.utils.set_random_seed(3)
    other = layers.Dropout(0.5)
    assert np.array_equal(other(X, training=True).numpy(), draws[0])
    other.rate = 0.25
    other.rate = 0.5
    assert np.array_equal(other(X, training=True).numpy(), draws[1])


def test_batch_normalization_follows_its_momentum():
    layer = layers.BatchNormalization()
    model = model_of(layer)
    layer.momentum = 0.0
    model(np.full((4, 3), 7.0), training=True)
    assert np.allclose(layer.moving_mean.numpy(), 7)
    before = model(X).numpy()
    layer.epsilon = 3.0
    assert not np.allclose(model(X).numpy(), before)


def test_changes_that_would_not_fit_are_refused():
    layer = layers.ZeroPadding1D(1)
    layer(np.ones((1, 4, 2)))
    with pytest.raises(AttributeError, match="make a new layer"):
        layer.padding = (2, 2)
    bidirectional = layers.Bidirectional(layers.LSTM(2))
    with pytest.raises(AttributeError, match="make a new layer"):
        bidirectional.merge_mode = "sum"


def test_recurrent_options_before_building():
    layer = layers.LSTM(2)
    layer.return_sequences = True
    layer.units = 5
    assert layer(np.ones((1, 4, 3))).shape == (1, 4, 5)
    assert layer.cell.kernel.shape == (3, 20)


def test_weights_that_an_option_leaves_out_are_none():
    dense, norm = layers.Dense(2, use_bias=False), layers.BatchNormalization(center=False)
    model_of(norm, dense)
    assert dense.bias is None
    assert norm.beta is None
    assert norm.gamma is not None
    with pytest.raises(AttributeError):
        _ = layers.Dense(2).bias


def test_shapes_of_unbuilt_models():
    model = lamina.Sequential([layers.Dense(2)])
    assert not hasattr(model, "input_shape")
    with pytest.raises(AttributeError, match="no output_shape yet"):
        _ = model.output_shape


class Add(lamina.Layer):
    def call(self, inputs):
        return inputs + 1.0


def test_activity_regularizer_of_an_own_layer():
    layer = Add(activity_regularizer=lambda x: ops.sum(x))
    model = model_of(layer)
    model.compile("sgd", "mse")
    # 12 values of 2 over 4 samples.
    assert model.evaluate(X, np.full((4, 3), 2.0), verbose=0) == pytest.approx(6)
    assert Add(activity_regularizer="l2").get_config()["activity_regularizer"]["class_name"] == "L2"


def test_arguments_of_a_layer():
    with pytest.raises(ValueError, match="Unrecognized keyword arguments passed to Add: unit"):
        Add(unit=3)
    with pytest.raises(NotImplementedError, match="autocast"):
        Add(autocast=False)


def test_add_weight_as_keras_takes_it():
    class Counting(lamina.Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight((input_shape[-1], 2), "ones", name="kernel")
            self.count = self.add_weight(dtype="int32", trainable=False, name="count")
            self.plain = self.add_variable((2,), "zeros", name="plain")

        def call(self, inputs):
            self.count.assign_add(1)
            return inputs @ self.kernel

    layer = Counting()
    assert layer(X).numpy()[0, 0] == 3
    assert layer.count.numpy() == 1
    assert layer.count.dtype == "int32"
    assert [w.name for w in layer.weights] == ["kernel", "plain", "count"]
    assert layer.kernel.regularizer is None
    with pytest.raises(ValueError, match="keyword argument"):
        layer.add_weight("kernel")
    with pytest.raises(ValueError, match="aggregation"):
        layer.add_weight((), aggregation="sum")


def test_input_spec():
    class Spec:
        ndim, axes = 2, {-1: 3}

    layer = Add()
    layer.input_spec = Spec()
    layer(X)
    with pytest.raises(ValueError, match="ndim=2"):
        layer(X[0])
    with pytest.raises(ValueError, match="axis -1 of 3"):
        layer(X[:, :2])


def test_dtype_policy():
    policy = layers.Dense(1, dtype="float64").dtype_policy
    assert (policy.name, policy.compute_dtype, policy.variable_dtype) == ("float64",) * 3


def test_stateless_call():
    layer = layers.BatchNormalization()
    layer.build((None, 3))
    before = layer.get_weights()
    outputs, after, losses = layer.stateless_call(
        layer.trainable_variables, [np.ones(3), np.ones(3)], X, training=True, return_losses=True
    )
    assert outputs.shape == (4, 3)
    assert not losses
    assert np.allclose(after[0].numpy(), 1)
    assert all(np.array_equal(a, b) for a, b in zip(layer.get_weights(), before, strict=True))
    with pytest.raises(ValueError, match="got 0 trainable"):
        layer.stateless_call([], [], X)


def test_what_no_layer_does_says_so():
    for name, arguments in (
        ("quantize", ("int8",)),
        ("rematerialized_call", (None,)),
        ("add_metric", ()),
    ):
        with pytest.raises(NotImplementedError):
            getattr(Add(), name)(*arguments)


def test_variables_as_keras_makes_them():
    v = lamina.Variable("ones", shape=(2,), dtype="float64", trainable=False, name="v")
    assert (v.dtype, v.shape, v.trainable, v.name) == ("float64", (2,), False, "v")
    assert v.numpy().tolist() == [1, 1]
    made = lamina.Variable(lambda shape, dtype=None: np.full(shape, 4), shape=(3,))
    assert (made.dtype, made.numpy().tolist()) == ("float32", [4, 4, 4])
    assert lamina.Variable(np.arange(3)).dtype == "int64"
    with pytest.raises(ValueError, match="needs a shape"):
        lamina.Variable("ones")
    with pytest.raises(ValueError, match="shape"):
        lamina.Variable([1.0], shape=(2,))
    with pytest.raises(ValueError, match="aggregation"):
        lamina.Variable([1.0], aggregation="sum")


def test_a_variables_regularizer_and_constraint():
    v = lamina.Variable([1.0, 2.0])
    assert v.regularizer is None
    v.regularizer, v.constraint = regularizers.L2(0.5), "non_neg"
    assert v.regularizer == regularizers.L2(0.5)
    assert v.constraint == lamina.constraints.NonNeg()
    optimizer = lamina.optimizers.SGD(1.0)
    optimizer.apply([np.array([3.0, 1.0], "float32")], [v])
    assert v.numpy().tolist() == [0, 1]
    v.constraint = None
    assert v.constraint is None


def test_seeds_of_python_and_numpy():
    import random

    lamina.utils.set_random_seed(5)
    first = random.random(), np.random.rand()  # noqa: NPY002 - the generator in question
    lamina.utils.set_random_seed(5)
    assert (random.random(), np.random.rand()) == first  # noqa: NPY002


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.ZeroPadding2D((1,)), "padding of one integer, 2, or 2 pairs"),
        (lambda: layers.ZeroPadding3D((1, 1)), "padding of one integer, 3"),
        (lambda: layers.Cropping2D((1,)), "cropping of one integer, 2"),
        (lambda: layers.Cropping3D([1]), "cropping of one integer, 3"),
        (lambda: layers.ZeroPadding2D(((1,), (1, 2))), "padding of one integer, 2, or 2 pairs"),
        (lambda: layers.UpSampling2D((2,)), "size of one integer, 2"),
        (lambda: lamina.Sequential()(X), "has no layers"),
        (lambda: lamina.Sequential([layers.Dense(1)]).get_layer(index=5), "none at index 5"),
        (lambda: lamina.utils.set_random_seed("a"), "set_random_seed needs a whole number"),
        (lambda: lamina.utils.set_random_seed(-1), "set_random_seed needs a whole number"),
        (lambda: layers.Dropout(0.5, noise_shape=(0, 1)), "noise_shape of extents above 0"),
        (lambda: layers.AlphaDropout(0.5, noise_shape=(2.5, 1)), "noise_shape of extents above 0"),
    ],
)
def test_what_keras_refuses_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_variable_is_one_object():
    class Own(lamina.Layer):
        def __init__(self):
            super().__init__()
            self.v = lamina.Variable([1.0], name="v")
            self.w = self.add_weight(shape=(2,), name="w")

        def call(self, inputs):
            return inputs

    own, dense = Own(), layers.Dense(2)
    model = model_of(dense, own)
    assert any(weight is own.v for weight in own.weights)
    assert own.weights == own.weights
    assert own.w in own.trainable_variables
    assert model.weights[0] is dense.kernel


def test_inputs_by_their_batch_shape():
    x = lamina.Input(batch_shape=(4, 3), name="x")
    assert (x.shape, x.name) == ((4, 3), "x")
    assert lamina.Input(batch_shape=(None, 3), optional=False).shape == (None, 3)
    with pytest.raises(ValueError, match="not both"):
        lamina.Input((3,), batch_shape=(4, 3))
    for option in ("sparse", "ragged", "optional"):
        with pytest.raises(NotImplementedError, match=option):
            lamina.Input((3,), **{option: True})


def test_relu_at_its_threshold():
    # Keras: values above the threshold pass.
    given = lamina.Tensor([0.5, 1.0, 1.5], requires_grad=True)
    result = lamina.activations.relu(given, negative_slope=0.5, threshold=1.0)
    assert result.numpy().tolist() == [-0.25, 0, 1.5]
    ops.sum(result).backward()
    assert given.grad.numpy().tolist() == [0.5, 0, 1]


@pytest.mark.parametrize(
    ("axis", "along", "spread"),
    [
        (-1, (0, 1), (1, 1, 4)),
        (1, (0, 2), (1, 3, 1)),
        ((1, 2), (0,), (1, 3, 4)),
        (None, None, (1, 1, 1)),
    ],
)
def test_normalization_tells_its_statistics_as_keras_spreads_them(axis, along, spread, rng):
    x = rng.normal(size=(8, 3, 4)).astype("float32")
    adapted = layers.Normalization(axis=axis)
    assert adapted.mean is None
    adapted.adapt(x)
    assert adapted.mean.shape == adapted.variance.shape == spread
    np.testing.assert_allclose(adapted.mean, x.mean(along, keepdims=True), atol=1e-6)
    np.testing.assert_allclose(adapted.variance, x.var(along, keepdims=True), atol=1e-6)
    given = layers.Normalization(axis=axis, mean=2.0, variance=[9.0])
    given.build(x.shape)
    assert np.array_equal(given.mean, np.full(spread, 2.0))
    assert given.get_config()["mean"] == (2.0,)
    with pytest.raises(AttributeError, match="make a new layer"):
        given.mean = 3.0
