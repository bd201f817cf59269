"""Devices: where tensors lie, and that the guarded one computes what the CPU computes."""

import threading

import numpy as np
import pytest

import lamina
from lamina import Tensor, Variable, layers, ops


def test_tensors_lie_on_the_cpu_by_default():
    assert lamina.get_device() == "cpu"
    assert Tensor([1.0]).device == "cpu"
    assert Variable([1.0]).device == "cpu"


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "", "cpu:1"])
def test_unknown_devices(name):
    for refused in (
        lambda: lamina.set_device(name),
        lambda: lamina.device(name),
        lambda: Tensor([1.0], device=name),
        lambda: Tensor([1.0]).to(name),
    ):
        with pytest.raises(ValueError, match=r"unknown device.*expected 'cpu', 'cuda' or 'cuda:N'"):
            refused()
    assert lamina.get_device() == "cpu"


def test_a_device_that_was_not_built():
    with pytest.raises(RuntimeError, match="no backend for device 'cuda:0'; use the device 'cpu'"):
        lamina.set_device("cuda")
    with pytest.raises(RuntimeError, match="cuda:1"), lamina.device("cuda:1"):
        pass
    assert lamina.get_device() == "cpu"


def test_scopes(guarded):
    with lamina.device(guarded) as scope:
        assert lamina.get_device() == guarded
        with lamina.device("cpu"), scope:
            assert Tensor([1.0]).device == guarded
        seen = []
        thread = threading.Thread(target=lambda: seen.append(lamina.get_device()))
        thread.start()
        thread.join()
        assert seen == ["cpu"]
    assert lamina.get_device() == "cpu"
    try:
        lamina.set_device(guarded)
        assert Tensor([1.0]).device == guarded
    finally:
        lamina.set_device("cpu")


def test_values_come_back_as_copies(guarded, rng):
    x = rng.normal(size=(3, 4)).astype("float32")
    there = Tensor(x, device=guarded)
    assert there.device == guarded
    np.testing.assert_array_equal(there.numpy(), x)
    np.testing.assert_array_equal(np.asarray(there), x)
    assert repr(there) == repr(Tensor(x))
    assert there[1, 2].item() == x[1, 2]
    assert Tensor([2**60 + 1], dtype="int64", device=guarded).item() == 2**60 + 1
    assert there.to("cpu").device == "cpu"
    with pytest.raises(RuntimeError, match="guarded"):
        np.from_dlpack(there)


def test_numbers_and_lists_take_the_tensors_device(guarded):
    there = Tensor([1.0, 2.0], device=guarded)
    for y in (there + 1, 2 * there, there**2, there**0.5, there - [3, 4], there > 1):
        assert y.device == guarded
    with pytest.raises(ValueError, match="add got operands on guarded and on cpu"):
        there + Tensor([1.0, 2.0])


def test_gradients_on_the_device(guarded):
    x = Tensor([1.0, 2.0], requires_grad=True, device=guarded)
    ops.sum(x**3 + ops.exp(x)).backward()
    assert x.grad.device == guarded
    here = Tensor([1.0, 2.0], requires_grad=True)
    ops.sum(here**3 + ops.exp(here)).backward()
    np.testing.assert_array_equal(x.grad.numpy(), here.grad.numpy())


def test_faults_are_raised_at_the_next_wait(guarded):
    table = Tensor(np.ones((5, 2), "float32"), device=guarded)
    rows = ops.take(table, Tensor([1, 9], dtype="int64", device=guarded), axis=0)
    with pytest.raises(IndexError, match=r"got index 9, expected one in \[-5, 5\)"):
        rows.numpy()
    lamina.synchronize(guarded)


def trained(device, optimizer, *, sample_layers, rng_seed=3, **fit):
    rng = np.random.default_rng(rng_seed)
    x = rng.normal(size=(50, 6)).astype("float32")
    y = rng.integers(0, 3, size=50)
    lamina.utils.set_random_seed(1)
    with lamina.device(device):
        model = lamina.Sequential([lamina.Input((6,)), *sample_layers()])
        model.compile(optimizer, "sparse_categorical_crossentropy")
        history = model.fit(x, y, epochs=2, batch_size=16, verbose=0, **fit)
        assert all(w.device == device for w in model.weights)
        return [*model.get_weights(), model.predict(x, verbose=0)], history.history


def dense():
    return [
        layers.Dense(8, "relu", kernel_initializer="orthogonal"),
        layers.BatchNormalization(),
        layers.Dropout(0.2),
        layers.Dense(3, "softmax"),
    ]


def convolution():
    return [
        layers.Reshape((6, 1)),
        layers.Conv1D(4, 3, padding="same"),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.MaxPooling1D(2),
        layers.Flatten(),
        layers.Dense(3, "softmax"),
    ]


@pytest.mark.parametrize("make", [dense, convolution])
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: lamina.optimizers.SGD(0.1, momentum=0.9),
        lambda: lamina.optimizers.Adam(0.01, clipnorm=0.1),
        lambda: lamina.optimizers.AdamW(0.01, global_clipnorm=0.1),
        lambda: lamina.optimizers.RMSprop(0.01, centered=True),
    ],
)
def test_training_gives_the_cpus_bits(guarded, make, optimizer):
    fit = {"class_weight": {1: 2.0}}
    here, course_here = trained("cpu", optimizer(), sample_layers=make, **fit)
    there, course_there = trained(guarded, optimizer(), sample_layers=make, **fit)
    assert course_here == course_there
    for a, b in zip(here, there, strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_embeddings_give_the_cpus_bits(guarded, optimizer):
    def run(device):
        lamina.utils.set_random_seed(1)
        ids = np.random.default_rng(2).integers(0, 20, size=(40, 5))
        with lamina.device(device):
            model = lamina.Sequential(
                [
                    lamina.Input((5,), dtype="int64"),
                    layers.Embedding(20, 3),
                    layers.Flatten(),
                    layers.Dense(1),
                ]
            )
            model.compile(optimizer, "mse")
            model.fit(ids, ids.sum(1, keepdims=True), epochs=2, verbose=0)
            return model.get_weights()

    for a, b in zip(run("cpu"), run(guarded), strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_normalization_adapts_on_the_device(guarded, rng):
    x = rng.normal(3, 2, size=(20, 4)).astype("float32")
    with lamina.device(guarded):
        layer = layers.Normalization()
        layer.adapt(x)
        y = layer(x)
    np.testing.assert_allclose(y.numpy(), (x - x.mean(0)) / x.std(0), rtol=1e-4, atol=1e-5)
