"""Models made of symbolic tensors."""

import copy
import gc
import json
import pickle
import random
import weakref
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lamina
from lamina import Dense, Input, Model, Sequential, Tensor, layers
from lamina.models import Functional, load_model
from lamina.saving import register_serializable


def flat(values):
    return np.concatenate([np.ravel(value) for value in values])


def two_by_two(dtype=None, **more):
    """Two inputs share a layer, and end in two outputs."""
    a, b = Input((4,), name="a", dtype=dtype), Input((4,), name="b", dtype=dtype)
    shared = Dense(5, activation="tanh", name="shared", dtype=dtype)
    left, right = shared(a), shared(b)
    added = layers.Add(name="sum", dtype=dtype)([left, right])
    both = layers.Concatenate(name="both", dtype=dtype)([left, right, added])
    score = Dense(1, name="score", dtype=dtype)(both)
    kind = Dense(3, activation="softmax", name="kind", dtype=dtype)(both)
    return Model([a, b], [score, kind], **more)


@pytest.fixture
def data(rng):
    x = rng.normal(size=(2, 40, 4)).astype("float32")
    score = x.sum((0, 2))[:, None]
    return list(x), [score, np.eye(3, dtype="float32")[rng.integers(0, 3, 40)]]


def compiled(model=None, **more):
    model = model or two_by_two()
    model.compile("sgd", {"score": "mse", "kind": "categorical_crossentropy"}, **more)
    return model


def same(a, b):
    return all(map(np.array_equal, a.get_weights(), b.get_weights()))


# ---- Against Keras ----


def test_five_steps_of_keras():
    with np.load(Path(__file__).parents[1] / "golden" / "functional.npz") as file:
        golden = dict(file)
    spec = json.loads(str(golden["spec"]))
    model = two_by_two(dtype="float64")
    assert [layer.name for layer in model.layers] == spec["layers"]
    model.compile(
        lamina.optimizers.SGD(0.1, momentum=0.9),
        loss={"score": "mse", "kind": "categorical_crossentropy"},
        loss_weights={"score": 0.5, "kind": 2.0},
        metrics={"score": [], "kind": ["categorical_accuracy"]},
    )
    shapes = [weight.shape for weight in model.weights]
    parts = np.split(golden["weights"][0], np.cumsum([int(np.prod(s)) for s in shapes])[:-1])
    model.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])
    for step, x in enumerate(golden["x"]):
        weight = golden["sample_weight"][step]
        logs = model.train_on_batch(
            list(x),
            [golden["y_score"][step], golden["y_kind"][step]],
            sample_weight=[weight, weight],
            return_dict=True,
        )
        expected = dict(zip(spec["logs"], golden["logs"][step], strict=True))
        for name in ("loss", "score_loss", "kind_loss", "kind_categorical_accuracy"):
            assert logs[name] == pytest.approx(expected[name], rel=1e-6), (step, name)
        assert_allclose(flat(model.get_weights()), golden["weights"][step + 1], rtol=1e-9)
    score, kind = model.predict(list(golden["x"][0]), verbose=0)
    assert_allclose(score, golden["score"], rtol=1e-9)
    assert_allclose(kind, golden["kind"], rtol=1e-9)


# ---- Symbolic tensors ----


def test_symbolic_tensors_tell_shape_dtype_and_origin():
    x = Input((28, 28, 1), batch_size=32, name="image")
    assert (x.shape, x.dtype, x.name, x.ndim) == ((32, 28, 28, 1), "float32", "image", 4)
    assert layers.Flatten()(x).shape == (32, 784)
    tokens = Input((6,), dtype="int32")
    assert tokens.dtype == "int32"
    assert layers.Embedding(9, 2)(tokens).dtype == "float32"
    assert x == x
    assert x != tokens
    assert len({x, tokens, x}) == 2


def test_symbolic_tensors_have_no_values():
    x = Input((3,))
    for action in (lambda: np.asarray(x), lambda: bool(x), lambda: list(x)):
        with pytest.raises(TypeError, match="has no values"):
            action()
    with pytest.raises(TypeError, match="only symbolic tensors, or only data"):
        layers.add([x, np.ones((2, 3))])


def test_arithmetic_of_symbolic_tensors():
    a, b = Input((1,), name="a"), Input((1,), name="b")
    outputs = [a + b, a - b, a * b, a + 2, 2 + a, a - 2, 2 - a, 2 * a, a / 2, -a]
    model = Model([a, b], outputs)
    got = [part.item() for part in model.predict([[[5.0]], [[3.0]]], verbose=0)]
    assert got == [8, 2, 15, 7, 7, 3, -3, 10, 2.5, -5]
    assert same(load_model(model.save_to_bytes()), model)
    for action in (lambda: a + "x", lambda: a / b, lambda: a * True):
        with pytest.raises(TypeError):
            action()


