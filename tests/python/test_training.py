import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Sequential, layers, ops


@pytest.fixture
def data(rng):
    x = rng.normal(size=(100, 3)).astype("float32")
    return x, (x @ np.float32([[1.0], [-2.0], [0.5]]) + 0.25)


def linear(optimizer="sgd", metrics=None, **kwargs):
    model = Sequential([Input((3,)), Dense(1, **kwargs)])
    model.compile(optimizer, "mse", metrics=metrics)
    return model


def test_one_epoch_in_order_is_gradient_descent(data):
    x, y = data
    model = linear(lamina.optimizers.SGD(0.1))
    w, b = (v.astype(float) for v in model.get_weights())
    losses = []
    history = model.fit(x, y, batch_size=32, shuffle=False, verbose=0)
    for begin in range(0, 100, 32):
        xb, yb = x[begin : begin + 32], y[begin : begin + 32]
        error = xb @ w + b - yb
        losses.append((error**2).sum())
        w -= 0.1 * 2 * xb.T @ error / len(xb)
        b -= 0.1 * 2 * error.mean(0)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[1], b, rtol=1e-5)
    assert history.history["loss"] == pytest.approx([sum(losses) / 100], rel=1e-5)


def test_shuffling_changes_the_order_and_repeats_with_the_seed(data):
    x, y = data

    def run(**kwargs):
        lamina.utils.set_random_seed(3)
        model = linear()
        model.fit(x, y, epochs=2, verbose=0, **kwargs)
        return model.get_weights()[0]

    assert np.array_equal(run(), run())
    assert not np.array_equal(run(), run(shuffle=False))


def test_validation_split_takes_the_last_samples_before_shuffling(data):
    x, y = data
    model = linear(lamina.optimizers.SGD(0.0))
    y[75:] += 100
    history = model.fit(x, y, epochs=2, validation_split=0.25, verbose=0).history
    expected = model.evaluate(x[75:], y[75:], verbose=0)
    assert history["val_loss"] == pytest.approx([expected] * 2, rel=1e-5)
    expected = model.evaluate(x[:75], y[:75], verbose=0)
    assert history["loss"] == pytest.approx([expected] * 2, rel=1e-5)


def test_validation_data_with_weights(data):
    x, y = data
    model = linear(lamina.optimizers.SGD(0.0))
    weights = np.linspace(0, 1, 40).astype("float32")
    history = model.fit(
        x, y, validation_data=(x[:40], y[:40], weights), validation_batch_size=7, verbose=0
    ).history
    error = (model.predict(x[:40], verbose=0) - y[:40]) ** 2
    assert history["val_loss"] == pytest.approx([(error.ravel() * weights).mean()], rel=1e-5)


def test_sample_weights_of_zero_hide_samples(data):
    x, y = data
    y[50:] = 1e3
    model = linear(lamina.optimizers.Adam(0.1))
    weights = np.r_[np.ones(50), np.zeros(50)]
    model.fit(x, y, epochs=300, sample_weight=weights, verbose=0)
    assert np.abs(model.get_weights()[0].ravel() - [1, -2, 0.5]).max() < 1e-2


def test_initial_epoch_resumes(data):
    x, y = data
    whole, parts = linear("adam"), linear("adam")
    parts.set_weights(whole.get_weights())
    for model in (whole, parts):
        lamina.utils.set_random_seed(1)
        model.compile("adam", "mse")
    whole.fit(x, y, epochs=5, verbose=0)
    assert parts.fit(x, y, epochs=3, verbose=0).epoch == [0, 1, 2]
    assert parts.fit(x, y, epochs=5, initial_epoch=3, verbose=0).epoch == [3, 4]
    assert np.array_equal(whole.get_weights()[0], parts.get_weights()[0])
    assert parts.optimizer.iterations == 5 * 4


