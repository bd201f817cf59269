import gc
import threading
import weakref

import numpy as np
import pytest

import lamina
from lamina import (
    Callback,
    Dense,
    Input,
    Layer,
    Loss,
    Metric,
    Optimizer,
    Sequential,
    Tensor,
    layers,
    ops,
)


class Linear(Layer):
    """Dense, written in Python."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], self.units), name="kernel")
        self.bias = self.add_weight((self.units,), "zeros", name="bias")
        self.built = True

    def call(self, inputs):
        return inputs @ self.kernel + self.bias


class SquaredError(Loss):
    def call(self, y_true, y_pred):
        return ops.mean(ops.square(y_pred - y_true), axis=-1)


class Descent(Optimizer):
    def update_step(self, gradient, variable, learning_rate):
        variable.assign(variable - gradient * learning_rate)


@pytest.fixture
def data(rng):
    x = rng.normal(size=(90, 4)).astype("float32")
    return x, x[:, :1] * 2 - x[:, 1:2]


def test_python_and_core_classes_train_alike(data):
    x, y = data
    core = Sequential([Input((4,)), Dense(3), Dense(1)])
    own = Sequential([Input((4,)), Linear(3), Linear(1)])
    own.set_weights(core.get_weights())
    for model, optimizer, loss in (
        (core, lamina.optimizers.SGD(0.05), "mse"),
        (own, Descent(0.05), SquaredError()),
    ):
        lamina.utils.set_random_seed(5)
        model.compile(optimizer, loss)
    weights = np.linspace(0, 2, 90)
    expected, got = (
        m.fit(x, y, epochs=3, sample_weight=weights, validation_split=0.2, verbose=0).history
        for m in (core, own)
    )
    for name in ("loss", "val_loss"):
        np.testing.assert_allclose(got[name], expected[name], rtol=1e-4)
    for a, b in zip(core.get_weights(), own.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    assert [w.path for w in own.weights] == [
        "linear/kernel", "linear/bias", "linear_1/kernel", "linear_1/bias",
    ]  # fmt: skip


def test_training_is_passed_to_layers_that_take_it(data):
    class Noise(Layer):
        def call(self, inputs, training=False):
            seen.append(training)
            return inputs

    seen = []
    model = Sequential([Input((4,)), Noise(), Dense(1)])
    model.compile("sgd", "mse")
    seen.clear()
    model.train_on_batch(*data)
    model.predict(data[0], verbose=0)
    assert seen[0] is True
    assert set(seen[1:]) == {False}


def test_layers_in_attributes_belong_to_the_layer(data):
    class Block(Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.first = Dense(3, "tanh")
            self.rest = [Dense(3), layers.Dropout(0.5, seed=1)]
            self.norm = {"a": layers.BatchNormalization(scale=False)}

        def call(self, inputs, training):
            hidden = self.rest[1](self.rest[0](self.first(inputs)), training=training)
            return self.norm["a"](hidden, training=training)

    model = Sequential([Input((4,)), Block(name="a"), Block(), Dense(1)])
    paths = [w.path for w in model.weights]
    assert paths[:5] == [
        "a/first/kernel", "a/first/bias", "a/rest_0/kernel", "a/rest_0/bias", "a/norm_a/beta",
    ]  # fmt: skip
    assert "block/norm_a/moving_mean" in paths
    assert len(set(paths)) == len(paths) == 16
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit(*data, verbose=0)
    assert not np.array_equal(before[0], model.get_weights()[0])
    model.layers[0].trainable = False
    assert "a/first/kernel" not in [w.path for w in model.trainable_weights]


def test_a_link_back_is_not_a_part():
    class Child(Layer):
        def call(self, inputs):
            return inputs

    model = Sequential([Input((4,)), Child(), Dense(1)])
    child = Child()
    child.parent = model
    model.add(child)
    assert len(model.weights) == 2


def test_output_shape_is_found_or_given():
    class Doubled(Layer):
        def call(self, inputs):
            return ops.reshape(inputs, (-1, 8))

    class Told(Doubled):
        def compute_output_shape(self, input_shape):
            return (input_shape[0], 8)

    for cls in (Doubled, Told):
        model = Sequential([Input((2, 4)), cls(), Dense(1)])
        assert model.output_shape == (None, 1)
        assert model.get_layer("dense").weights[0].shape == (8, 1)
    assert Sequential([Input((None, 4)), Told(), Dense(1)]).count_params() == 9
    with pytest.raises(ValueError, match=r"Doubled 'doubled'.*compute_output_shape"):
        Sequential([Input((None, 4)), Doubled(), Dense(1)])


def test_build_may_be_called_and_runs_once():
    layer = Linear(2)
    for _ in range(2):
        layer.build((None, 3))
        layer([[1.0, 2.0, 3.0]])
    assert layer.count_params() == 8


def test_build_that_fails_may_be_called_again():
    class Picky(Layer):
        def build(self, input_shape):
            self.w = self.add_weight((2,), name="w")
            if input_shape[-1] != 2:
                raise ValueError("two, please")

        def call(self, inputs):
            return inputs * self.w

    layer = Picky()
    with pytest.raises(ValueError, match="two, please"):
        layer([[1.0]])
    assert layer([[1.0, 2.0]]).shape == (1, 2)
    assert len(layer.weights) == 1


@pytest.mark.parametrize("result", [None, "tensor", object()])
def test_call_must_return_a_tensor(result):
    class Wrong(Layer):
        def call(self, inputs):
            return result

    with pytest.raises(TypeError, match=r"Wrong 'wrong'\.call must return a Tensor, got"):
        Wrong()([[1.0]])


def test_add_weight_outside_build():
    layer = Linear(2)
    gain = layer.add_weight((1,), name="gain")
    layer.build((None, 3))
    assert [weight.name for weight in layer.weights] == ["gain", "kernel", "bias"]
    assert layer.weights[0].same_as(gain)


def test_an_error_in_a_hook_passes_unchanged(data):
    class Broken(Layer):
        def call(self, inputs, training):
            if training:
                raise error
            return inputs

    error = LookupError("mine")
    model = Sequential([Input((4,)), Broken(), Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(LookupError) as caught:
        model.fit(*data, verbose=0)
    assert caught.value is error
    names = [entry.name for entry in caught.traceback]
    assert names[-1] == "call"
    assert "fit" in names


def test_losses_reduce_and_weigh(data):
    class Each(Loss):
        def call(self, y_true, y_pred):
            return ops.abs(y_true - y_pred)

    y_true, y_pred = np.zeros((2, 3)), np.array([[1.0, 2, 3], [4, 5, 6]])
    assert Each()(y_true, y_pred).item() == 3.5
    assert Each(reduction="sum")(y_true, y_pred).item() == 21
    assert Each()(y_true, y_pred, [1, 0]).item() == 1
    scalar = Each()
    scalar.call = lambda y_true, y_pred: ops.mean(y_pred)
    assert scalar(y_true, y_pred).item() == 3.5
    with pytest.raises(ValueError, match=r"'each' gave losses of shape \(\)"):
        scalar(y_true, y_pred, [1, 0])
    with pytest.raises(ValueError, match="reduction"):
        Each(reduction="median")


def test_a_loss_function(data):
    def mean_error(y_true, y_pred):
        return ops.mean(ops.abs(y_true - y_pred), axis=-1)

    model = Sequential([Input((4,)), Dense(1)])
    model.compile("sgd", mean_error)
    x, y = data
    expected = np.abs(model.predict(x, verbose=0) - y).mean()
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-5)


def test_a_metric_is_reset_and_updated(data):
    class Count(Metric):
        def __init__(self):
            super().__init__(name="count")
            self.seen = self.add_weight()

        def update_state(self, y_true, y_pred, sample_weight=None):
            assert not y_pred.requires_grad
            self.seen.assign_add(float(len(y_pred)))

        def result(self):
            return self.seen

    model = Sequential([Input((4,)), Dense(1)])
    model.compile("sgd", "mse", metrics=[Count()])
    history = model.fit(*data, epochs=2, validation_split=0.1, verbose=0).history
    assert history["count"] == [81, 81]
    assert history["val_count"] == [9, 9]


def test_an_optimizer_with_slots_clips_and_decays():
    class Sum(Optimizer):
        slot_names = ("total",)

        def update_step(self, gradient, variable, learning_rate):
            total = self.slot(variable, "total")
            total.assign_add(gradient)
            variable.assign_sub(total * learning_rate)

    v = lamina.Variable([1.0], name="v")
    optimizer = Sum(0.5, clipvalue=1.0)
    for _ in range(2):
        ops.sum(v * 3.0).backward()
        optimizer.step([v])
        v.zero_grad()
    assert v.numpy()[0] == 1 - 0.5 - 1
    assert optimizer.iterations == 2
    assert [s.path for s in optimizer.variables] == ["iteration", "learning_rate", "total/v"]
    with pytest.raises(ValueError, match=r"no slot 'speed/v'.*total/v"):
        optimizer.slot(v, "speed")
    w = lamina.Variable([2.0])
    ops.sum(w * 0.0).backward()
    Descent(0.5, weight_decay=0.1).step([w])
    np.testing.assert_allclose(w.numpy(), [2 - 2 * 0.1 * 0.5], rtol=1e-6)


def test_models_with_python_parts_are_collected():
    class Own(Layer):
        def call(self, inputs):
            return inputs

    class Keep(Callback):
        pass

    def make():
        model = Sequential([Input((4,)), Own(), Linear(1)])
        model.layers[0].model = model
        loss, metric, optimizer, callback = (
            SquaredError(),
            lamina.metrics.Accuracy(),
            Descent(0.1),
            Keep(),
        )
        loss.model = optimizer.model = metric.model = model
        model.compile(optimizer, loss, metrics=[metric])
        model.fit(np.ones((4, 4)), np.ones((4, 1)), callbacks=[callback], verbose=0)
        model.callback = callback
        return [weakref.ref(o) for o in (model, *model.layers, loss, metric, optimizer, callback)]

    gc.collect()
    in_use = lamina.memory_statistics()["in_use_bytes"]
    references = make()
    gc.collect()
    assert [reference() for reference in references] == [None] * len(references)
    assert lamina.memory_statistics()["in_use_bytes"] == in_use


def test_a_layer_outlives_the_name_it_was_added_by(data):
    model = Sequential([Input((4,))])
    model.add(Linear(3))
    model.add(Linear(1))
    gc.collect()
    assert model.predict(data[0], verbose=0).shape == (90, 1)


def test_fit_runs_beside_other_threads(data):
    class Slow(Callback):
        def on_train_batch_end(self, batch, logs=None):
            turns.append(threading.get_ident())

    model = Sequential([Input((4,)), Linear(64), Dense(1)])
    model.compile("sgd", "mse")
    turns, counted, done = [], [0], threading.Event()

    def count():
        while not done.is_set():
            counted[0] += 1

    worker = threading.Thread(target=count)
    worker.start()
    try:
        model.fit(*data, batch_size=1, epochs=3, callbacks=[Slow()], verbose=0)
    finally:
        done.set()
        worker.join()
    assert len(turns) == 270
    assert counted[0] > 0


def test_predict_from_several_threads_at_once(data):
    x, _ = data
    model = Sequential([Input((4,)), Dense(32, "relu"), Dense(1)])
    expected = model.predict(x, verbose=0)
    wrong = []

    def work():
        for _ in range(50):
            if not np.array_equal(model.predict(x, verbose=0), expected):
                wrong.append(1)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong


def test_results_of_hooks_may_be_arrays():
    class ToNumpy(Layer):
        def call(self, inputs):
            assert isinstance(inputs, Tensor)
            return np.asarray(inputs) + 1

    assert ToNumpy()(np.float32([[1.0]])).numpy().tolist() == [[2]]
