"""Initializers, regularizers, constraints and activations of a user's own."""

import gc
import weakref

import numpy as np
import pytest

import lamina
from lamina import activations, constraints, initializers, layers, ops, regularizers
from lamina.saving import custom_object_scope, load_model, register_keras_serializable


def halves(shape, dtype=None):
    return ops.full(shape, 0.5, dtype)


def twice(x):
    return x * 2.0


def sum_of_squares(w):
    return ops.sum(ops.square(w))


def at_most_third(w):
    return ops.minimum(w, 1 / 3)


class Scaled(regularizers.Regularizer):
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, x):
        return self.factor * ops.sum(ops.square(x))

    def get_config(self):
        return {"factor": self.factor}


class Filled(initializers.Initializer):
    def __init__(self, value):
        self.value = value

    def __call__(self, shape, dtype=None):
        return np.full(shape, self.value, dtype)

    def get_config(self):
        return {"value": self.value}


class Clipped(constraints.Constraint):
    def __call__(self, w):
        return ops.clip(w, -0.1, 0.1)


def dense(**options):
    layer = layers.Dense(1, use_bias=False, kernel_initializer="ones", **options)
    model = lamina.Sequential([lamina.Input((2,)), layer])
    model.compile(lamina.optimizers.SGD(0.1), "mse")
    return model, layer


def test_an_initializer_is_used():
    for initializer in (halves, Filled(0.5), lambda shape, dtype=None: np.full(shape, 0.5)):
        layer = layers.Dense(3, kernel_initializer=initializer)
        layer.build((None, 2))
        assert (layer.kernel.numpy() == 0.5).all()
        assert layer.kernel.dtype == "float32"
        assert layer.kernel_initializer is initializer


def test_an_initializer_of_another_shape_is_refused():
    layer = layers.Dense(3, kernel_initializer=lambda shape, dtype=None: np.zeros(4))
    with pytest.raises(ValueError, match=r"\(4\), expected \(2, 3\)|\(4,\), expected \(2, 3\)"):
        layer.build((None, 2))


def test_an_activation_is_applied_and_differentiated():
    for activation in (twice, lambda x: x * 2.0, layers.Rescaling(2.0)):
        model, layer = dense(activation=activation)
        assert model.predict([[1.0, 2.0]], verbose=0)[0, 0] == 6
        # d/dw (2 w x - 0)^2 = 2 * 6 * 2 * x
        model.train_on_batch([[1.0, 2.0]], [[0.0]])
        assert np.allclose(layer.kernel.numpy()[:, 0], [1 - 2.4, 1 - 4.8])


def test_an_activation_with_weights_is_refused():
    with pytest.raises(ValueError, match="weights of its own"):
        dense(activation=layers.PReLU())[0].predict([[1.0, 2.0]], verbose=0)


def test_a_regularizer_counts_with_its_gradient():
    for regularizer in (sum_of_squares, Scaled(1.0), lambda w: ops.sum(w * w)):
        model, layer = dense(kernel_regularizer=regularizer)
        assert layer.losses[0].item() == 2
        # The data's gradient is 0: predictions are right.
        assert model.train_on_batch([[1.0, 2.0]], [[3.0]]) == pytest.approx(2)
        assert np.allclose(layer.kernel.numpy(), 1 - 0.1 * 2)
        assert regularizers.get(layer.get_config()["kernel_regularizer"]) is not None


def test_a_regularizer_that_gives_no_number_is_refused():
    _, layer = dense(kernel_regularizer=lambda w: w)
    with pytest.raises(ValueError, match="expected one number"):
        _ = layer.losses


def test_an_activity_regularizer():
    model, _ = dense(activity_regularizer=lambda x: ops.sum(x))
    assert model.evaluate([[1.0, 2.0], [1.0, 2.0]], [[3.0], [3.0]], verbose=0) == pytest.approx(3)


def test_a_constraint_is_applied_after_every_step():
    for constraint, limit in ((at_most_third, 1 / 3), (Clipped(), 0.1), (lambda w: w * 0.0, 0.0)):
        model, layer = dense(kernel_constraint=constraint)
        model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=2, verbose=0)
        assert layer.kernel.numpy().max() <= np.float32(limit)


