"""What once crashed, corrupted memory, hung or lost data: each must be refused, or work."""

import json
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
from model_files import changed

import lamina
from lamina import Dense, Input, Layer, Sequential, Tensor, metrics


def model():
    made = Sequential([Input((4,)), Dense(3), Dense(2)])
    made.compile("adam", "mse")
    return made


X, Y = np.ones((8, 4), "float32"), np.ones((8, 2), "float32")


def test_an_array_as_a_shape():
    assert Tensor([1.0, 2, 3, 4]).reshape(np.array([2, 2])).shape == (2, 2)
    assert lamina.random.normal(np.array([3, 4])).shape == (3, 4)

    class NoNumber:
        def __index__(self):
            raise TypeError("no number")

    with pytest.raises(TypeError):
        lamina.ops.zeros((NoNumber(),))
    with pytest.raises(TypeError, match="whole numbers"):
        Tensor([1.0])[np.array([0.5])]


@pytest.mark.parametrize("shape", [(2**62 + 1, 4), (2**32, 2**32), (2**63 - 1, 2)])
def test_shapes_that_overflow(shape):
    with pytest.raises(ValueError, match="cannot reshape"):
        Tensor([1.0, 2, 3, 4]).reshape(*shape)
    with pytest.raises(ValueError, match="cannot reshape"):
        Tensor(np.zeros(0)).reshape(*shape)


def test_outputs_that_change_their_dtype():
    class Changing(Layer):
        def call(self, inputs):
            return lamina.ops.cast(inputs, "float64" if len(inputs) == 8 else "float32")

    net = Sequential([Input((4,)), Changing()])
    with pytest.raises(ValueError, match=r"float64.*expected float32"):
        net.predict(np.ones((40, 4)), verbose=0)


def test_too_few_sample_weights():
    with pytest.raises(ValueError, match=r"weights? of shape \(3,\)"):
        metrics.SparseCategoricalAccuracy()(
            np.zeros(2000, "int64"), np.ones((2000, 3), "float32"), np.ones(3, "float32")
        )


def test_layers_that_change_the_model_while_it_runs():
    class Meddling(Layer):
        def call(self, inputs):
            for _ in range(20 * (len(inputs) == 8)):
                net.add(Dense(4))
            while len(inputs) == 8 and len(net.layers) > 2:
                net.pop()
            return inputs

    net = Sequential()
    for layer in (Input((4,)), Meddling(), Dense(2)):
        net.add(layer)
    assert net.predict(X, verbose=0).shape == (8, 2)


def test_an_optimizer_that_steps_within_a_step():
    class Nested(lamina.Optimizer):
        depth = 0

        def update_step(self, gradient, variable, learning_rate):
            if self.depth == 0:
                self.depth = 1
                self.step([lamina.Variable(np.ones(3, "float32")) for _ in range(200)])
            variable.assign_sub(gradient * learning_rate)

    net = model()
    net.compile(Nested(0.01), "mse")
    net.fit(X, Y, verbose=0)
    assert np.isfinite(net.get_weights()[0]).all()


def run_in_threads(count, action):
    errors = []

    def run():
        try:
            action()
        except RuntimeError as error:
            errors.append(str(error))

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_threads_that_train_one_model():
    net = model()
    errors = run_in_threads(4, lambda: net.fit(X, Y, epochs=50, verbose=0))
    assert all("another thread" in error for error in errors)
    assert np.isfinite(net.get_weights()[0]).all()
    net.fit(X, Y, verbose=0)


def test_threads_that_build_one_model():
    for _ in range(20):
        net = Sequential([Dense(16), Dense(2)])
        errors = run_in_threads(4, lambda net=net: net.predict(X, verbose=0))
        assert all("another thread" in error for error in errors)
        assert net.count_params() == 4 * 16 + 16 + 16 * 2 + 2


def test_leaving_no_grad_once_too_often():
    with pytest.raises(RuntimeError, match="more often"):
        lamina.no_grad().__exit__(None, None, None)
    assert lamina.grad_enabled()


