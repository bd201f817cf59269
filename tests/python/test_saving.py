import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
from model_files import changed

import lamina
from lamina import (
    Dense,
    Input,
    Layer,
    Loss,
    Metric,
    Model,
    Optimizer,
    Sequential,
    layers,
    ops,
)
from lamina.models import load_model
from lamina.saving import register_serializable


@pytest.fixture
def data(rng):
    x = rng.normal(size=(60, 5)).astype("float32")
    return x, (x.sum(1) > 0).astype("int64")


@pytest.fixture
def model(data):
    model = Sequential(
        [
            Input((5,)),
            Dense(8, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.2),
            Sequential([Dense(4, "tanh")], name="inner"),
            Dense(1, "sigmoid"),
        ]
    )
    optimizer = lamina.optimizers.Adam(0.01, clipnorm=1.0)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    model.fit(*data, epochs=3, verbose=0)
    return model


def same(a, b):
    return all(np.array_equal(v, w) for v, w in zip(a.get_weights(), b.get_weights(), strict=True))


def test_a_model_comes_back_whole(model, data, tmp_path):
    x, y = data
    model.save(tmp_path / "m.lamina")
    again = load_model(tmp_path / "m.lamina")
    assert same(model, again)
    assert np.array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    assert again.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)
    assert again.get_config() == model.get_config()
    assert [type(layer) for layer in again.layers] == [type(layer) for layer in model.layers]
    assert again.layers[0].units == 8
    assert again.optimizer.get_config() == model.optimizer.get_config()
    assert again.optimizer.iterations == model.optimizer.iterations == 6
    for a, b in zip(model.optimizer.variables, again.optimizer.variables, strict=True):
        assert a.path == b.path
        assert np.array_equal(a.numpy(), b.numpy())
    assert again.save_to_bytes() == model.save_to_bytes() == (tmp_path / "m.lamina").read_bytes()


def test_from_bytes_and_by_pickle(model, data):
    x, _ = data
    content = model.save_to_bytes()
    for again in (
        load_model(content),
        load_model(bytearray(content)),
        pickle.loads(pickle.dumps(model)),
    ):
        assert np.array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))


RESUME = """
import sys, numpy as np, lamina
folder = sys.argv[1]
data = np.load(folder + "/data.npz")
model = lamina.models.load_model(folder + "/m.lamina")
model.fit(data["x"], data["y"], epochs=5, initial_epoch=3, verbose=0)
np.savez(folder + "/resumed.npz", *model.get_weights())
"""


def test_a_run_resumed_in_a_new_process_gives_the_same_bits(model, data, tmp_path):
    x, y = data
    np.savez(tmp_path / "data.npz", x=x, y=y)
    model.save(tmp_path / "m.lamina")
    model.fit(x, y, epochs=5, initial_epoch=3, verbose=0)
    subprocess.run([sys.executable, "-c", RESUME, str(tmp_path)], check=True)
    resumed = np.load(tmp_path / "resumed.npz")
    for expected, name in zip(model.get_weights(), resumed.files, strict=True):
        assert np.array_equal(expected, resumed[name])


def test_altered_files_are_refused_with_a_reason(model):
    content = model.save_to_bytes()
    load_model(changed(content, lambda header, description: None))

    def rename(header, description):
        header["model/extra"] = header.pop("model/dense/kernel")

    def newer(header, description):
        description["format_version"] = 99

    def other_units(header, description):
        description["model"]["config"]["layers"][1]["config"]["units"] = 9

    def other_class(header, description):
        description["model"]["config"]["layers"][1]["class_name"] = "Lambda"

    def other_option(header, description):
        description["model"]["config"]["layers"][1]["config"]["magic"] = 1

    def nothing(header, description):
        description.clear()

    for edit, message in [
        (rename, "dense/kernel"),
        (newer, "version 99"),
        (other_units, r"\(5, 8\).*\(5, 9\)|\(8,\).*\(9,\)|\(None, 8\).*\(None, 9\)"),
        (other_class, "'Lambda'"),
        (other_option, "magic"),
        (nothing, "format_version"),
    ]:
        with pytest.raises(ValueError, match=message):
            load_model(changed(content, edit))