@pytest.mark.parametrize(
    "make",
    [
        lambda **o: layers.Conv1D(2, 2, **o),
        lambda **o: layers.LSTM(2, **o),
        lambda **o: layers.GRU(2, **o),
        lambda **o: layers.SimpleRNN(2, **o),
        lambda **o: layers.Bidirectional(layers.LSTM(2, **o)),
        lambda **o: layers.TimeDistributed(layers.Dense(2, **o)),
        lambda **o: layers.SeparableConv1D(2, 2, activation=o["activation"]),
        lambda **o: layers.Conv1DTranspose(2, 2, **o),
    ],
)
def test_every_kind_of_layer_takes_them(make):
    layer = make(
        activation=twice,
        kernel_initializer=halves,
        kernel_regularizer=sum_of_squares,
        kernel_constraint=at_most_third,
    )
    model = lamina.Sequential([lamina.Input((4, 3)), layer, layers.Flatten(), layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(np.ones((2, 4, 3)), np.ones((2, 1)), epochs=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    names = {"twice": twice, "halves": halves, "sum_of_squares": sum_of_squares}
    copy = load_model(model.save_to_bytes(), {**names, "at_most_third": at_most_third})
    x = np.linspace(0, 1, 24).reshape(2, 4, 3)
    assert np.array_equal(copy.predict(x, verbose=0), model.predict(x, verbose=0))


def test_a_name_as_lamina_has_is_not_mistaken_for_its_own():
    def relu(x):
        return x * 0.0 + 7.0

    layer = layers.Dense(2, activation=relu)
    assert (layer([[1.0]]).numpy() == 7).all()
    model = lamina.Sequential([lamina.Input((1,)), layer])
    with pytest.raises(ValueError, match="name of lamina's own relu"):
        model.save_to_bytes()


def test_a_lambda_cannot_be_saved():
    model, _ = dense(activation=lambda x: x)
    with pytest.raises(ValueError, match=r"no file can hold it.*register"):
        model.save_to_bytes()


def test_registered_pieces_load_by_themselves():
    @register_keras_serializable(package="pieces")
    class Registered(regularizers.Regularizer):
        def __init__(self, factor=2.0):
            self.factor = factor

        def __call__(self, x):
            return ops.sum(x) * self.factor

        def get_config(self):
            return {"factor": self.factor}

    @register_keras_serializable(package="pieces", name="thrice")
    def times_three(x):
        return x * 3.0

    model, layer = dense(activation=times_three, kernel_regularizer=Registered(3.0))
    assert layer.get_config()["kernel_regularizer"] == {
        "class_name": "pieces>Registered",
        "config": {"factor": 3.0},
    }
    copy = load_model(model.save_to_bytes())
    assert copy.layers[0].activation is times_three
    assert copy.layers[0].kernel_regularizer.factor == 3
    assert copy.losses[0].item() == 6


def test_unregistered_pieces_need_custom_objects():
    model, _ = dense(activation=twice, kernel_regularizer=Scaled(3.0))
    held = model.save_to_bytes()
    with pytest.raises(ValueError, match="custom_objects"):
        load_model(held)
    copy = load_model(held, custom_objects={"twice": twice, "Scaled": Scaled})
    assert copy.losses[0].item() == 6
    with custom_object_scope({"twice": twice, "Scaled": Scaled}):
        assert load_model(held).layers[0].activation is twice
        assert layers.Dense(1, activation="twice").activation is twice


def test_a_class_that_does_not_tell_its_arguments_cannot_be_saved():
    class Silent(constraints.Constraint):
        def __init__(self, limit):
            self.limit = limit

        def __call__(self, w):
            return w

    model, _ = dense(kernel_constraint=Silent(1))
    with pytest.raises(NotImplementedError, match="Silent takes limit"):
        model.save_to_bytes()

    class Unselfish(constraints.Constraint):
        def __init__(this, limit):
            this.limit = limit

        def __call__(this, w):
            return w

        def get_config(this):
            return {"limit": this.limit}

    dense(kernel_constraint=Unselfish(1))[0].save_to_bytes()


def test_own_layers_take_them_too():
    class Scale(lamina.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(
                shape=(1,),
                initializer=halves,
                regularizer=sum_of_squares,
                constraint=at_most_third,
                name="w",
            )

        def call(self, inputs):
            return inputs * self.w

    layer = Scale()
    model = lamina.Sequential([lamina.Input((1,)), layer])
    model.compile("sgd", "mse")
    assert layer.w.numpy()[0] == 0.5
    assert model.evaluate([[1.0]], [[0.5]], verbose=0) == 0.25
    model.fit([[1.0]], [[1.0]], verbose=0)
    assert layer.w.numpy()[0] <= np.float32(1 / 3)


def test_a_piece_goes_with_its_layer():
    class Piece:
        def __call__(self, w):
            return ops.sum(w)

    piece = Piece()
    gone = weakref.ref(piece)
    layer = layers.Dense(1, kernel_regularizer=piece)
    del piece
    gc.collect()
    assert gone() is not None
    del layer
    gc.collect()
    assert gone() is None


def test_classes_made_in_the_style_of_lamina_own():
    class Narrow(initializers.RandomUniform):
        def __call__(self, shape, dtype=None):
            return super().__call__(shape, dtype) * 0.0

    layer = layers.Dense(2, kernel_initializer=Narrow(-1, 1))
    layer.build((None, 3))
    assert not layer.kernel.numpy().any()


def test_constants_of_arrays():
    values = np.arange(6, dtype="float32").reshape(2, 3)
    for given in (initializers.Constant(values), initializers.get(values)):
        layer = layers.Dense(3, kernel_initializer=given)
        layer.build((None, 2))
        assert np.array_equal(layer.kernel.numpy(), values)
    model = lamina.Sequential([lamina.Input((2,)), layer])
    copy = load_model(model.save_to_bytes())
    assert np.array_equal(copy.layers[0].kernel_initializer.value, values)
    again = initializers.deserialize(initializers.serialize(given))
    assert np.array_equal(again((2, 3)).numpy(), values)


def test_fans_of_chosen_axes():
    # limit sqrt(3 * 1 / 8): fan_in is 2 * 4.
    drawn = initializers.LecunUniform(1, input_axes=[0, 2], output_axes=[1])((2, 1000, 4)).numpy()
    assert abs(drawn).max() == pytest.approx((3 / 8) ** 0.5, rel=1e-2)


def test_options_are_attributes_that_stay():
    assert regularizers.L1L2(0.1, 0.2).l1 == 0.1
    assert initializers.RandomNormal(mean=1.0).mean == 1.0
    maximum = constraints.MaxNorm(3.0)
    assert maximum.max_value == 3.0
    with pytest.raises(AttributeError, match="make a new one"):
        maximum.max_value = 4.0


@pytest.mark.parametrize("module", [initializers, regularizers, constraints])
def test_get_of_nothing_is_nothing(module):
    assert module.get(None) is None


def test_get_of_functions_and_forms():
    assert activations.get(None) is activations.linear
    assert activations.get(twice) is twice
    assert activations.deserialize("twice", {"twice": twice}) is twice
    assert activations.deserialize(activations.serialize(twice), {"twice": twice}) is twice
    assert regularizers.get("l1_l2") == regularizers.L1L2()
    form = regularizers.serialize(Scaled(2.0))
    assert form["config"] == {"factor": 2.0}
    assert regularizers.deserialize(form, {"Scaled": Scaled}).factor == 2


def test_a_lambda_layer_of_a_named_function():
    def scaled(x, factor, training=None):
        return x * factor * (10.0 if training else 1.0)

    layer = layers.Lambda(scaled, output_shape=(2,), arguments={"factor": 3.0})
    model = lamina.Sequential([lamina.Input((2,)), layer])
    assert model.predict([[1.0, 2.0]], verbose=0).tolist() == [[3, 6]]
    assert model(np.ones((1, 2)), training=True).numpy().tolist() == [[30, 30]]
    copy = load_model(model.save_to_bytes(), {"scaled": scaled})
    assert copy.predict([[1.0, 2.0]], verbose=0).tolist() == [[3, 6]]
    with pytest.raises(ValueError, match="custom_objects"):
        load_model(model.save_to_bytes())


def test_a_lambda_layer_of_a_lambda():
    model = lamina.Sequential([lamina.Input((2,)), layers.Lambda(lambda x: x * 2.0)])
    with pytest.raises(ValueError, match="no file can hold it"):
        model.save_to_bytes()
    clone = lamina.models.clone_model(model)
    assert clone.predict([[1.0, 2.0]], verbose=0).tolist() == [[2, 4]]


def test_functions_of_lamina_stay_its_own():
    for function in (activations.relu, ops.relu, activations.swish, ops.tanh):
        layer = layers.Dense(2, activation=function)
        assert isinstance(layer.get_config()["activation"], str)
        assert layer.activation is activations.get(layer.get_config()["activation"])
    assert layers.LSTM(2, activation=ops.tanh).get_config()["activation"] == "tanh"


def test_activity_regularizers_are_read_back():
    layer = layers.Dense(2, activity_regularizer="l2")
    assert layer.activity_regularizer == regularizers.L2()
    with pytest.raises(AttributeError, match="takes no activity_regularizer"):
        layers.Flatten().activity_regularizer = "l2"
