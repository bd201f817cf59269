"""Copies of models and layers, models from JSON, and weights that fit in part."""

import copy
import json
import pickle

import numpy as np
import pytest
from model_files import changed

import lamina
from lamina import layers, ops
from lamina.models import clone_model, load_model, model_from_json, save_model
from lamina.saving import register_keras_serializable

X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


@register_keras_serializable(package="cloning")
class Scale(lamina.Layer):
    def __init__(self, factor=2.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def build(self, input_shape):
        self.shift = self.add_weight(shape=(input_shape[-1],), name="shift")

    def call(self, inputs):
        return inputs * self.factor + self.shift

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


def pickled(value):
    return pickle.loads(pickle.dumps(value))


def mean_square(w):
    return ops.mean(ops.square(w))


def sequential():
    return lamina.Sequential(
        [
            lamina.Input((3,)),
            layers.Dense(4, activation="tanh", kernel_regularizer=mean_square),
            Scale(3.0),
            layers.Dense(2),
        ]
    )


def graph():
    a, b = lamina.Input((3,), name="a"), lamina.Input((3,), name="b")
    shared = layers.Dense(4, name="shared")
    joined = layers.Concatenate()([shared(a), shared(b) * 2.0])
    return lamina.Model({"a": a, "b": b}, {"out": layers.Dense(2, name="last")(Scale()(joined))})


def inputs_of(model):
    return X if isinstance(model, lamina.Sequential) else {"a": X, "b": X[::-1].copy()}


def outputs(model):
    result = model.predict(inputs_of(model), verbose=0)
    return result["out"] if isinstance(result, dict) else result


@pytest.mark.parametrize("make", [sequential, graph])
def test_a_clone_has_the_architecture_and_weights_of_its_own(make):
    model = make()
    clone = clone_model(model)
    assert [w.shape for w in clone.weights] == [w.shape for w in model.weights]
    assert not np.array_equal(outputs(clone), outputs(model))
    clone.set_weights(model.get_weights())
    assert np.array_equal(outputs(clone), outputs(model))
    clone.layers[-1].set_weights([np.zeros_like(w) for w in clone.layers[-1].get_weights()])
    assert outputs(model).any()


@pytest.mark.parametrize("make", [sequential, graph])
def test_a_function_makes_the_copies(make):
    def wider(layer):
        config = layer.get_config()
        if isinstance(layer, Scale):
            config["factor"] = 0.0
        return type(layer).from_config(config)

    clone = clone_model(make(), clone_function=wider)
    assert next(layer for layer in clone.layers if isinstance(layer, Scale)).factor == 0
    assert np.allclose(outputs(clone)[0], outputs(clone)[1])


def test_a_function_may_share_layers():
    model = graph()
    clone = clone_model(model, clone_function=lambda layer: layer)
    assert clone.get_layer("shared") is model.get_layer("shared")
    assert np.array_equal(outputs(clone), outputs(model))


def test_a_function_calls_the_copies():
    called = []

    def call(layer, *args, **kwargs):
        called.append(layer.name)
        result = layer(*args, **kwargs)
        return layers.Dropout(0.5)(result) if isinstance(layer, layers.Dense) else result

    clone = clone_model(graph(), call_function=call)
    assert called.count("shared") == 2
    assert sum(isinstance(layer, layers.Dropout) for layer in clone.layers) == 3


def test_inputs_of_the_caller():
    begin = lamina.Input((3,), name="mine")
    clone = clone_model(sequential(), input_tensors=begin)
    assert clone.output_shape == (None, 2)
    named = {"a": begin * 2.0, "b": begin}
    with pytest.raises((ValueError, TypeError)):
        clone_model(graph(), input_tensors=[begin])
    assert set(named) == {"a", "b"}


def test_models_within_models():
    inner = lamina.Sequential([lamina.Input((3,)), layers.Dense(3)], name="inner")
    model = lamina.Sequential([lamina.Input((3,)), inner, layers.Dense(1)])
    seen = []

    def noting(layer):
        seen.append(type(layer).__name__)
        return type(layer).from_config(layer.get_config())

    clone_model(model, clone_function=noting)
    assert seen == ["Sequential", "Dense"]
    seen.clear()
    clone_model(model, clone_function=noting, recursive=True)
    assert seen == ["Dense", "Dense"]


def test_arguments_that_do_not_fit():
    with pytest.raises(ValueError, match="call_function is for graphs"):
        clone_model(sequential(), call_function=lambda layer, x: layer(x))
    with pytest.raises(ValueError, match="Unexpected keyword"):
        clone_model(sequential(), clone_functions=None)
    with pytest.raises(ValueError, match="expected a layer"):
        clone_model(sequential(), clone_function=lambda layer: None)


@pytest.mark.parametrize("make", [sequential, graph])
def test_json_and_back(make):
    model = make()
    text = model.to_json(indent=1)
    assert json.loads(text)["class_name"] in ("Sequential", "Functional")
    again = model_from_json(text, custom_objects={"mean_square": mean_square})
    again.set_weights(model.get_weights())
    assert np.array_equal(outputs(again), outputs(model))


def test_json_of_another_process_needs_names():
    with pytest.raises(ValueError, match="unknown regularizer 'mean_square'"):
        model_from_json(sequential().to_json())


@pytest.mark.parametrize("make", [sequential, graph])
@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_models_copy_and_pickle(make, copied):
    model = make()
    model.compile("adam", "mse")
    y = np.ones((4, 2), "float32")
    model.fit(inputs_of(model), y, verbose=0)
    twin = copied(model)
    assert np.array_equal(outputs(twin), outputs(model))
    for each in (model, twin):
        each.fit(inputs_of(each), y, epochs=2, verbose=0)
    assert np.array_equal(outputs(twin), outputs(model))


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.Dense(2, activation="relu", kernel_regularizer=mean_square),
        lambda: layers.LSTM(2),
        lambda: layers.Bidirectional(layers.GRU(2)),
        lambda: layers.RNN(layers.LSTMCell(2)),
        lambda: layers.TimeDistributed(layers.Dense(2)),
        lambda: layers.BatchNormalization(),
        lambda: layers.Dropout(0.5),
        lambda: Scale(2.5),
    ],
)
def test_layers_copy_and_pickle(make, copied):
    layer = make()
    over_time = (layers.RNN, layers.LSTM, layers.Bidirectional, layers.TimeDistributed)
    x = X[None] if isinstance(layer, over_time) else X
    assert not copied(layer).built
    result = layer(x).numpy()
    twin = copied(layer)
    assert twin is not layer
    assert twin.name == layer.name
    assert np.array_equal(twin(x).numpy(), result)