FORK = """
import os, threading, warnings
import numpy as np
import lamina
warnings.simplefilter("ignore")
net = lamina.Sequential([lamina.Input((64,)), lamina.Dense(64), lamina.Dense(2)])
x = np.ones((256, 64), "float32")
net.predict(x, verbose=0)
stop = False
def work():
    while not stop:
        net.predict(x, verbose=0)
threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
for thread in threads: thread.start()
for _ in range(40):
    child = os.fork()
    if child == 0:
        lamina.ops.sum(np.ones((1000,), "float32"))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
stop = True
for thread in threads: thread.join()
print("forked")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_forking_while_threads_allocate():
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, text=True, timeout=120
    )
    assert (run.stdout, run.returncode) == ("forked\n", 0), run.stderr


def test_a_model_that_was_a_layer_of_another_is_saved(tmp_path):
    encoder = Sequential([Input((4,)), Dense(2)], name="encoder")
    whole = Sequential([encoder, Dense(1)])
    whole(X)
    loaded = lamina.saving.load_model(encoder.save_to_bytes())
    assert np.array_equal(loaded.predict(X, verbose=0), encoder.predict(X, verbose=0))
    encoder.save_weights(tmp_path / "weights")
    fresh = Sequential([Input((4,)), Dense(2)])
    fresh.load_weights(tmp_path / "weights")
    assert np.array_equal(fresh.get_weights()[0], encoder.get_weights()[0])
    assert np.array_equal(
        pickle.loads(pickle.dumps(encoder)).get_weights()[0], fresh.get_weights()[0]
    )


@pytest.mark.parametrize("trainable", [False, True])
def test_freezing_after_training_does_not_spoil_the_file(trainable):
    net = model()
    net.layers[0].trainable = not trainable
    net.fit(X, Y, verbose=0)
    net.layers[0].trainable = trainable
    loaded = lamina.saving.load_model(net.save_to_bytes())
    assert len(loaded.optimizer.variables) == len(net.optimizer.variables)
    net.fit(X, Y, shuffle=False, verbose=0)
    loaded.fit(X, Y, shuffle=False, verbose=0)
    assert all(map(np.array_equal, net.get_weights(), loaded.get_weights()))


def test_layers_exchanged_after_training():
    net = model()
    net.fit(X, Y, verbose=0)
    net.pop()
    net.add(Dense(2))
    for _ in range(2):
        loaded = lamina.saving.load_model(net.save_to_bytes())
        np.testing.assert_array_equal(loaded.predict(X, verbose=0), net.predict(X, verbose=0))
        before = net.layers[-1].kernel.numpy().copy()
        net.fit(X, Y, verbose=0)
        assert np.all(net.layers[-1].kernel.numpy() != before)


def test_a_layer_cannot_stand_twice():
    shared = Dense(4)
    with pytest.raises(ValueError, match="already"):
        Sequential([Input((4,)), shared, shared])


def test_names_that_collide_are_refused_before_anything_is_written(tmp_path):
    net = model()
    net.save(tmp_path / "m")
    before = (tmp_path / "m").read_bytes()
    net.layers[1].name = net.layers[0].name
    with pytest.raises(ValueError, match=r"several tensors named 'model/dense/bias'"):
        net.save(tmp_path / "m")
    assert (tmp_path / "m").read_bytes() == before


def test_what_is_nested_too_deep_to_be_read_is_not_written():
    net = Sequential([Input((4,)), Dense(1)])
    for _ in range(100):
        net = Sequential([Input((4,)), net])
    with pytest.raises(ValueError, match="nest"):
        net.save_to_bytes()


def test_threads_that_save_to_one_path(tmp_path):
    net, path = model(), tmp_path / "m"
    net.save(path)

    def work():
        for _ in range(20):
            net.save(path)
            lamina.saving.load_model(path)

    assert run_in_threads(4, work) == []
    assert os.listdir(tmp_path) == ["m"]


def test_paths_are_written_as_they_are(tmp_path):
    net = model()
    with pytest.raises(ValueError, match="NUL"):
        net.save(str(tmp_path / "precious\0x"))
    net.save(tmp_path / "target")
    (tmp_path / "target").chmod(0o600)
    (tmp_path / "link").symlink_to("target")
    net.save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").stat().st_mode & 0o777 == 0o600
    with pytest.raises(OSError, match="/dev/zero"):
        lamina.saving.load_model("/dev/zero")


def test_weights_are_all_set_or_none():
    layer = Dense(2)
    layer.build((None, 4))
    before = layer.get_weights()[0]
    with pytest.raises(TypeError):
        layer.set_weights([np.zeros((4, 2)), np.array(["a", "b"])])
    assert np.array_equal(layer.get_weights()[0], before)


def test_a_file_that_makes_a_layer_claim_memory():
    @lamina.saving.register_serializable(package="hostile")
    class Probed(Layer):
        def call(self, inputs):
            return inputs

    net = Sequential([Probed()])
    net(np.ones((1, 7), "float32"))

    def claim(header, description):
        text = json.dumps(description).replace("null, 7]", "null, 250000000]")
        description.update(json.loads(text))

    file = changed(net.save_to_bytes(), claim)
    with pytest.raises(ValueError, match="claims inputs"):
        lamina.saving.load_model(file)


def test_damaged_files_say_which_even_where_their_bytes_are_no_text():
    file = bytearray(model().save_to_bytes())
    for place in range(8, 200):
        damaged = bytearray(file)
        damaged[place] = 0xFF
        with pytest.raises(ValueError, match="the model in memory"):
            lamina.saving.load_model(bytes(damaged))


@pytest.mark.parametrize("batch_size", [2**63 - 1, 10**6])
def test_huge_batches_are_one_batch(batch_size):
    net = model()
    history = net.fit(X, Y, batch_size=batch_size, verbose=0)
    assert history.history["loss"][0] > 0
    assert net.predict(X, batch_size=batch_size, verbose=0).shape == (8, 2)


def test_an_axis_that_does_not_fit_an_integer():
    with pytest.raises(ValueError, match="axis"):
        lamina.layers.BatchNormalization(axis=2**32 + 1)(np.ones((2, 3), "float32"))


def test_validation_data_are_checked_before_training():
    net = model()
    before = net.get_weights()[0]
    with pytest.raises(ValueError, match="validate"):
        net.fit(X, Y, validation_data=(X, Y[:4]), verbose=0)
    assert np.array_equal(net.get_weights()[0], before)


def test_metrics_of_one_name_are_kept_apart():
    net = model()
    net.compile("sgd", "mse", metrics=["accuracy", "accuracy"])
    history = net.fit(X, Y, verbose=0).history
    assert list(history) == ["loss", "accuracy", "accuracy_1"]
    assert len(net.evaluate(X, Y, verbose=0)) == 3
    with pytest.raises(ValueError, match="'loss'"):
        net.compile("sgd", "mse", metrics=[metrics.Accuracy(name="loss")])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dense(None),
        lambda: lamina.layers.Dropout(None),
        lambda: lamina.optimizers.Adam(None),
        lambda: lamina.losses.Huber(None),
    ],
)
def test_none_where_a_value_is_needed(make):
    with pytest.raises((TypeError, ValueError), match="None"):
        make()
