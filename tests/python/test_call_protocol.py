"""Layers and models of one's own: arguments, structures, masks, training flags, what they hold."""

import warnings

import numpy as np
import pytest

import lamina
from lamina import Input, Model, Sequential, layers, ops


def tensor(*values):
    return lamina.Tensor(np.array(values, "f4"))


@lamina.saving.register_serializable("protocol")
class Weighted(lamina.Layer):
    """a + factor * b, and what they differ by."""

    def call(self, a, b=None, *, factor=1.0):
        b = a if b is None else b
        return {"sum": a + b * factor, "parts": [a - b, a]}


@lamina.saving.register_serializable("protocol")
class Scale(lamina.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {"factor": self.factor}


def test_arguments_by_position_and_keyword_and_a_nested_result():
    layer, a, b = Weighted(), tensor(1.0, 2.0), tensor(10.0, 20.0)
    for result in (layer(a, b, factor=2.0), layer(a, b=b, factor=2.0), layer(a=a, b=b, factor=2.0)):
        assert result["sum"].numpy().tolist() == [21.0, 42.0]
        assert [part.numpy().tolist() for part in result["parts"]] == [[-9.0, -18.0], [1.0, 2.0]]
    assert layer(a)["sum"].numpy().tolist() == [2.0, 4.0]


def test_a_graph_keeps_arguments_and_structures_and_so_does_its_file():
    a, b = Input((2,), name="a"), Input((2,), name="b")
    result = Weighted()(a, b, factor=3.0)
    assert set(result) == {"sum", "parts"}
    model = Model([a, b], {"sum": result["sum"], "first": result["parts"][1]})
    x = [np.array([[1.0, 2.0]], "f4"), np.array([[10.0, 20.0]], "f4")]
    for each in (model, lamina.models.load_model(model.save_to_bytes())):
        got = each.predict(x, verbose=0)
        assert got["sum"].tolist() == [[31.0, 62.0]]
        assert got["first"].tolist() == [[1.0, 2.0]]


def test_a_graph_refuses_arguments_that_no_file_holds():
    with pytest.raises(TypeError, match="numbers, strings and None"):
        Weighted()(Input((2,)), factor=lambda: 1)


def test_nested_inputs_and_outputs_of_a_functional_model():
    a, b, c = (Input((1,), name=name) for name in "abc")
    model = Model({"pair": [a, b], "one": c}, [a + b, {"all": a + b + c}])
    model.compile("sgd", "mse")
    ones = np.ones((4, 1), "f4")
    data = {"pair": [ones, 2 * ones], "one": 3 * ones}
    for each in (model, lamina.models.load_model(model.save_to_bytes())):
        first, second = each.predict(data, verbose=0)
        assert first[0, 0] == 3
        assert second["all"][0, 0] == 6
    assert model(data)[1]["all"].numpy()[0, 0] == 6
    assert model.evaluate(data, [3 * ones, {"all": 6 * ones}], verbose=0)[0] == 0
    with pytest.raises(ValueError, match="expected a dictionary with the keys pair, one"):
        model.predict({"pair": [ones, ones]}, verbose=0)


class Branches(Model):
    def __init__(self):
        super().__init__()
        self.left, self.right = layers.Dense(1), layers.Dense(2)

    def call(self, inputs):
        both = inputs["x"] + inputs["y"]
        return {"score": self.left(both), "kind": self.right(both)}


def test_a_model_of_ones_own_takes_and_gives_dictionaries():
    model = Branches()
    model.compile("adam", {"score": "mse", "kind": "mse"})
    x = {name: np.ones((8, 3), "f4") for name in "xy"}
    y = {"kind": np.zeros((8, 2), "f4"), "score": np.ones((8, 1), "f4")}
    history = model.fit(x, y, epochs=3, verbose=0).history
    assert set(history) == {"loss", "score_loss", "kind_loss"}
    assert history["loss"][-1] < history["loss"][0]
    got = model.predict(x, verbose=0)
    assert {name: array.shape for name, array in got.items()} == {"score": (8, 1), "kind": (8, 2)}


def test_build_sees_the_shapes_of_the_arguments():
    seen = {}

    class Both(lamina.Layer):
        def build(self, a_shape, b_shape):
            seen.update(a=a_shape, b=b_shape)

        def call(self, a, b):
            return a

    Both()(np.zeros((2, 3), "f4"), np.zeros((2, 5), "f4"))
    assert seen == {"a": (None, 3), "b": (None, 5)}


class Block(lamina.Layer):
    def __init__(self, inner, told=None):
        super().__init__()
        self.inner, self.told = inner, told

    def call(self, x):
        return self.inner(x) if self.told is None else self.inner(x, training=self.told)


@pytest.mark.parametrize("nested", [False, True])
def test_the_training_flag_reaches_layers_within(nested):
    drop = layers.Dropout(0.9)
    block = Block(Sequential([drop]) if nested else drop)
    x = np.ones((4, 1000), "f4")
    model = Sequential([block])
    assert (model(x, training=True).numpy() == 0).mean() > 0.5
    assert (model(x).numpy() == 1).all()
    assert (block(x, training=True).numpy() == 0).mean() > 0.5


def test_an_author_may_say_otherwise():
    x = np.ones((4, 1000), "f4")
    assert (Block(layers.Dropout(0.9), told=False)(x, training=True).numpy() == 1).all()
    assert (Block(layers.Dropout(0.9), told=True)(x).numpy() == 0).mean() > 0.5


def test_fit_trains_batch_normalization_within_a_layer_of_ones_own():
    norm = layers.BatchNormalization()
    model = Sequential([Input((2,)), Block(norm)])
    model.compile("sgd", "mse")
    x = np.full((8, 2), 5.0, "f4")
    model.fit(x, x, verbose=0)
    assert (norm.moving_mean.numpy() > 0).all()


def test_training_written_into_a_graph_is_kept():
    a = Input((1000,))
    drop = layers.Dropout(0.9)
    model = Model(a, [drop(a, training=True), drop(a, training=False), drop(a)])
    x = np.ones((2, 1000), "f4")
    for each in (model, lamina.models.load_model(model.save_to_bytes())):
        kept, off, free = each(x)
        assert (kept.numpy() == 0).mean() > 0.5
        assert (off.numpy() == 1).all()
        assert (free.numpy() == 1).all()
        assert (each(x, training=True)[2].numpy() == 0).mean() > 0.5
        assert (each(x, training=True)[1].numpy() == 1).all()


def test_masks_reach_call_and_pass_on():
    seen = []

    class Sees(lamina.Layer):
        supports_masking = True

        def call(self, x, mask=None):
            seen.append(None if mask is None else mask.numpy().tolist())
            return x

    x = lamina.Tensor(np.ones((1, 3, 2), "f4"))
    mask = np.array([[True, True, False]])
    layer = Sees()
    layer(x)
    seen.clear()
    assert layer(x.with_mask(lamina.Tensor(mask))).mask.numpy().tolist() == mask.tolist()
    layer(x, mask=lamina.Tensor(mask))
    assert seen == [mask.tolist()] * 2
    dense = layers.Dense(1)
    assert dense(x, mask=mask).mask.numpy().tolist() == mask.tolist()
    assert dense(x).mask is None


def test_compute_mask_of_ones_own():
    class Shorter(lamina.Layer):
        def call(self, x):
            return x[:, 1:]

        def compute_mask(self, inputs, previous_mask):
            return None if previous_mask is None else previous_mask[:, 1:]

    x = lamina.Tensor(np.ones((1, 3, 2), "f4")).with_mask(lamina.Tensor(np.array([[1, 0, 1]])) > 0)
    assert Shorter()(x).mask.numpy().tolist() == [[False, True]]


def test_compute_mask_of_ones_own_begins_a_mask():
    # Keras's guide to masking: an embedding whose inputs have none.
    class Embedding(lamina.Layer):
        def call(self, inputs):
            return ops.one_hot(inputs, 3)

        def compute_mask(self, inputs, mask=None):
            return ops.not_equal(inputs, 0)

    class Halves(lamina.Layer):
        def call(self, inputs):
            return {"first": inputs[:, :2], "second": inputs[:, 2:]}

        def compute_mask(self, inputs, mask=None):
            return [inputs[:, :2] > 0, None]

    ids = np.array([[1, 2, 0, 0], [2, 1, 1, 0]])
    rows = Embedding()(ids)
    assert rows.mask.numpy().tolist() == (ids > 0).tolist()
    halves = Halves()(lamina.Tensor(ids))
    assert halves["first"].mask.numpy().tolist() == (ids > 0)[:, :2].tolist()
    assert halves["second"].mask is None

    model = Sequential([Input((4,), dtype="int32"), Embedding(), layers.LSTM(2)])
    plain = layers.LSTM(2)
    plain.build((None, 4, 3))
    plain.set_weights(model.get_weights())
    expected = plain(np.eye(3, dtype="f4")[ids], mask=ids > 0).numpy()
    assert np.array_equal(model(ids), expected)
    assert np.array_equal(model.predict(ids, verbose=0), expected)


def test_a_layer_that_begins_no_mask_gives_none():
    class Silent(lamina.Layer):
        def call(self, inputs):
            return inputs

        def compute_mask(self, inputs, mask=None):
            return inputs > 0

    silent = Silent()
    silent.supports_masking = False
    assert silent(np.ones((1, 3), "f4")).mask is None
    x = lamina.Tensor(np.ones((1, 3, 2), "f4")).with_mask(lamina.Tensor(np.array([[1, 0, 1]])) > 0)
    with pytest.warns(UserWarning, match="does not support"):
        assert layers.Lambda(ops.abs)(x).mask is None


def test_a_layer_that_does_not_support_masks_says_so():
    class Plain(lamina.Layer):
        def call(self, x):
            return x * 1.0

    x = lamina.Tensor(np.ones((1, 3, 2), "f4")).with_mask(lamina.Tensor(np.array([[1, 0, 1]])) > 0)
    with pytest.warns(UserWarning, match="does not support"):
        assert Plain()(x).mask is None


def fits(model, x, y):
    model.compile("sgd", "mse")
    model.fit(x, y, verbose=0)


def test_a_variable_in_an_attribute_is_a_weight():
    class Held(lamina.Layer):
        def __init__(self):
            super().__init__()
            self.w = lamina.Variable(np.ones((2, 1), "f4"), name="w")

        def call(self, inputs):
            return inputs @ self.w

    layer = Held()
    model = Sequential([Input((2,)), layer])
    fits(model, np.ones((4, 2), "f4"), np.zeros((4, 1), "f4"))
    assert not np.array_equal(layer.w.numpy(), np.ones((2, 1)))
    assert [weight.path for weight in model.weights] == ["held/w"]
    layer.trainable = False
    assert model.trainable_weights == []


def test_layers_that_come_and_go_are_seen():
    class Stack(Model):
        def __init__(self):
            super().__init__()
            self.parts = [layers.Dense(2)]

        def call(self, inputs):
            for part in self.parts:
                inputs = part(inputs)
            return inputs

    model, x = Stack(), np.ones((4, 2), "f4")
    model(x)
    assert len(model.weights) == 2
    model.parts.append(layers.Dense(2))
    model(x)
    assert len(model.weights) == 4
    before = model.parts[1].kernel.numpy().copy()
    fits(model, x, x * 3)
    assert not np.array_equal(before, model.parts[1].kernel.numpy())
    model.parts.pop()
    assert len(model.weights) == 2


def test_a_layer_made_in_call_trains():
    class Late(Model):
        def call(self, inputs):
            if "late" not in vars(self):
                self.late = layers.Dense(1)
            return self.late(inputs)

    model = Late()
    fits(model, np.ones((4, 2), "f4"), np.ones((4, 1), "f4"))
    assert len(model.weights) == 2
    assert model.layers == [model.late]


def test_a_frozen_model_freezes_what_it_holds_later():
    model = Branches()
    model.trainable = False
    x = {name: np.ones((8, 3), "f4") for name in "xy"}
    model.compile("sgd", "mse")
    model.predict(x, verbose=0)
    assert len(model.weights) == 4
    assert model.trainable_weights == []


def test_a_layer_without_a_name_in_its_configuration_loads():
    i = Input((3,))
    model = Model(i, Scale(3.0)(i))
    x = np.ones((2, 3), "f4")
    assert (
        lamina.models.load_model(model.save_to_bytes()).predict(x, verbose=0).tolist()
        == [[3.0] * 3] * 2
    )


def test_add_weight_in_init():
    class Early(lamina.Layer):
        def __init__(self):
            super().__init__()
            self.gain = self.add_weight(shape=(), initializer="ones", name="gain")

        def call(self, x):
            return x * self.gain

    layer = Early()
    assert len(layer.weights) == 1
    assert layer(np.ones((2, 2), "f4")).numpy().sum() == 4
    assert [weight.name for weight in layer.weights] == ["gain"]


def test_unknown_extents_are_told_apart():
    class Halves(lamina.Layer):
        def call(self, x):
            return x[:, ::2]

    a = Input((None, 4))
    assert Halves()(a).shape == (None, None, 4)


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda x: 1.0 - x, (None, 3, 4)),
        (lambda x: x[:, 0], (None, 4)),
        (lambda x: x[:, -2:, 1], (None, 2)),
        (lambda x: ops.mean(x, axis=1), (None, 4)),
        (lambda x: ops.concatenate([x, x * 2], axis=-1), (None, 3, 8)),
        (lambda x: x @ np.ones((4, 2), "f4"), (None, 3, 2)),
        (lambda x: ops.where(x > 0, x, 0.0), (None, 3, 4)),
        (lambda x: lamina.activations.gelu(x), (None, 3, 4)),
        (lambda x: ops.reshape(x, (-1, 12)), (None, 12)),
        (lambda x: ops.transpose(x, (0, 2, 1)), (None, 4, 3)),
        (lambda x: x**2 / (1 + abs(x)), (None, 3, 4)),
    ],
)
def test_operations_on_symbolic_tensors(make, shape):
    a = Input((3, 4))
    b = make(a)
    assert b.shape == shape
    model = Model(a, b)
    x = np.random.default_rng(0).standard_normal((5, 3, 4)).astype("f4")
    expected = make(lamina.Tensor(x)).numpy()
    for each in (model, lamina.models.load_model(model.save_to_bytes())):
        assert np.array_equal(each.predict(x, verbose=0), expected)


def test_operations_in_a_graph_train():
    a = Input((2,))
    model = Model(a, ops.sum(layers.Dense(3)(a) * 2.0, axis=-1, keepdims=True))
    model.compile("sgd", "mse")
    x = np.ones((8, 2), "f4")
    history = model.fit(x, x[:, :1], epochs=5, verbose=0).history["loss"]
    assert history[-1] < history[0]


def test_layers_say_what_keras_layers_do():
    dense = layers.Dense(2, name="d")
    assert (dense.path, dense.dtype, dense.compute_dtype) == ("d", "float32", "float32")
    assert dense.supports_masking
    assert dense.losses == []
    assert dense.metrics == []
    inner = Sequential([Input((2,)), layers.Dense(1, name="deep")], name="inner")
    Sequential([inner])
    assert inner.layers[0].path == "inner/deep"


def test_no_warning_without_a_mask():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layers.Flatten()(np.ones((1, 2, 2), "f4"))