def test_an_existing_file_stays(tmp_path):
    path = tmp_path / "model.lamina"
    model = sequential()
    save_model(model, path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match="overwrite=False"):
        model.save(path, overwrite=False)
    with pytest.raises(FileExistsError):
        model.save_weights(path, overwrite=False)
    with pytest.raises(ValueError, match="zipped"):
        model.save(path, zipped=False)
    assert path.read_bytes() == before


def test_weights_between_precisions(tmp_path):
    def make(dtype):
        return lamina.Sequential([lamina.Input((3,)), layers.Dense(2, dtype=dtype)])

    single, double = make("float32"), make("float64")
    single.save_weights(tmp_path / "single.lamina")
    double.load_weights(tmp_path / "single.lamina")
    assert np.array_equal(double.get_weights()[0], single.get_weights()[0])
    double.set_weights([w + 1e-12 for w in double.get_weights()])
    double.save_weights(tmp_path / "double.lamina")
    single.load_weights(tmp_path / "double.lamina")
    assert np.allclose(single.get_weights()[0], double.get_weights()[0])


def test_weights_that_fit_in_part(tmp_path):
    def make(classes):
        return lamina.Sequential(
            [lamina.Input((3,)), layers.Dense(4, name="body"), layers.Dense(classes, name="head")]
        )

    old, new = make(5), make(7)
    old.save_weights(tmp_path / "old.lamina")
    kept = new.get_weights()[2:]
    with pytest.raises(ValueError, match="shape"):
        new.load_weights(tmp_path / "old.lamina")
    with pytest.warns(UserWarning, match=r"head/kernel, head/bias"):
        new.load_weights(tmp_path / "old.lamina", skip_mismatch=True)
    for mine, theirs in zip(new.get_weights(), [*old.get_weights()[:2], *kept], strict=True):
        assert np.array_equal(mine, theirs)
    with pytest.raises(ValueError, match="by_name"):
        new.load_weights(tmp_path / "old.lamina", by_name=True)


