"""Steps of a model's own: what is overridden is called, the rest stays built in."""

import numpy as np
import pytest

import lamina
from lamina import Input, Model, Sequential, ops
from lamina.layers import Dense
from lamina.utils import pack_x_y_sample_weight, unpack_x_y_sample_weight

X = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
Y = X.sum(1, keepdims=True) + 1


def by_hand(self, data):
    """Keras's guide writes a step of training so, with PyTorch below it."""
    x, y, sample_weight = unpack_x_y_sample_weight(data)
    y_pred = self(x, training=True)
    loss = self.compute_loss(y=y, y_pred=y_pred, sample_weight=sample_weight)
    self.zero_grad()
    loss.backward()
    weights = list(self.trainable_weights)
    self.optimizer.apply([weight.value.grad for weight in weights], weights)
    for metric in self.metrics:
        if metric.name == "loss":
            metric.update_state(ops.reshape(loss, (1,)), sample_weight=[len(x)])
        else:
            metric.update_state(y, y_pred)
    return {metric.name: metric.result() for metric in self.metrics}


class Net(Model):
    def __init__(self):
        super().__init__(name="net")  # random numbers go by names
        self.hidden = Dense(4, activation="tanh", kernel_regularizer="l2", name="hidden")
        self.out = Dense(1, activity_regularizer="l2", name="out")

    def call(self, inputs):
        return self.out(self.hidden(inputs))


class OwnStep(Net):
    train_step = by_hand


class OwnGraph(Model):
    train_step = by_hand


def graph(cls):
    inputs = Input((3,))
    hidden = Dense(4, activation="tanh", kernel_regularizer="l2", name="hidden")(inputs)
    return cls(inputs, Dense(1, activity_regularizer="l2", name="out")(hidden), name="net")


def trained(make, **options):
    lamina.utils.set_random_seed(3)
    model = make()
    model.compile(lamina.optimizers.Adam(0.05), "mse", metrics=["mae"])
    history = model.fit(X, Y, epochs=3, batch_size=6, verbose=0, **options).history
    return history, model.get_weights()


def test_compute_loss_may_lack_training():
    class Twice(Net):  # as before Keras 3.6
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
            return super().compute_loss(x, y, y_pred, sample_weight) * 2

    expected, _ = trained(Net, shuffle=False)
    got, _ = trained(Twice, shuffle=False)
    assert got["loss"][0] > 1.5 * expected["loss"][0]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("built_in", "own"), [(Net, OwnStep), (lambda: graph(Model), lambda: graph(OwnGraph))]
)
def test_a_step_by_hand_does_what_the_built_in_one_does(built_in, own, weighted):
    options = {"sample_weight": np.arange(20) % 3} if weighted else {}
    expected, weights = trained(built_in, **options)
    got, own_weights = trained(own, **options)
    assert got.keys() == expected.keys()
    for name, course in expected.items():
        np.testing.assert_allclose(got[name], course, rtol=1e-6)
    for weight, own_weight in zip(weights, own_weights, strict=True):
        np.testing.assert_allclose(own_weight, weight, rtol=1e-5, atol=1e-6)


def test_what_a_step_gets_and_what_its_values_become():
    seen = []

    class Watch(Net):
        def train_step(self, data):
            seen.append(tuple(part.shape for part in data))
            return {"count": len(seen), "parts": {"a": lamina.ops.ones(()), "b": np.float32(2)}}

    model = Watch()
    model.compile("sgd")
    assert model.fit(X, batch_size=10, verbose=0).history == {"count": [2], "a": [1], "b": [2]}
    assert model.fit(X, Y, batch_size=20, verbose=0).history["count"] == [3]
    model.fit(X, Y, sample_weight=np.ones(20), batch_size=20, verbose=0)
    assert seen == [
        ((10, 3),),
        ((10, 3),),
        ((20, 3), (20, 1)),
        ((20, 3), (20, 1), (20,)),
    ]
    assert model.train_on_batch(X, Y, return_dict=True) == {"count": 5.0, "a": 1.0, "b": 2.0}
    batches = [(X[:5], Y[:5]), (X[5:], Y[5:])]
    assert model.fit(batches, verbose=0).history["count"] == [7]


def test_inputs_and_outputs_in_dictionaries_keep_their_form():
    seen = []

    class Watch(Model):
        def train_step(self, data):
            x, y = data
            seen.append((sorted(x), sorted(y)))
            y_pred = self(x, training=True)
            return {"loss": self.compute_loss(x, y, y_pred)}

    a, b = Input((3,), name="a"), Input((2,), name="b")
    model = Watch({"a": a, "b": b}, {"p": Dense(1)(a), "q": Dense(2)(b)})
    model.compile("sgd", {"p": "mse", "q": "mae"})
    model.fit({"a": X, "b": X[:, :2]}, {"p": Y, "q": X[:, 1:]}, verbose=0)
    assert seen == [(["a", "b"], ["p", "q"])]