@pytest.mark.parametrize(
    "convert",
    [
        lambda a: a.astype("float64"),
        lambda a: a.tolist(),
        lambda a: np.asfortranarray(a),
        lambda a: np.repeat(a, 2, axis=0)[::2],
        lambda a: lamina.Tensor(a),
        lambda a: a.astype(">f4"),
    ],
    ids=["float64", "lists", "fortran", "strided", "tensor", "big-endian"],
)
def test_every_form_of_the_same_data_trains_the_same(data, convert):
    x, y = data
    model, other = linear(), linear()
    other.set_weights(model.get_weights())
    model.fit(x, y, shuffle=False, verbose=0)
    other.fit(convert(x), convert(y), shuffle=False, verbose=0)
    assert np.array_equal(model.get_weights()[0], other.get_weights()[0])


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64", "bool"])
def test_whole_numbers_are_cast_batch_by_batch(dtype, rng):
    x, y = rng.integers(0, 2, (50, 3)).astype(dtype), rng.integers(0, 2, 50).astype(dtype)
    model, other = linear(), linear()
    other.set_weights(model.get_weights())
    lamina.utils.set_random_seed(2)
    model.compile("sgd", "mse")
    lamina.utils.set_random_seed(2)
    other.compile("sgd", "mse")
    model.fit(x, y, verbose=0)
    other.fit(x.astype("float32"), y.astype("float32"), verbose=0)
    assert np.array_equal(model.get_weights()[0], other.get_weights()[0])


def test_arrays_are_read_in_place():
    x = np.zeros((1_000_000, 8), "float32")
    model = Sequential([Input((8,)), Dense(1)])
    model.compile("sgd", "mse")
    before = lamina.memory_statistics()["in_use_bytes"]
    in_use = []

    class Watch(lamina.Callback):
        def on_train_batch_end(self, batch, logs=None):
            in_use.append(lamina.memory_statistics()["in_use_bytes"] - before)

    model.fit(x, x[:, 0], batch_size=100_000, verbose=0, callbacks=[Watch()], shuffle=False)
    assert max(in_use) < x.nbytes / 2


def test_predict_evaluate_and_batches(data):
    x, y = data
    model = linear(metrics=["accuracy"])
    predicted = model.predict(x, batch_size=7, verbose=0)
    np.testing.assert_allclose(
        predicted, x @ model.get_weights()[0] + model.get_weights()[1], rtol=1e-5
    )
    assert predicted.flags.writeable
    assert np.array_equal(predicted, model.predict_on_batch(x))
    assert np.array_equal(predicted, model(x).numpy())
    loss = ((predicted - y) ** 2).mean()
    assert model.evaluate(x, y, verbose=0)[0] == pytest.approx(loss, rel=1e-5)
    assert model.test_on_batch(x, y)[0] == pytest.approx(loss, rel=1e-5)
    assert model.train_on_batch(x, y, return_dict=True)["loss"] == pytest.approx(loss, rel=1e-5)
    assert model.test_on_batch(x, y)[0] < loss
    assert isinstance(linear().evaluate(x, y, verbose=0), float)


def test_a_model_builds_from_data(data):
    x, y = data
    model = Sequential([Dense(4), Dense(1)], name="late")
    assert not model.built
    model.compile("sgd", "mse")
    model.fit(x, y, verbose=0)
    assert (model.input_shape, model.output_shape) == ((None, 3), (None, 1))
    assert model.count_params() == 3 * 4 + 4 + 4 + 1


def test_add_pop_get_layer_and_names():
    model = Sequential(name="m")
    model.add(Input((3,)))
    for _ in range(3):
        model.add(Dense(2))
    assert [layer.name for layer in model.layers] == ["dense", "dense_1", "dense_2"]
    assert model.pop().name == "dense_2"
    assert model.get_layer("dense_1") is model.get_layer(index=1) is model.layers[1]
    assert (model.name, model.output_shape) == ("m", (None, 2))
    with pytest.raises(ValueError, match=r"no layer 'x'.*dense, dense_1"):
        model.get_layer("x")


def test_summary(capsys):
    Sequential([Input((3,)), Dense(2), layers.BatchNormalization()]).summary()
    shown = capsys.readouterr().out
    for text in ("dense (Dense)", "(None, 2)", "Total params: 16", "trainable 12"):
        assert text in shown
    lines = []
    Sequential([Dense(2)]).summary(print_fn=lines.append)
    assert "unbuilt" in lines[0]