def test_whole_numbers_are_not_made_fractions():
    tokens = Input((1,), dtype="int64")
    model = Model(tokens, layers.Embedding(2**24 + 2, 1)(tokens))
    weights = np.zeros((2**24 + 2, 1), "float32")
    weights[2**24 + 1] = 7
    model.set_weights([weights])
    assert model.predict(np.array([[2**24 + 1]]), verbose=0).item() == 7


# ---- Models ----


def test_a_model_is_built_when_made(capsys):
    model = two_by_two(name="pair")
    assert isinstance(model, Functional)
    assert isinstance(model, Model)
    assert model.built
    assert model.name == "pair"
    assert model.count_params() == (4 * 5 + 5) + (15 + 1) + (15 * 3 + 3)
    assert model.input_shape == [(None, 4), (None, 4)]
    assert model.output_shape == [(None, 1), (None, 3)]
    assert (model.input_names, model.output_names) == (["a", "b"], ["score", "kind"])
    assert len(model.weights) == 6
    model.summary()
    printed = capsys.readouterr().out
    assert "Connected to" in printed
    row = next(line for line in printed.splitlines() if line.startswith("both"))
    assert row.endswith("shared, shared, sum")


def test_names_that_were_not_given_are_numbered_as_the_model_runs():
    a, b = Input((2,)), Input((3,))
    right = layers.Flatten()(Dense(1)(b))
    model = Model([a, b], layers.add([Dense(1)(a), right]))
    assert model.input_names == ["input", "input_1"]
    assert [model.get_layer(name).input.shape for name in ("dense", "dense_1")] == [
        (None, 2),
        (None, 3),
    ]


def test_shared_layers_have_one_set_of_weights_and_both_gradients(rng):
    a, b = Input((2,)), Input((2,))
    shared = Dense(1, use_bias=False)
    model = Model([a, b], layers.Subtract()([shared(a), shared(b)]))
    x = [Tensor(rng.normal(size=(3, 2))) for _ in range(2)]
    assert len(model.weights) == 1
    lamina.ops.sum(model(x)).backward()
    expected = (x[0].numpy() - x[1].numpy()).sum(0)[:, None]
    assert_allclose(shared.kernel.grad.numpy(), expected, rtol=1e-5, atol=1e-6)


def test_models_are_layers_and_may_be_shared(rng):
    i = Input((3,))
    encoder = Model(i, Dense(2, activation="tanh")(i), name="encoder")
    a, b = Input((3,), name="a"), Input((3,), name="b")
    siamese = Model([a, b], layers.dot([encoder(a), encoder(b)], axes=1))
    assert siamese.count_params() == encoder.count_params() == 8
    assert [w.path for w in siamese.weights] == ["encoder/dense/kernel", "encoder/dense/bias"]
    x = [rng.normal(size=(5, 3)).astype("float32") for _ in range(2)]
    u, v = (encoder.predict(part, verbose=0) for part in x)
    assert_allclose(siamese.predict(x, verbose=0), (u * v).sum(1, keepdims=True), rtol=1e-5)
    loaded = load_model(siamese.save_to_bytes())
    assert np.array_equal(loaded.predict(x, verbose=0), siamese.predict(x, verbose=0))
    assert isinstance(loaded.get_layer("encoder"), Functional)
    assert same(load_model(encoder.save_to_bytes()), encoder)


def test_a_nested_model_of_several_inputs_and_outputs(data):
    x, _ = data
    inner = two_by_two(name="inner")
    a, b = Input((4,)), Input((4,))
    score, kind = inner([a, b])
    outer = Model([a, b], {"kind": kind, "score": Dense(1)(score)})
    loaded = load_model(outer.save_to_bytes())
    first, second = outer.predict(x, verbose=0), loaded.predict(x, verbose=0)
    assert list(first) == list(second) == ["kind", "score"]
    for name, array in first.items():
        assert np.array_equal(array, second[name])
    assert_allclose(first["kind"], inner.predict(x, verbose=0)[1], rtol=1e-6)


def test_sequential_models_are_layers_too(rng):
    x = Input((3,))
    block = Sequential([Dense(4, activation="relu"), Dense(3)])
    model = Model(x, layers.add([x, block(x)]))
    data = rng.normal(size=(5, 3)).astype("float32")
    assert_allclose(
        model.predict(data, verbose=0), data + block.predict(data, verbose=0), rtol=1e-6
    )
    assert same(load_model(model.save_to_bytes()), model)