def test_compile_config():
    model = sequential()
    assert model.get_compile_config() == {}
    model.compile(lamina.optimizers.SGD(0.25), "mse", metrics=["mae"])
    config = json.loads(json.dumps(model.get_compile_config()))
    twin = clone_model(model)
    twin.compile_from_config(config)
    assert twin.optimizer.get_config()["learning_rate"] == 0.25
    assert set(twin.evaluate(X, np.ones((4, 2)), verbose=0, return_dict=True)) == set(
        model.evaluate(X, np.ones((4, 2)), verbose=0, return_dict=True)
    )


@register_keras_serializable(package="cloning")
class Keeper(lamina.Layer):
    """Keeps what is no weight: a value, and a file."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.table, self.words, self.built_with = None, None, None

    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="w")

    def call(self, inputs):
        return inputs * self.w

    def save_own_variables(self, store):
        super().save_own_variables(store)
        store["table"] = self.table

    def load_own_variables(self, store):
        self.table = np.asarray(store["table"])
        self.w.assign(store["0"])

    def save_assets(self, inner_path):
        with open(f"{inner_path}/words.txt", "w") as file:
            file.write(self.words)

    def load_assets(self, inner_path):
        with open(f"{inner_path}/words.txt") as file:
            self.words = file.read()

    def get_build_config(self):
        return {"input_shape": self.w.shape, "note": "kept"}

    def build_from_config(self, config):
        self.built_with = config["note"]
        self.build((None, *config["input_shape"]))


def test_what_a_layer_keeps_itself(tmp_path):
    layer = Keeper()
    model = lamina.Sequential([lamina.Input((3,)), layer])
    layer.table, layer.words = np.arange(5), "one two"
    layer.w.assign([1.0, 2.0, 3.0])
    path = tmp_path / "model.lamina"
    model.save(path)
    again = load_model(path)
    kept = again.layers[0]
    assert np.array_equal(kept.table, np.arange(5))
    assert (kept.words, kept.built_with) == ("one two", "kept")
    assert np.array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))
    kept.words, kept.table = "", None
    again.load_weights(path)
    assert kept.words == "one two"


def test_a_layer_of_plain_arguments_needs_no_get_config():
    class Plain(lamina.Layer):
        def __init__(self, factors, shift=1.0):
            super().__init__()
            self.factors, self.shift = factors, shift

        def build(self, input_shape):
            self.w = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="w")

        def call(self, inputs):
            return inputs * self.w * self.factors[0] + self.shift

    layers_of_it = [Plain([2.0, 3.0]), Plain([4.0], shift=0.5)]
    assert layers_of_it[1].get_config()["shift"] == 0.5
    model = lamina.Sequential([lamina.Input((3,)), *layers_of_it])
    model.layers[1].w.assign([1.0, 2.0, 3.0])
    copy_of_it = load_model(model.save_to_bytes(), {"Plain": Plain})
    assert np.array_equal(copy_of_it.predict(X, verbose=0), model.predict(X, verbose=0))
    assert [layer.name for layer in copy_of_it.layers] == [layer.name for layer in model.layers]


def test_values_for_a_layer_that_keeps_none_are_refused():
    layer = Keeper()
    model = lamina.Sequential([lamina.Input((3,)), layer])
    layer.table, layer.words = np.arange(5), "one"

    def other_class(header, description):
        entry = description["model"]["config"]["layers"][1]
        entry["class_name"] = "Identity"
        entry["config"].pop("build_config")

    with pytest.raises(ValueError, match="which keeps nothing but weights"):
        load_model(changed(model.save_to_bytes(), other_class))