def test_a_model_is_a_layer(data):
    x, y = data
    inner = Sequential([Dense(4, "tanh"), layers.Dropout(0.1)], name="inner")
    model = Sequential([Input((3,)), inner, Dense(1)])
    assert [w.path for w in model.weights] == [
        "inner/dense/kernel", "inner/dense/bias", "dense/kernel", "dense/bias",
    ]  # fmt: skip
    model.compile("adam", "mse")
    history = model.fit(x, y, epochs=30, verbose=0).history["loss"]
    assert history[-1] < history[0]
    again = Sequential.from_config(model.get_config())
    assert isinstance(again.layers[0], Sequential)
    again.set_weights(model.get_weights())
    assert np.array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_history_and_verbosity(data, capsys):
    x, y = data
    model = linear(metrics=["accuracy"])
    history = model.fit(x, y, epochs=3, validation_split=0.5, verbose=2)
    assert history is model.history
    assert history.epoch == [0, 1, 2]
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert history.params == {"verbose": 2, "epochs": 3, "steps": 2}
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" - ")[0] for line in lines[::2]] == ["Epoch 1/3", "Epoch 2/3", "Epoch 3/3"]
    assert lines[-1].startswith("2/2 - 0s - ")
    assert lines[-1].endswith(f"val_loss: {history.history['val_loss'][-1]:.4f}")
    model.fit(x, y, verbose=0)
    assert capsys.readouterr() == ("", "")
    model.fit(x, y, epochs=2)
    shown = capsys.readouterr().err
    assert "Epoch 2/2 - 4/4" in shown
    assert "loss: " in shown
    model.evaluate(x, y)
    model.predict(x)
    shown = capsys.readouterr().err
    assert "Evaluate - 4/4" in shown
    assert "Predict - 4/4" in shown


def test_zero_epochs_change_nothing(data):
    model = linear()
    before = model.get_weights()
    history = model.fit(*data, epochs=0, verbose=0)
    assert history.history == {}
    assert np.array_equal(before[0], model.get_weights()[0])


def test_a_training_loop_by_hand(data):
    x, y = data
    model, optimizer = Sequential([Input((3,)), Dense(1)]), lamina.optimizers.SGD(0.1)
    for _ in range(200):
        loss = ops.mean(ops.square(model(x, training=True) - y))
        loss.backward()
        optimizer.step(model.trainable_weights)
        for weight in model.trainable_weights:
            weight.zero_grad()
    assert loss.item() < 1e-6


def test_compile_again_keeps_the_weights(data):
    model = linear("adam")
    model.fit(*data, verbose=0)
    weights = model.get_weights()
    model.compile(lamina.optimizers.SGD(0.5), lamina.losses.MeanSquaredError())
    assert np.array_equal(weights[0], model.get_weights()[0])
    assert model.optimizer.learning_rate == 0.5
    assert isinstance(model.loss, lamina.losses.MeanSquaredError)
    assert model.metrics_names == ["loss"]


def test_steady_state_asks_the_system_for_no_memory(data):
    x, y = data
    model = Sequential([Input((3,)), Dense(64, "relu"), layers.Dropout(0.2), Dense(1)])
    model.compile("adam", "mse")
    model.fit(x, y, epochs=2, verbose=0)
    before = lamina.memory_statistics()["system_calls"]
    model.fit(x, y, epochs=5, verbose=0)
    assert lamina.memory_statistics()["system_calls"] == before