def test_weights_alone(model, data, tmp_path):
    path = tmp_path / "w.lamina"
    model.save_weights(path)
    other = Sequential.from_config(model.get_config())
    assert not same(model, other)
    other.load_weights(path)
    assert same(model, other)
    with pytest.raises(ValueError, match="weights only"):
        load_model(path)
    whole = tmp_path / "m.lamina"
    model.save(whole)
    other = Sequential.from_config(model.get_config())
    other.load_weights(whole)
    assert same(model, other)


def test_weights_that_do_not_fit_change_nothing(model, tmp_path):
    path = tmp_path / "w.lamina"
    model.save_weights(path)
    for name, shape in (("dense", (5, 8)), ("dense_1", (5, 7))):
        other = Sequential([Input((5,)), Dense(shape[1], name=name)])
        before = other.get_weights()
        with pytest.raises(ValueError, match=r"w\.lamina"):
            other.load_weights(path)
        assert np.array_equal(before[0], other.get_weights()[0])
    with pytest.raises(RuntimeError, match="not built"):
        Sequential([Dense(1)]).load_weights(path)


def test_paths(model, tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        load_model(tmp_path / "nowhere.lamina")
    with pytest.raises(OSError, match="missing"):
        model.save(tmp_path / "missing" / "m.lamina")
    with pytest.raises(TypeError):
        load_model(3)
    (tmp_path / "text.lamina").write_text("not a model")
    with pytest.raises(ValueError, match=r"text.lamina"):
        load_model(tmp_path / "text.lamina")
    unbuilt = Sequential([Dense(1)])
    with pytest.raises(RuntimeError, match="build"):
        unbuilt.save(tmp_path / "unbuilt.lamina")
    assert not (tmp_path / "unbuilt.lamina").exists()


def test_a_failed_save_leaves_nothing_behind(model, tmp_path):
    path = tmp_path / "m.lamina"
    path.mkdir()  # so that the finished file cannot take its place
    with pytest.raises(OSError, match=r"m\.lamina"):
        model.save(path)
    assert os.listdir(tmp_path) == ["m.lamina"]


class Scale(Layer):
    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.dense = Dense(4)

    def build(self, input_shape):
        self.shift = self.add_weight((input_shape[-1],), "ones", name="shift")

    def call(self, inputs):
        return self.dense(inputs * self.factor + self.shift)

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Robust(Loss):
    def __init__(self, delta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.delta = delta

    def call(self, y_true, y_pred):
        error = ops.abs(y_true - y_pred)
        clipped = ops.minimum(error, self.delta)
        return ops.mean(clipped * (error - clipped * 0.5), axis=-1)

    def get_config(self):
        return {**super().get_config(), "delta": self.delta}


class Largest(Metric):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.value = self.add_weight()

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.value.assign(ops.maximum(self.value, ops.max(ops.abs(y_pred))))

    def result(self):
        return self.value


class Momentum(Optimizer):
    slot_names = ("speed",)

    def update_step(self, gradient, variable, learning_rate):
        speed = self.slot(variable, "speed")
        speed.assign(speed * 0.9 - gradient * learning_rate)
        variable.assign_add(speed)


def log_cosh_like(y_true, y_pred):
    return ops.mean(ops.log(ops.exp(y_true - y_pred) + ops.exp(y_pred - y_true)), axis=-1)


OWN = {"Scale": Scale, "Robust": Robust, "Largest": Largest, "Momentum": Momentum}


@pytest.fixture
def own_model(data):
    x, y = data
    model = Sequential([Input((5,)), Scale(2.0), Dense(1)])
    model.compile(Momentum(0.01), Robust(0.5), metrics=[Largest()])
    model.fit(x, y, epochs=2, verbose=0)
    return model


def test_classes_of_ones_own_come_back_by_custom_objects(own_model, data):
    x, y = data
    again = load_model(own_model.save_to_bytes(), custom_objects=OWN)
    assert (again.layers[0].factor, again.loss.delta) == (2.0, 0.5)
    assert isinstance(again.optimizer, Momentum)
    assert isinstance(again.metrics[1], Largest)
    for model in (own_model, again):
        model.fit(x, y, epochs=4, initial_epoch=2, verbose=0)
    assert same(own_model, again)
    assert own_model.evaluate(x, y, verbose=0) == again.evaluate(x, y, verbose=0)


@pytest.mark.parametrize("missing", OWN)
def test_unknown_classes_are_refused_by_name(own_model, missing):
    known = {name: cls for name, cls in OWN.items() if name != missing}
    with pytest.raises(ValueError, match=f"'{missing}'"):
        load_model(own_model.save_to_bytes(), custom_objects=known)


def test_registered_classes_and_functions_come_back_by_themselves(data):
    @register_serializable(package="tests")
    class Doubled(Layer):
        def call(self, inputs):
            return inputs * 2

    loss = register_serializable(package="tests", name="lcl")(log_cosh_like)
    x, y = data
    model = Sequential([Input((5,)), Doubled(), Dense(1)])
    model.compile("sgd", loss, metrics=[loss])
    model.fit(x, y, verbose=0)
    assert model.layers[0].name == "doubled"
    content = model.save_to_bytes()
    assert b"tests>Doubled" in content
    again = load_model(content)
    assert isinstance(again.layers[0], Doubled)
    assert again.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)
    with pytest.raises(ValueError, match="layer of lamina"):
        load_model(content, custom_objects={"Dense": Doubled})


def test_a_layer_that_hides_its_arguments_cannot_be_saved(data):
    class Forgetful(Layer):
        def __init__(self, factor):
            super().__init__()
            self.factor = factor

        def call(self, inputs):
            return inputs * self.factor

    model = Sequential([Input((5,)), Forgetful(np.float32(2))])
    with pytest.raises(NotImplementedError, match=r"Forgetful takes factor.*get_config"):
        model.save_to_bytes()


def test_configurations_that_json_cannot_hold_are_refused():
    class Odd(Layer):
        def call(self, inputs):
            return inputs

        def get_config(self):
            return {**super().get_config(), "odd": self.odd}

    layer = Odd()
    model = Sequential([Input((2,)), layer])
    for value, kind, message in [
        (float("nan"), ValueError, "'odd' must be finite"),
        (object(), TypeError, "'odd' is a object"),
    ]:
        layer.odd = value
        with pytest.raises(kind, match=message):
            model.get_config()
    layer.odd = np.float32(1.5)
    assert model.get_config()["layers"][1]["config"]["odd"] == 1.5


def same_names(frozen, order):
    """Layers called 'dense' in the model and in nested ones, of which some are frozen."""

    def dense(name):
        layer = Dense(4, name="dense")
        layer.trainable = name not in frozen
        return layer

    inner = Sequential([Input((4,)), dense("inner")], name="inner")
    outer = Sequential([Input((4,)), inner, layers.BatchNormalization()], name="outer")
    parts = {"outer": outer, "dense": dense("dense")}
    return Sequential([Input((4,)), *(parts[name] for name in order)])


@pytest.mark.parametrize("frozen", [(), ("dense",), ("inner",), ("dense", "inner")])
@pytest.mark.parametrize("order", [("outer", "dense"), ("dense", "outer")])
@pytest.mark.parametrize("optimizer", ["adam", lambda: Momentum(0.01)])
def test_frozen_layers_and_nested_models_of_the_same_names(frozen, order, optimizer, rng):
    x = rng.normal(size=(16, 4)).astype("float32")
    model = same_names(frozen, order)
    model.compile(optimizer() if callable(optimizer) else optimizer, "mse")
    model.fit(x, x, verbose=0)
    again = load_model(model.save_to_bytes(), custom_objects={"Momentum": Momentum})
    assert again.save_to_bytes() == model.save_to_bytes()
    for each in (model, again):
        each.fit(x, x, epochs=3, initial_epoch=1, verbose=0)
    assert same(model, again)


@pytest.mark.parametrize("later", [False, True])
def test_layers_frozen_or_freed_after_training_come_back(later, rng):
    x = rng.normal(size=(16, 4)).astype("float32")
    model = same_names(() if later else ("dense",), ("outer", "dense"))
    model.compile(lamina.optimizers.Adam(0.01, global_clipnorm=0.1), "mse")
    model.fit(x, x, verbose=0)
    model.layers[-1].trainable = not later
    model.fit(x, x, verbose=0)
    again = load_model(model.save_to_bytes())
    for a, b in zip(model.optimizer.variables, again.optimizer.variables, strict=True):
        assert a.path == b.path
        assert np.array_equal(a.numpy(), b.numpy())
    for each in (model, again):
        each.fit(x, x, epochs=3, initial_epoch=1, verbose=0)
    assert same(model, again)


def test_messages_cut_long_values(model):
    expected = r"'mean' must be a number, got \[\[0.0,.*\(\d+ bytes\)"
    with pytest.raises(TypeError, match=expected) as refusal:
        lamina.initializers.RandomNormal(np.zeros((300, 300)).tolist())
    assert len(str(refusal.value)) < 400

    def long_name(header, description):
        description["model"]["class_name"] = "L" * 1_000_000

    with pytest.raises(ValueError, match=r"LLLL.*bytes") as refusal:
        load_model(changed(model.save_to_bytes(), long_name))
    assert len(str(refusal.value)) < 2000


@register_serializable()
class Noise(layers.Layer):
    """Draws of its own, as in a variational autoencoder."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.generators = [lamina.random.SeedGenerator(3), lamina.random.SeedGenerator()]

    def call(self, inputs):
        for generator in self.generators:
            inputs = inputs + lamina.random.normal(inputs.shape, seed=generator)
        return inputs


def test_files_hold_where_the_generators_of_a_layer_have_come_to(tmp_path):
    model = lamina.Sequential([layers.Input((2,)), Noise(), layers.Dense(1)])
    x = np.zeros((3, 2), "float32")
    model(x)
    model.save(tmp_path / "model.lamina")
    expected = model(x).numpy()
    loaded = lamina.models.load_model(tmp_path / "model.lamina")
    np.testing.assert_array_equal(loaded(x).numpy(), expected)
    assert loaded.layers[0].generators[0].state == model.layers[0].generators[0].state


def test_a_model_of_ones_own_without_options_loads(data):
    class Plain(Model):
        def __init__(self):
            super().__init__()
            self.dense = Dense(2)

        def call(self, inputs):
            return self.dense(inputs)

    class Sized(Model):
        def __init__(self, units):
            super().__init__(name="sized")
            self.dense = Dense(units)

        def call(self, inputs):
            return self.dense(inputs)

    x, _ = data
    for model in (Plain(), Sized(3)):
        expected = model.predict(x, verbose=0)
        again = load_model(model.save_to_bytes(), {type(model).__name__: type(model)})
        assert again.name == model.name
        assert np.array_equal(again.predict(x, verbose=0), expected)


def test_what_an_init_lacks_is_said():
    class Twice(Dense):
        def __init__(self, units):
            super().__init__(units)

        def call(self, inputs):
            return super().call(inputs) * 2

    class Powers(lamina.Loss):
        def __init__(self, power):
            super().__init__()
            self.power = power

        def call(self, y_true, y_pred):
            return (y_pred - y_true) ** self.power

        def get_config(self):
            return {**super().get_config(), "power": self.power}

    model = Sequential([Input((5,)), Dense(1)])
    model.compile("sgd", Powers(2))
    with pytest.raises(TypeError, match=r"Powers cannot be made .* name, reduction.*\*\*kwargs"):
        load_model(model.save_to_bytes(), {"Powers": Powers})
    load_model(model.save_to_bytes(), {"Powers": Powers}, compile=False)
    with pytest.raises(TypeError, match=r"Twice cannot be made .* name, .*activation"):
        load_model(Sequential([Input((5,)), Twice(1)]).save_to_bytes(), {"Twice": Twice})