def test_dictionaries_in_and_out(data):
    x, y = data
    listed = two_by_two()
    a, b = listed.inputs
    model = Model({"left": a, "right": b}, dict(zip(["s", "k"], listed.outputs, strict=True)))
    assert model.input_names == ["left", "right"]
    model.compile("sgd", {"s": "mse", "k": "categorical_crossentropy"}, metrics={"k": "accuracy"})
    history = model.fit(
        {"right": x[1], "left": x[0]}, {"k": y[1], "s": y[0]}, epochs=2, verbose=0
    ).history
    assert list(history) == ["loss", "s_loss", "k_loss", "k_accuracy"]
    got = model.predict({"left": x[0], "right": x[1]}, verbose=0)
    for array, expected in zip(got.values(), listed.predict(x, verbose=0), strict=True):
        assert np.array_equal(array, expected)
    loaded = load_model(model.save_to_bytes())
    assert list(loaded.predict({"left": x[0], "right": x[1]}, verbose=0)) == ["s", "k"]
    again = model({"left": x[0], "right": x[1]})
    assert np.array_equal(again["s"].numpy(), model.predict_on_batch(x)["s"])


def test_an_output_of_a_list_of_one_is_a_list():
    x = Input((2,))
    model = Model(x, [Dense(1)(x)])
    assert [array.shape for array in model.predict(np.ones((3, 2)), verbose=0)] == [(3, 1)]
    assert len(load_model(model.save_to_bytes()).predict(np.ones((3, 2)), verbose=0)) == 1


def test_an_input_that_no_output_needs_belongs_to_the_model(rng):
    a, b = Input((2,), name="a"), Input((3,), name="b")
    model = Model([a, b], Dense(1)(a))
    x = [np.ones((4, 2)), np.ones((4, 3))]
    assert load_model(model.save_to_bytes()).predict(x, verbose=0).shape == (4, 1)


def test_the_same_tensor_twice(rng):
    x = Input((2,))
    model = Model(x, layers.multiply([x, x]))
    given = rng.normal(size=(3, 2)).astype("float32")
    assert_allclose(model.predict(given, verbose=0), given**2, rtol=1e-6)
    both = Model(x, [x, x])
    assert all(np.array_equal(part, given) for part in both.predict(given, verbose=0))


def test_a_chain_longer_than_the_stack():
    x = y = Input((1,))
    identity = layers.Identity()
    for _ in range(20_000):
        y = identity(y)
    model = Model(x, y)
    assert model.predict(np.ones((1, 1)), verbose=0).item() == 1


# ---- Training ----


def test_losses_and_metrics_as_lists_dictionaries_or_one(data):
    x, y = data
    by_list, by_name = two_by_two(), two_by_two()
    by_name.set_weights(by_list.get_weights())
    by_list.compile(
        "sgd",
        ["mse", "categorical_crossentropy"],
        loss_weights=[2, 1],
        metrics=[None, ["accuracy"]],
    )
    compiled(by_name, loss_weights={"score": 2.0}, metrics={"kind": "accuracy"})
    histories = [
        m.fit(x, y, epochs=2, shuffle=False, verbose=0).history for m in (by_list, by_name)
    ]
    assert histories[0] == histories[1]
    assert list(histories[0]) == ["loss", "score_loss", "kind_loss", "kind_accuracy"]
    for loss, score, kind in zip(*list(histories[0].values())[:3], strict=True):
        assert loss == pytest.approx(2 * score + kind, rel=1e-5)
    one = two_by_two()
    one.compile("sgd", "mse")
    assert len(one.evaluate(x, y, verbose=0)) == 3


def test_an_output_without_a_loss_does_not_count(data):
    x, y = data
    model = two_by_two()
    model.compile("sgd", {"score": "mse"})
    before = model.get_layer("kind").get_weights()
    history = model.fit(x, {"score": y[0]}, verbose=0).history
    assert list(history) == ["loss"]
    assert np.array_equal(model.get_layer("kind").get_weights()[0], before[0])
    model.compile("sgd", ["mse", None])
    model.fit(x, [y[0], None], verbose=0)


