"""Every setting of lamina.config has its effect, or is refused."""

import os
import subprocess
import sys

import numpy as np
import pytest

import lamina
from lamina import config, layers

X, Y = np.zeros((20, 2)), np.zeros(20)


@pytest.fixture
def model():
    made = lamina.Sequential([layers.Input((2,)), layers.Dense(1)])
    made.compile("sgd", "mse")
    return made


class Steps(lamina.Callback):
    def __init__(self):
        super().__init__()
        self.count = 0

    def on_train_batch_end(self, batch, logs=None):
        self.count += 1

    on_test_batch_end = on_predict_batch_end = on_train_batch_end


@pytest.fixture
def channels_first():
    config.set_image_data_format("channels_first")
    yield
    config.set_image_data_format("channels_last")


def test_fewer_epochs(model):
    config.set_max_epochs(2)
    try:
        assert config.max_epochs() == 2
        with pytest.warns(UserWarning, match="Limiting epochs to 2"):
            history = model.fit(X, Y, epochs=5, verbose=0)
        assert history.epoch == [0, 1]
        assert history.params["epochs"] == 2
        assert model.fit(X, Y, epochs=1, verbose=0).epoch == [0]
    finally:
        config.set_max_epochs(None)
    assert len(model.fit(X, Y, epochs=3, verbose=0).epoch) == 3


def batches():
    for _ in range(5):
        yield X[:4], Y[:4]


@pytest.mark.parametrize("limit", [2, 9])
def test_fewer_steps(model, limit):
    config.set_max_steps_per_epoch(limit)
    try:
        for run in (
            lambda c: model.fit(X, Y, batch_size=4, epochs=1, verbose=0, callbacks=[c]),
            lambda c: model.evaluate(X, Y, batch_size=4, verbose=0, callbacks=[c]),
            lambda c: model.predict(X, batch_size=4, verbose=0, callbacks=[c]),
            lambda c: model.fit(list(batches()), verbose=0, callbacks=[c]),
        ):
            steps = Steps()
            if limit == 2:
                with pytest.warns(UserWarning, match="Limiting steps_per_epoch to 2"):
                    run(steps)
            else:
                run(steps)
            assert steps.count == min(limit, 5)
    finally:
        config.set_max_steps_per_epoch(None)


def test_a_generator_is_limited_too(model):
    config.set_max_steps_per_epoch(3)
    try:
        steps = Steps()
        with pytest.warns(UserWarning, match="Limiting steps_per_epoch to 3"):
            model.fit(batches(), verbose=0, callbacks=[steps])
        assert steps.count == 3
    finally:
        config.set_max_steps_per_epoch(None)


def test_limits_from_the_environment():
    program = (
        "import lamina; print(lamina.config.max_epochs(), lamina.config.max_steps_per_epoch())"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "LAMINA_MAX_EPOCHS": "3", "LAMINA_MAX_STEPS_PER_EPOCH": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said == "3 None\n"


def test_limits_are_numbers():
    for wrong in (0, -1, 1.5, True, "3"):
        with pytest.raises(ValueError, match="at least 1, or None"):
            config.set_max_epochs(wrong)
        with pytest.raises(ValueError, match="at least 1, or None"):
            config.set_max_steps_per_epoch(wrong)


@pytest.mark.usefixtures("channels_first")
def test_channels_first_is_what_layers_take():
    x = np.zeros((2, 3, 8, 10), "float32")
    assert config.image_data_format() == lamina.backend.image_data_format() == "channels_first"
    for layer, shape in [
        (layers.Conv2D(5, 3), (2, 5, 6, 8)),
        (layers.Conv2DTranspose(5, 3), (2, 5, 10, 12)),
        (layers.DepthwiseConv2D(3), (2, 3, 6, 8)),
        (layers.SeparableConv2D(5, 3), (2, 5, 6, 8)),
        (layers.MaxPooling2D(), (2, 3, 4, 5)),
        (layers.GlobalAveragePooling2D(), (2, 3)),
        (layers.UpSampling2D(), (2, 3, 16, 20)),
        (layers.ZeroPadding2D(1), (2, 3, 10, 12)),
        (layers.Cropping2D(1), (2, 3, 6, 8)),
        (layers.Resizing(4, 5), (2, 3, 4, 5)),
    ]:
        assert layer.data_format == "channels_first"
        assert layer(x).shape == shape
    assert layers.Conv2D(5, 3, data_format="channels_last")(x).shape == (2, 1, 6, 5)


def test_what_was_made_keeps_its_data_format(channels_first):
    first = lamina.Sequential([layers.Input((3, 8, 8)), layers.Conv2D(5, 3)])
    config.set_image_data_format("channels_last")
    last = lamina.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(5, 3)])
    assert lamina.models.clone_model(first).output_shape == (None, 5, 6, 6)
    config.set_image_data_format("channels_first")
    for model in (first, last):
        for copy in (
            lamina.models.clone_model(model),
            lamina.models.load_model(model.save_to_bytes()),
            lamina.models.model_from_json(model.to_json()),
        ):
            assert copy.output_shape == model.output_shape


def test_data_formats_have_names():
    with pytest.raises(ValueError, match="'channels_last' or 'channels_first'"):
        config.set_image_data_format("NCHW")


def test_interactive_logging(model, capsys):
    assert config.is_interactive_logging_enabled()
    config.disable_interactive_logging()
    try:
        assert not config.is_interactive_logging_enabled()
        model.fit(X, Y, epochs=2)
        lines = capsys.readouterr().out.splitlines()
        assert [line[:9] for line in lines] == ["Epoch 1/2", "1/1 - 0s ", "Epoch 2/2", "1/1 - 0s "]
    finally:
        config.enable_interactive_logging()
    model.fit(X, Y)
    assert capsys.readouterr().out == ""


def test_what_is_noted():
    config.disable_traceback_filtering()
    assert not config.is_traceback_filtering_enabled()
    config.enable_traceback_filtering()
    assert config.is_traceback_filtering_enabled()
    config.enable_flash_attention()
    assert config.is_flash_attention_enabled()
    assert not config.is_nnx_enabled()
    assert config.backend() == "lamina"
    config.set_backend("lamina")
    config.set_epsilon(1e-7)
    assert config.epsilon() == 1e-7
    config.set_dtype_policy("float32")
    assert config.dtype_policy().name == "float32"


def test_what_is_refused():
    for said, refused in [
        ("epsilon of their own", lambda: config.set_epsilon(1e-6)),
        ("there is one backend", lambda: config.set_backend("jax")),
        ("block by block", config.disable_flash_attention),
        ("runs no code from files", config.enable_unsafe_deserialization),
        ("float32 and float64", lambda: config.set_dtype_policy("mixed_float16")),
    ]:
        with pytest.raises(ValueError, match=said):
            refused()


def test_threads_of_processes_that_others_start():
    def threads(**environment):
        env = {k: v for k, v in os.environ.items() if not k.endswith("NUM_THREADS")}
        return subprocess.run(
            [sys.executable, "-c", "import lamina; print(lamina.num_threads())"],
            env={**env, **environment},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    assert threads(OMP_NUM_THREADS="1") == "1"
    assert threads(OMP_NUM_THREADS="1,2") == "1"
    assert threads(OMP_NUM_THREADS="1", LAMINA_NUM_THREADS="2") == "2"
    assert threads(OMP_NUM_THREADS="none") == threads()