def test_validation_data_override_the_split():
    x = np.ones((8, 1))
    model = Sequential([layers.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile(lamina.optimizers.SGD(0.0), "mse")
    for given in [(x[:2], x[:2] + 10), [(x[:2], x[:2] + 10)]]:
        history = model.fit(x, x, validation_data=given, validation_split=0.5, verbose=0)
        assert history.history["val_loss"] == [100]


def test_weights_of_time_steps(rng):
    x, y, w = rng.normal(size=(4, 5, 2)), rng.normal(size=(4, 5, 1)), rng.random((4, 5))
    model = Sequential([layers.Input((5, 2)), layers.Dense(1)])
    model.compile(lamina.optimizers.SGD(0.0), "mse", weighted_metrics=["mse"])
    each = (model.predict(x, verbose=0) - y)[..., 0] ** 2
    loss, mse = model.evaluate(x, y, sample_weight=w, verbose=0)
    assert loss == pytest.approx((each * w).mean(), rel=1e-5)
    assert mse == pytest.approx((each * w).sum() / w.sum(), rel=1e-5)
    history = model.fit(x, y, sample_weight=w, batch_size=3, verbose=0).history
    assert history["loss"] == pytest.approx([(each * w).mean()], rel=1e-5)


def test_the_weight_of_the_only_loss():
    model = Sequential([layers.Input((1,)), layers.Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse", loss_weights=0.5)
    assert model.evaluate([[1.0], [2.0]], [[0.0], [0.0]], verbose=0) == pytest.approx(1.25)


@pytest.mark.parametrize("has_input", [True, False])
def test_lists_of_one_array_are_that_array(data, has_input):
    x, y = data
    first = [lamina.Input(x.shape[1:])] if has_input else []
    model = lamina.Sequential([*first, lamina.Dense(1)])
    model.compile("sgd", "mse")
    model.fit([x], [y], verbose=0)
    expected = model.predict(x, verbose=0)
    np.testing.assert_array_equal(model.predict([x], verbose=0), expected)
    assert model.evaluate([x], [y], verbose=0) == model.evaluate(x, y, verbose=0)
    np.testing.assert_array_equal(
        model.predict([lamina.Tensor(x)], verbose=0), model.predict(x, verbose=0)
    )
    rows = model.predict(list(x), verbose=0)  # several arrays are samples
    np.testing.assert_array_equal(rows, expected)


def test_a_frame_of_float_and_bool_columns_is_taken(data):
    class Frame:
        """What pandas.get_dummies gives: its columns have no dtype in common."""

        def __init__(self, values):
            self.values = np.array(values, object)

        def __len__(self):
            return len(self.values)

        def __array__(self, dtype=None, copy=None):
            return self.values if dtype is None else self.values.astype(dtype)

    model = Sequential([Input((3,)), Dense(1, kernel_initializer="ones")])
    rows = [[0.5, True, np.bool_(False)], [np.float32(1.5), False, 7]]
    np.testing.assert_array_equal(model.predict(Frame(rows), verbose=0), [[1.5], [8.5]])
    for value in ("1.0", None, 2**70, 1j):
        with pytest.raises(TypeError, match="object"):
            model.predict(Frame([[0.5, True, value]]), verbose=0)


def test_batches_by_their_numbers(data):
    x, y = data

    class Batches:  # as keras.utils.Sequence
        def __len__(self):
            return 4

        def __getitem__(self, i):
            return x[25 * i : 25 * i + 25], y[25 * i : 25 * i + 25]

    model, other = linear(), linear()
    other.set_weights(model.get_weights())
    model.fit(Batches(), epochs=2, verbose=0)
    other.fit(x, y, batch_size=25, shuffle=False, epochs=2, verbose=0)
    assert np.array_equal(model.get_weights()[0], other.get_weights()[0])


def test_a_program_without_a_console_shows_nothing(data, monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    x, y = data
    model = linear()
    model.fit(x, y)
    model.evaluate(x, y)
    assert model.predict(x).shape == (100, 1)


@pytest.mark.parametrize("name", ["batch_size", "epochs", "steps_per_epoch", "validation_steps"])
def test_numbers_beyond_64_bits_are_refused_by_name(data, name):
    with pytest.raises(ValueError, match=f"{name} is {2**70}"):
        linear().fit(*data, verbose=0, **{name: 2**70})


def test_class_weights_of_float_labels(data):
    x, _ = data
    labels = (np.arange(100) % 2).astype("float64")
    losses = [
        linear(kernel_initializer="zeros")
        .fit(x, labels, class_weight=weights, verbose=0, shuffle=False)
        .history["loss"]
        for weights in ({0: 1.0, 1: 3.0}, dict(zip(np.unique(labels), [1.0, 3.0], strict=True)))
    ]
    assert losses[0] == losses[1]
    with pytest.raises(TypeError, match=r"0\.5"):
        linear().fit(x, labels, class_weight={0.5: 1.0}, verbose=0)


@pytest.mark.parametrize("has_input", [True, False])
def test_a_sequential_of_float64_layers_takes_float64_data(has_input):
    x = np.array([[1 / 3], [2 / 7]])
    first = [Input((1,), dtype="float64")] if has_input else []
    model = Sequential([*first, Dense(1, kernel_initializer="ones", dtype="float64")])
    model.compile("sgd", "mse")
    np.testing.assert_array_equal(model.predict(x, verbose=0), x)
    assert model.evaluate(x, x, verbose=0) == 0
    again = lamina.models.load_model(model.save_to_bytes())
    np.testing.assert_array_equal(again.predict(x, verbose=0), x)
