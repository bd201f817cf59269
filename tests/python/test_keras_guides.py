"""What Keras's guides do with layers, models and callbacks of one's own."""

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Model, Sequential, layers, ops

X = np.random.default_rng(1).standard_normal((8, 4)).astype("float32")


def test_compute_mask_of_an_array():
    mask = layers.Embedding(10, 4, mask_zero=True).compute_mask(np.array([[3, 0], [1, 2]]))
    assert mask.numpy().tolist() == [[True, False], [True, True]]


def test_a_call_that_needs_its_mask_stands_in_graphs():
    class TemporalSoftmax(layers.Layer):
        supports_masking = True

        def call(self, inputs, mask=None):
            assert mask is not None
            counted = ops.exp(inputs) * ops.expand_dims(ops.cast(mask, "float32"), -1)
            return counted / ops.sum(counted, axis=1, keepdims=True)

    words = Input((None,), dtype="int32")
    x = Dense(1)(layers.Embedding(10, 4, mask_zero=True)(words))
    model = Model(words, TemporalSoftmax()(x))
    shares = model(np.array([[1, 2, 0], [3, 4, 5]])).numpy()
    assert shares[0, 2] == 0
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-6)


def test_an_error_of_a_call_with_a_mask_is_its_own():
    class Broken(layers.Layer):
        def call(self, inputs, mask=None):
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        Broken()(Input((3, 4)))


def test_layers_without_weights_are_first_called_with_the_batch():
    class Pairs(layers.Layer):
        def call(self, inputs):
            assert inputs.shape[0] == 8
            return ops.take(inputs, np.array([7, 0]), axis=0)

    np.testing.assert_array_equal(Pairs()(X).numpy(), X[[7, 0]])


def test_predict_shows_callbacks_its_outputs():
    class Watch(lamina.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.seen = []

        def on_predict_batch_end(self, batch, logs=None):
            self.seen.append(logs["outputs"].numpy())

    model = Sequential([Input((4,)), Dense(2)])
    watch = Watch()
    predicted = model.predict(X, batch_size=3, verbose=0, callbacks=[watch])
    assert [len(part) for part in watch.seen] == [3, 3, 2]
    np.testing.assert_array_equal(np.concatenate(watch.seen), predicted)


def test_outputs_without_a_loss_need_no_y():
    inputs = Input((4,))
    hidden = Dense(3, activation="tanh")(inputs)
    model = Model(inputs, [Dense(1, name="first")(hidden), hidden])
    model.compile("sgd", ["mse", None], metrics=[["mae"], None])
    history = model.fit(X, X[:, :1], epochs=2, verbose=0).history
    assert history["loss"][1] < history["loss"][0]
    model.compile("sgd", [None, "mse"])
    model.fit(X, X[:, :3], verbose=0)
    with pytest.raises(ValueError, match="list of 3, expected 2 arrays"):
        model.fit(X, [X, X, X], verbose=0)


class Twins(Model):
    """Two nets of one name, as a net and its running mean."""

    def __init__(self):
        super().__init__()
        self.net = Sequential([Input((4,)), Dense(2, name="out")], name="net")
        self.mean = lamina.models.clone_model(self.net)

    def call(self, inputs):
        return self.net(inputs) + self.mean(inputs)


def test_two_layers_of_one_name_are_told_apart_by_their_attributes(tmp_path):
    model = Twins()
    expected = model(X).numpy()
    assert model.mean.name == "net"
    assert len(model.weights) == 4
    model.save_weights(tmp_path / "twins.lamina")
    other = Twins()
    other(X)
    other.load_weights(tmp_path / "twins.lamina")
    np.testing.assert_array_equal(other(X).numpy(), expected)