def test_own_parts_of_the_built_in_step():
    class Own(Net):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return super().compute_loss(x, y, y_pred, sample_weight, training) * 2

        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            return {**super().compute_metrics(x, y, y_pred, sample_weight), "more": 7.0}

    lamina.utils.set_random_seed(3)
    plain = Net()
    plain.compile("sgd", "mse", metrics=["mae"])
    expected = plain.evaluate(X, Y, verbose=0, return_dict=True)
    lamina.utils.set_random_seed(3)
    own = Own()
    own.compile("sgd", "mse", metrics=["mae"])
    got = own.evaluate(X, Y, verbose=0, return_dict=True)
    assert got == {"loss": 2 * expected["loss"], "mae": expected["mae"], "more": 7.0}
    assert "val_more" in own.fit(X, Y, validation_split=0.2, verbose=0).history


def test_test_step_and_super():
    class Own(Net):
        def train_step(self, data):
            return {**super().train_step(data), "trained": 1}

        def test_step(self, data):
            return {**super().test_step(data), "tested": 2}

    expected, weights = trained(Net, validation_split=0.2)
    got, own_weights = trained(Own, validation_split=0.2)
    assert got.pop("trained") == [1, 1, 1]
    assert got.pop("val_tested") == [2, 2, 2]
    assert got == expected
    assert all(np.array_equal(a, b) for a, b in zip(weights, own_weights, strict=True))


def test_predict_step_gives_what_it_likes():
    class Own(Net):
        def predict_step(self, data):
            y = self(data[0])
            return {"mean": y, "both": [y, 2 * y]}

    model = Own()
    got = model.predict(X, batch_size=8, verbose=0)
    np.testing.assert_array_equal(got["both"][1], 2 * got["mean"])
    assert got["mean"].shape == (20, 1)
    assert model.predict_on_batch(X)["both"][0].shape == (20, 1)
    assert graph(type("Own2", (Model,), {"predict_step": Own.predict_step})).predict(X, verbose=0)[
        "mean"
    ].shape == (20, 1)


def test_a_step_given_to_one_object_is_called():
    model = Net()
    model.compile("sgd", "mse")
    model.train_step = lambda data: {"mine": 3}
    assert model.fit(X, Y, verbose=0).history == {"mine": [3.0]}
    del model.train_step
    assert list(model.fit(X, Y, verbose=0).history) == ["loss"]


def test_metrics_of_attributes_are_reset_and_shown():
    class Own(Net):
        def __init__(self):
            super().__init__()
            self.seen = lamina.metrics.Sum(name="seen")

        def call(self, inputs):
            self.seen.update_state(ops.ones((len(inputs),)))
            return super().call(inputs)

    model = Own()
    model.compile("sgd", "mse", metrics=["mae"])
    assert model.metrics_names == ["loss", "mae", "seen"]
    model(X)
    history = model.fit(X, Y, epochs=2, verbose=0).history
    assert history["seen"] == [20, 20]


def test_own_results_and_resets_are_asked_for():
    resets = []

    class Own(Model):
        def reset_metrics(self):
            resets.append(True)
            super().reset_metrics()

        def get_metrics_result(self):
            return {**super().get_metrics_result(), "more": 7.0}

    i = Input((2,))
    x, y = np.ones((4, 2)), np.ones((4, 1))
    plain = Model(i, Dense(1, kernel_initializer="ones")(i))
    own = Own(i, Dense(1, kernel_initializer="ones")(i))
    histories = []
    for model in (plain, own):
        model.compile("sgd", "mse", metrics=["mae"])
        options = {"epochs": 2, "batch_size": 2, "verbose": 0, "validation_data": (x, y)}
        histories.append(model.fit(x, y, **options).history)
    assert histories[1].pop("more") == histories[1].pop("val_more") == [7.0, 7.0]
    assert histories[0] == histories[1]
    assert len(resets) == 4  # for each epoch and each validation, as in Keras


@pytest.mark.parametrize("name", ["trainable_variables", "trainable_weights"])
def test_telling_weights_apart_by_a_property_is_refused(name):
    def weights(self):
        return self.weights[:1]

    frozen = type("Frozen", (Model,), {name: property(weights)})
    i = Input((2,))
    model = frozen(i, Dense(1)(i))
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match=rf"Frozen overrides {name}.*trainable=False"):
        model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)