def test_every_way_to_give_batches_trains_the_same(data):
    x, y = data
    weights = two_by_two().get_weights()

    def trained(*args, **options):
        model = compiled()
        model.set_weights(weights)
        model.fit(*args, verbose=0, shuffle=False, **options)
        return model

    def batches():
        for i in range(0, 40, 8):
            yield [part[i : i + 8] for part in x], tuple(part[i : i + 8] for part in y)

    expected = trained(x, y, batch_size=8)
    names = [{"a": x[0], "b": x[1]}, {"score": y[0], "kind": y[1]}]
    assert same(trained(*names, batch_size=8), expected)
    assert same(trained(list(batches())), expected)
    assert same(trained(batches()), expected)


def test_validation_and_splits(data):
    x, y = data
    first = compiled().fit(x, y, validation_split=0.25, verbose=0).history
    assert {"val_loss", "val_score_loss", "val_kind_loss"} < set(first)
    model = compiled()
    history = model.fit(x, y, validation_data=(x, y), verbose=0).history
    assert history["val_loss"][0] == pytest.approx(model.evaluate(x, y, verbose=0)[0])


def test_sample_weights_for_each_output_or_for_all(data):
    x, y = data
    model = compiled()
    weight = np.arange(40.0)
    one = model.evaluate(x, y, sample_weight=weight, verbose=0)
    assert one == model.evaluate(x, y, sample_weight=[weight, weight], verbose=0)
    assert one == model.evaluate(x, y, sample_weight={"score": weight, "kind": weight}, verbose=0)
    only = model.evaluate(x, y, sample_weight={"score": weight}, verbose=0)
    assert (only[1], only[2]) == (one[1], model.evaluate(x, y, verbose=0)[2])


def test_class_weights_of_one_output(rng):
    x = Input((4,))
    model = Model(x, Dense(2, activation="softmax")(x))
    other = Sequential([Input((4,)), Dense(2, activation="softmax")])
    other.set_weights(model.get_weights())
    data, labels = rng.normal(size=(30, 4)), rng.integers(0, 2, 30)
    for m in (model, other):
        m.compile("sgd", "sparse_categorical_crossentropy")
        m.fit(data, labels, class_weight={1: 3.0}, shuffle=False, verbose=0)
    assert same(model, other)
    with pytest.raises(ValueError, match="one output, the model has 2"):
        compiled().fit([data] * 2, [data[:, :1], data[:, :3]], class_weight={0: 2.0}, verbose=0)


def test_frozen_layers_stay(data):
    x, y = data
    model = compiled()
    model.get_layer("shared").trainable = False
    before = model.get_weights()
    model.fit(x, y, verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert changed == [False, False, True, True, True, True]
    loaded = load_model(model.save_to_bytes())
    assert [w.trainable for w in loaded.weights] == [False, False, True, True, True, True]


def test_a_saved_model_resumes_exactly(data, tmp_path):
    x, y = data
    a, b = Input((4,), name="a"), Input((4,), name="b")
    h = layers.Dropout(0.5)(layers.concatenate([a, b]))
    model = Model([a, b], [Dense(1, name="score")(h), Dense(3, name="kind")(h)])
    model.compile(
        "adam",
        {"score": "mse", "kind": "mae"},
        loss_weights={"score": 3.0},
        metrics={"kind": ["accuracy"]},
    )
    model.fit(x, y, epochs=2, verbose=0)
    model.save(tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    histories = [m.fit(x, y, epochs=2, verbose=0).history for m in (model, loaded)]
    assert histories[0] == histories[1]
    assert same(model, loaded)
    assert list(loaded.loss) == ["score", "kind"]
    model.save_weights(tmp_path / "weights")
    loaded.set_weights([np.zeros_like(w) for w in loaded.get_weights()])
    loaded.load_weights(tmp_path / "weights")
    assert same(model, loaded)


@pytest.fixture
def threads():
    before = lamina.num_threads()
    yield lamina.set_num_threads
    lamina.set_num_threads(before)


def test_the_number_of_threads_changes_no_bit(threads, rng):
    x = [rng.normal(size=(256, 4)).astype("float32") for _ in range(2)]
    y = [x[0][:, :1], np.eye(3, dtype="float32")[rng.integers(0, 3, 256)]]
    results = set()
    for count in (1, 2, 4):
        threads(count)
        lamina.utils.set_random_seed(5)
        model = compiled()
        model.fit(x, y, batch_size=128, epochs=2, verbose=0)
        results.add(flat(model.get_weights()).tobytes())
    assert len(results) == 1


def test_a_functional_chain_trains_as_sequential_does(rng):
    x, y = rng.normal(size=(50, 4)), rng.normal(size=(50, 1))
    start = [rng.normal(size=shape) for shape in [(4, 8), (8,), (8, 1), (1,)]]
    results = []
    for functional in (True, False):
        lamina.utils.set_random_seed(1)
        if functional:
            i = Input((4,))
            model = Model(i, Dense(1)(layers.Dropout(0.3)(Dense(8, "relu")(i))), name="m")
        else:
            model = Sequential([Input((4,)), Dense(8, "relu"), layers.Dropout(0.3)], name="m")
            model.add(Dense(1))
        model.set_weights(start)
        model.compile("adam", "mse")
        results.append(model.fit(x, y, epochs=3, verbose=0).history["loss"])
    assert results[0] == results[1]


# ---- Feature extraction ----


def test_features_of_a_sequential_model(rng):
    model = Sequential([Input((4,)), Dense(8, "relu"), Dense(5, "tanh"), Dense(2)])
    features = Model(model.inputs, model.layers[-2].output)
    x = rng.normal(size=(6, 4)).astype("float32")
    expected = model.layers[1](model.layers[0](x)).numpy()
    assert_allclose(features.predict(x, verbose=0), expected, rtol=1e-6)
    assert features.layers[1] is model.layers[0]
    model.layers[0].set_weights([np.zeros((4, 8)), np.zeros(8)])
    assert not features.predict(x, verbose=0).any()
    assert same(load_model(features.save_to_bytes()), features)


def test_features_of_a_sequential_model_built_by_data(rng):
    model = Sequential([Dense(3), Dense(2)])
    with pytest.raises(RuntimeError, match="begin it with Input"):
        model.output  # noqa: B018
    model(rng.normal(size=(2, 4)))
    assert (model.input.shape, model.output.shape) == ((None, 4), (None, 2))
    model.add(Dense(7))
    assert model.output.shape == (None, 7)
    model.pop()
    assert model.outputs[0].shape == (None, 2)


def test_transfer_learning(rng):
    base = two_by_two()
    base.trainable = False
    head = Dense(2, name="head")(base.get_layer("both").output)
    model = Model(base.inputs, head)
    assert len(model.trainable_weights) == 2
    model.compile("sgd", "mse")
    before = base.get_weights()
    x = [rng.normal(size=(8, 4)) for _ in range(2)]
    model.fit(x, np.ones((8, 2)), verbose=0)
    assert all(map(np.array_equal, before, base.get_weights()))


def test_a_model_may_begin_in_the_midst_of_another(rng):
    i = Input((4,))
    code = Dense(2, name="code")(i)
    out = Dense(4, name="decoded")(code)
    whole, encoder, decoder = Model(i, out), Model(i, code), Model(code, out)
    x = rng.normal(size=(5, 4)).astype("float32")
    again = decoder.predict(encoder.predict(x, verbose=0), verbose=0)
    assert_allclose(again, whole.predict(x, verbose=0), rtol=1e-5)
    loaded = load_model(decoder.save_to_bytes())
    assert np.array_equal(loaded.predict(x[:, :2], verbose=0), decoder.predict(x[:, :2], verbose=0))


def test_input_and_output_of_a_layer():
    x = Input((3,))
    layer = Dense(2)
    with pytest.raises(ValueError, match="not applied"):
        layer.output  # noqa: B018
    y = layer(x)
    assert layer.input == x
    assert layer.output == y
    z = layer(Input((3,)))
    with pytest.raises(ValueError, match="2 times"):
        layer.output  # noqa: B018
    assert z.shape == (None, 2)


# ---- Layers and models of one's own ----


@register_serializable(package="functional")
class Sums(lamina.Layer):
    """Takes a list, gives a list."""

    def call(self, inputs):
        return [inputs[0] + inputs[1], inputs[0] - inputs[1]]


def test_layers_of_ones_own_take_and_give_lists(rng):
    a, b = Input((2,), name="a"), Input((2,), name="b")
    plus, minus = Sums()([a, b])
    model = Model([a, b], [plus, minus])
    x = [rng.normal(size=(3, 2)).astype("float32") for _ in range(2)]
    for m in (model, load_model(model.save_to_bytes())):
        plus, minus = m.predict(x, verbose=0)
        assert_allclose(plus, x[0] + x[1], rtol=1e-6)
        assert_allclose(minus, x[0] - x[1], rtol=1e-6)
    assert model.layers[-1]([Tensor(part) for part in x])[1].shape == (3, 2)


@register_serializable(package="functional")
class Lookup(lamina.Layer):
    """Needs whole numbers, also when it is tried on zeros."""

    def build(self, input_shape):
        self.table = self.add_weight((5, 2), "ones", name="table")

    def call(self, inputs):
        return lamina.ops.take(self.table, inputs, axis=0)


def test_layers_of_ones_own_take_whole_numbers(capsys):
    tokens = Input((3,), dtype="int32")
    inner = Model(tokens, Lookup()(tokens), name="inner")
    again = Input((3,), dtype="int32")
    model = Model(again, layers.Flatten()(inner(again)))
    assert model.output_shape == (None, 6)
    model.summary()
    for m in (model, load_model(model.save_to_bytes())):
        assert m.predict(np.array([[0, 4, 2]]), verbose=0).tolist() == [[1] * 6]


def test_layers_that_only_the_graph_knows_stay_alive():
    x = Input((2,))
    model = Model(x, layers.Lambda(lambda t: t * 3.0)(layers.Lambda(lambda t: t + 1.0)(x)))
    gc.collect()
    assert model.predict([[1.0, 2.0]], verbose=0).tolist() == [[6, 9]]


def test_a_model_with_a_call_of_its_own_takes_lists_too(rng):
    class Pair(Model):
        def __init__(self):
            super().__init__()
            self.left, self.right = Dense(2), Dense(2)

        def call(self, inputs):
            return [self.left(inputs[0]), self.right(inputs[1])]

    model = Pair()
    model.compile("sgd", ["mse", "mae"])
    x, y = [rng.normal(size=(6, 3)) for _ in range(2)], [np.ones((6, 2))] * 2
    history = model.fit(x, y, verbose=0).history
    assert list(history) == ["loss", "output_0_loss", "output_1_loss"]
    assert [part.shape for part in model.predict(x, verbose=0)] == [(6, 2), (6, 2)]


def test_models_are_pickled_copied_and_collected(data):
    x, _ = data
    model = two_by_two()
    again = pickle.loads(pickle.dumps(copy.deepcopy(model)))
    for first, second in zip(model.predict(x, verbose=0), again.predict(x, verbose=0), strict=True):
        assert np.array_equal(first, second)
    gone = weakref.ref(again)
    del again
    gc.collect()
    assert gone() is None


def test_a_layer_that_holds_what_it_gave_is_collected():
    class Keeps(lamina.Layer):
        def call(self, inputs):
            return inputs

    layer = Keeps()
    layer.kept = layer(Input((2,)))
    gone = weakref.ref(layer)
    del layer
    gc.collect()
    assert gone() is None


# ---- Drawings ----


def test_drawings(tmp_path, capsys):
    model = two_by_two()
    graph = lamina.utils.model_to_dot(model, show_shapes=True)
    assert '"both (Concatenate) (None, 15)"' in graph
    assert graph.count("->") == 9
    path = tmp_path / "model.dot"
    assert lamina.utils.plot_model(model, path, show_shapes=True) == str(path)
    assert path.read_text() == graph
    lamina.utils.plot_model(model, tmp_path / "model.txt")
    assert "Connected to" in (tmp_path / "model.txt").read_text()


def test_drawing_without_graphviz_prints(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert lamina.utils.plot_model(two_by_two(), tmp_path / "model.png") is None
    assert "Connected to" in capsys.readouterr().out


# ---- Refusals ----


def test_what_makes_no_model():
    a, b = Input((2,), name="a"), Input((2,), name="b")
    y = layers.add([a, b])
    with pytest.raises(ValueError, match=r"needs the input 'b'.*add it to inputs"):
        Model(a, y)
    with pytest.raises(ValueError, match="'a' twice"):
        Model([a, a], Dense(1)(a))
    with pytest.raises(ValueError, match="two layers named 'same'"):
        Model(a, Dense(1, name="same")(Dense(2, name="same")(a)))
    with pytest.raises(TypeError, match="symbolic tensors"):
        Model(np.ones(3), y)
    with pytest.raises(ValueError, match="at least one"):
        Model([], y)
    with pytest.raises(TypeError, match="outputs"):
        Model(inputs=a)

    class Wrong(Model):
        def __init__(self):
            super().__init__(a, y)

    with pytest.raises(TypeError, match=r"subclass lamina\.models\.Functional"):
        Wrong()
    shared = Dense(1)
    shared(a)
    with pytest.raises(ValueError, match="built for inputs"):
        shared(Input((3,)))


def test_what_a_model_refuses_as_data(data):
    x, y = data
    model = compiled()
    with pytest.raises(ValueError, match=r"list of 1, expected 2 arrays \(a, b\)"):
        model.predict([x[0]], verbose=0)
    with pytest.raises(ValueError, match="2 inputs"):
        model.predict(x[0], verbose=0)
    with pytest.raises(ValueError, match="key 'c', expected a, b"):
        model.predict({"a": x[0], "c": x[1]}, verbose=0)
    with pytest.raises(ValueError, match="lacks the key 'b'"):
        model.predict({"a": x[0]}, verbose=0)
    with pytest.raises(ValueError, match="key 'kid', expected score, kind"):
        model.fit(x, {"kid": y[1]}, verbose=0)
    with pytest.raises(ValueError, match="no y for its output 'kind'"):
        model.fit(x, {"score": y[0]}, verbose=0)
    with pytest.raises(ValueError, match="same number of samples"):
        model.fit([x[0], x[1][:5]], y, verbose=0)
    with pytest.raises(ValueError, match=r"'b' was built for inputs \(None, 4\) but got \(32, 2\)"):
        model.predict([x[0], x[1][:, :2]], verbose=0)
    with pytest.raises(ValueError, match="expected"):
        model({"a": x[0]})
    with pytest.raises(ValueError, match="2 inputs"):
        model([x[0]])


def test_what_compile_refuses():
    model = two_by_two()
    with pytest.raises(ValueError, match="a loss for 'kid', expected its outputs: score, kind"):
        model.compile("sgd", {"kid": "mse"})
    with pytest.raises(ValueError, match="loss has 1 entries, expected one for each output"):
        model.compile("sgd", ["mse"])
    with pytest.raises(ValueError, match="metrics has 1 entries"):
        model.compile("sgd", "mse", metrics=["mae"])
    with pytest.raises(ValueError, match="loss_weights has 'kid'"):
        model.compile("sgd", {"score": "mse"}, loss_weights={"kid": 1.0})
    with pytest.raises(ValueError, match="finite loss_weights"):
        model.compile("sgd", "mse", loss_weights=[1.0, float("nan")])


def test_a_layer_within_and_beside_a_nested_model_is_not_saved():
    i = Input((2,))
    shared = Dense(2)
    inner = Model(i, shared(i), name="inner")
    x = Input((2,))
    model = Model(x, layers.add([inner(x), shared(x)]))
    assert len(model.weights) == 2
    with pytest.raises(ValueError, match="one weight as"):
        model.save_to_bytes()


def damaged(change):
    config = two_by_two().get_config()
    change(config)
    return config


def layer_of(config, name):
    return next(layer for layer in config["layers"] if layer["config"]["name"] == name)


def set_input(config, name, **place):
    layer_of(config, name)["calls"][0]["inputs"][0] = place


DAMAGES = {
    "cycle": (
        lambda c: set_input(c, "shared", layer="sum", call=0, output=0),
        "cycle",
    ),
    "itself": (lambda c: set_input(c, "score", layer="score", call=0, output=0), "cycle"),
    "unknown layer": (
        lambda c: set_input(c, "score", layer="nobody", call=0, output=0),
        "'nobody', which is called 0 times",
    ),
    "unknown input": (lambda c: set_input(c, "score", layer="nobody"), "no input of the model"),
    "call": (lambda c: set_input(c, "score", layer="shared", call=2, output=0), "called 2 times"),
    "output": (lambda c: set_input(c, "score", layer="both", call=0, output=1), "which gives 1"),
    "negative": (lambda c: set_input(c, "score", layer="both", call=-1, output=0), "call -1"),
    "shape": (lambda c: set_input(c, "sum", layer="a"), "do not go together"),
    "two names": (lambda c: c["layers"].append(layer_of(c, "both")), "two layers named 'both'"),
    "no inputs": (lambda c: c.update(inputs=[]), "no input of the model"),
    "no outputs": (lambda c: c.update(outputs=[]), "at least one"),
    "begin": (lambda c: c["inputs"].append({"layer": "both"}), "no Input among its layers"),
    "twice": (lambda c: c["inputs"].append({"layer": "a"}), "twice"),
    "structure": (lambda c: c.update(output_structure="heap"), "single, list or dict"),
    "single": (lambda c: c.update(output_structure="single"), "outputs"),
    "dict": (lambda c: c.update(output_structure="dict"), "key"),
    "option": (lambda c: c.update(nonsense=1), "nonsense"),
    "empty call": (lambda c: layer_of(c, "sum")["calls"].append({"inputs": []}), "without inputs"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_graphs_are_refused(name):
    change, message = DAMAGES[name]
    with pytest.raises(ValueError, match=message):
        Functional.from_config(damaged(change))


@pytest.mark.parametrize("key", ["layers", "inputs", "outputs", "input_structure"])
@pytest.mark.parametrize("value", [None, 1, "a", [1], {}, [[]], [{}]])
def test_malformed_graphs_are_refused(key, value):
    with pytest.raises((ValueError, TypeError)):
        Functional.from_config(damaged(lambda c: c.update({key: value})))


def mutated(config, source):
    """The configuration with one or two of its values gone, changed, or moved elsewhere."""
    places = []

    def walk(node):
        pairs = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in list(pairs):
            places.append((node, key))
            if isinstance(value, (dict, list)):
                walk(value)

    walk(config)
    odd = [None, -1, 0, 2, "a", "score", [], {}, 7, True, [{}], {"layer": "a"}]
    for _ in range(source.choice([1, 1, 2])):
        node, key = source.choice(places)
        other, other_key = source.choice(places)
        try:
            value = copy.deepcopy(other[other_key])
            action = source.randrange(4)
            if action == 0:
                del node[key]
            elif action == 1:
                node[key] = source.choice(odd)
            elif action == 2 and isinstance(node, list):
                node.append(value)
            else:
                node[key] = value
        except (KeyError, IndexError):
            pass  # an earlier change removed it
    return config


def test_mutated_graphs_load_or_are_refused():
    source = random.Random(1)
    text = json.dumps(two_by_two().get_config())
    loaded = 0
    for _ in range(1500):
        try:
            model = Functional.from_config(mutated(json.loads(text), source))
        except (ValueError, TypeError):
            continue
        loaded += 1
        assert same(load_model(model.save_to_bytes()), model)
    assert 0 < loaded < 1500


def test_a_model_leaves_the_names_alone_that_another_gave(tmp_path):
    x = lamina.Input((3,))
    first, second = (Model(x, layers.Dense(2)(x)) for _ in range(2))
    second.save_weights(tmp_path / "second.w")
    both = Model(x, layers.add([first.output, second.output]))
    second.load_weights(tmp_path / "second.w")
    assert second.get_layer("dense") is second.layers[-1]
    assert second.output_names == ["dense"]
    assert both.get_layer("dense") is first.layers[-1]
    assert both.get_layer("dense_1") is second.layers[-1]
    lines = []
    both.summary(print_fn=lines.append)
    assert "dense_1 (Dense)" in lines[0]
    both.save(tmp_path / "both.lamina")
    loaded = lamina.models.load_model(tmp_path / "both.lamina")
    data = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")
    assert np.array_equal(loaded.predict(data, verbose=0), both.predict(data, verbose=0))
    assert [layer.name for layer in loaded.layers] == ["input", "dense", "dense_1", "add"]


def test_a_lambda_takes_a_list():
    a, b = lamina.Input((3,)), lamina.Input((3,))
    for shape in (None, (3,), lambda shapes: shapes[0]):
        distance = layers.Lambda(lambda pair: lamina.ops.abs(pair[0] - pair[1]), shape)([a, b])
        assert distance.shape == (None, 3)
        got = Model([a, b], distance).predict([[[1.0, 2, 3]], [[3.0, 2, 1]]], verbose=0)
        assert np.array_equal(got, [[2, 0, 2]])
    both = layers.Lambda(lambda x: [x[:, :1], x * 2])(a)
    assert [tensor.shape for tensor in both] == [(None, 1), (None, 3)]


def test_a_graph_from_its_configuration_by_the_class_it_was_made_with():
    x = lamina.Input((3,))
    model = Model(x, layers.Dense(2)(x))
    again = Model.from_config(model.get_config())
    assert isinstance(again, Functional)
    assert again.get_config() == model.get_config()


def test_what_symbolic_tensors_cannot_do_is_said():
    x = lamina.Input((3,))
    with pytest.raises(TypeError, match=r"no values.*Lambda"):
        x[:, :2]
    with pytest.raises(TypeError, match=r"no values.*Dot"):
        x @ x
    with pytest.raises(ValueError, match="training=True for symbolic inputs"):
        layers.Dropout(0.5)(x, training=True)
    layers.Dropout(0.5)(x, training=False)


def test_towers_on_inputs_of_their_own_join_by_their_outputs(tmp_path):
    def tower():
        x = lamina.Input((3,))
        return Model(x, layers.Dense(2)(x))

    left, right = tower(), tower()
    both = Model([left.input, right.input], layers.concatenate([left.output, right.output]))
    assert both.input_names == ["input", "input_1"]
    assert right.input_names == ["input"]
    both.save_weights(tmp_path / "both.w")
    values = both.get_weights()
    both.set_weights([0 * value for value in values])
    both.load_weights(tmp_path / "both.w")
    for value, loaded in zip(values, both.get_weights(), strict=True):
        assert np.array_equal(value, loaded)