def test_two_optimizers_in_one_step():
    """As Keras's adversarial networks train."""

    class Pair(Model):
        def __init__(self):
            super().__init__()
            self.left, self.right = (Sequential([Input((3,)), Dense(1)]) for _ in range(2))
            self.tracker = lamina.metrics.Mean(name="left_loss")

        @property
        def metrics(self):
            return [self.tracker]

        def compile(self, left, right, loss_fn):
            super().compile()
            self.left_optimizer, self.right_optimizer, self.loss_fn = left, right, loss_fn

        def train_step(self, x):
            x = x[0]
            for net, optimizer in (
                (self.left, self.left_optimizer),
                (self.right, self.right_optimizer),
            ):
                self.zero_grad()
                loss = self.loss_fn(ops.ones((len(x), 1)), net(x))
                loss.backward()
                optimizer.apply([w.grad for w in net.trainable_weights], net.trainable_weights)
            self.tracker.update_state(loss)
            return {"left_loss": self.tracker.result()}

    model = Pair()
    model.compile(
        lamina.optimizers.SGD(0.1), lamina.optimizers.SGD(0.0), lamina.losses.MeanSquaredError()
    )
    before = model.left.get_weights()[0], model.right.get_weights()[0]
    assert list(model.fit(X, epochs=2, verbose=0).history) == ["left_loss"]
    assert not np.array_equal(before[0], model.left.get_weights()[0])
    assert np.array_equal(before[1], model.right.get_weights()[0])


def test_losses_that_layers_add_are_enough():
    model = Sequential([Input((3,)), Dense(1, activity_regularizer="l2")])
    model.compile(lamina.optimizers.Adam(0.1))
    first, *_, last = model.fit(X, epochs=50, verbose=0).history["loss"]
    assert last < first / 10
    assert model.evaluate(X, verbose=0) < first
    plain = Sequential([Input((3,)), Dense(1)])
    plain.compile("sgd")
    with pytest.raises(RuntimeError, match="compiled without a loss, and its layers add none"):
        plain.fit(X, Y, verbose=0)


def test_a_loss_for_some_outputs():
    a = Input((3,))
    model = Model(a, [Dense(1, name="p")(a), Dense(2, name="q")(a)])
    model.compile("sgd", ["mse", None])
    assert list(model.fit(X, [Y, None], verbose=0).history) == ["loss"]


def test_outside_of_a_run_batches_add_up():
    """In a loop of one's own nothing is reset but by reset_metrics."""
    model = Net()
    model.compile("sgd", "mse", metrics=["mae"])
    halves = [(X[:5], Y[:5]), (X[5:], Y[5:])]
    for x, y in halves:
        y_pred = model(x)
        model.compute_loss(y=y, y_pred=y_pred)
        got = model.compute_metrics(x, y, y_pred)
    assert got["mae"] == pytest.approx(float(np.abs(model(X).numpy() - Y).mean()))
    model.reset_metrics()
    for data in halves:
        got = model.test_step(data)
    assert got == pytest.approx(model.evaluate(X, Y, batch_size=20, verbose=0, return_dict=True))


def test_class_weight_of_one_batch():
    model = Sequential([Input((3,)), Dense(2, activation="softmax")])
    model.compile(lamina.optimizers.SGD(0.0), "sparse_categorical_crossentropy")
    labels = np.arange(20) % 2
    plain = model.train_on_batch(X, labels, sample_weight=1 + 2.0 * labels)
    assert model.train_on_batch(X, labels, class_weight={1: 3.0}) == pytest.approx(plain)


def test_what_a_step_may_not_do():
    class Nothing(Net):
        def train_step(self, data):
            pass

    model = Nothing()
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match="train_step of Nothing returned None"):
        model.fit(X, Y, verbose=0)

    class Vector(Net):
        def train_step(self, data):
            return {"loss": [1.0, 2.0]}

    model = Vector()
    model.compile("sgd", "mse")
    with pytest.raises(TypeError, match="gave 'loss' as"):
        model.fit(X, Y, verbose=0)
    with pytest.raises(TypeError, match="make_train_function"):
        type("Bad", (Model,), {"make_train_function": lambda self: None})


def test_a_file_that_loses_the_steps_says_so(tmp_path):
    model = graph(OwnGraph)
    with pytest.warns(UserWarning, match="without its train_step"):
        model.save(tmp_path / "model.lamina")
    assert lamina.models.load_model(tmp_path / "model.lamina").count_params() == 21


def test_packing():
    assert pack_x_y_sample_weight(1, 2, 3) == (1, 2, 3)
    assert unpack_x_y_sample_weight([1, 2]) == (1, 2, None)
    assert unpack_x_y_sample_weight(1) == (1, None, None)
    assert pack_x_y_sample_weight([1]) == ([1],)
    with pytest.raises(ValueError, match="4 items"):
        unpack_x_y_sample_weight((1, 2, 3, 4))
