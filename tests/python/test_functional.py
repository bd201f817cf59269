"""Models made of symbolic tensors: what they compute, tell, name, draw and refuse."""

import copy
import gc
import json
import pickle
import weakref
from pathlib import Path

import numpy as np
import pytest
from graphs import compiled, flat, same, two_by_two, two_by_two_data
from numpy.testing import assert_allclose

import lamina
from lamina import Dense, Input, Model, Sequential, Tensor, layers
from lamina.models import Functional, load_model
from lamina.saving import register_serializable


@pytest.fixture
def data(rng):
    return two_by_two_data(rng)


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
    with pytest.raises(TypeError, match="give symbolic tensors, and arrays for what is the same"):
        layers.add([x, "text"])


def test_an_array_among_symbolic_tensors_is_the_same_at_each_call(tmp_path, rng):
    x = rng.normal(size=(5, 2, 3)).astype("float32")
    added = rng.normal(size=(1, 2, 3))
    inputs = Input((2, 3))
    for array in (added, Tensor(added.astype("float32"))):
        model = Model(inputs, layers.add([inputs, array]))
        expected = x + added.astype("float32")
        assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-6)
        model.save(tmp_path / "m.lamina")
        assert_allclose(load_model(tmp_path / "m.lamina")(x), expected, rtol=1e-6)
    model.compile("sgd", "mse")
    model.fit(x, x, verbose=0)
    with pytest.raises(TypeError, match="Variable"):
        layers.add([inputs, lamina.Variable(added)])
    with pytest.raises(ValueError, match=r"\(2, 3\).*first axis of 1"):
        layers.add([inputs, added[0]])


def test_arithmetic_of_symbolic_tensors():
    a, b = Input((1,), name="a"), Input((1,), name="b")
    outputs = [a + b, a - b, a * b, a + 2, 2 + a, a - 2, 2 - a, 2 * a, a / 2, -a]
    model = Model([a, b], outputs)
    got = [part.item() for part in model.predict([[[5.0]], [[3.0]]], verbose=0)]
    assert got == [8, 2, 15, 7, 7, 3, -3, 10, 2.5, -5]
    assert same(load_model(model.save_to_bytes()), model)
    for action in (lambda: a + "x", lambda: a - None, lambda: {} * a):
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
    for action in (lambda: bool(x > 0), lambda: float(x), lambda: np.spacing(x), lambda: list(x)):
        with pytest.raises(TypeError, match=r"no values|needs values|no known"):
            action()
    with pytest.raises(TypeError, match="Variable"):
        x + lamina.Variable([1.0])


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
    drawn = lamina.utils.plot_model(model, path, show_shapes=True, show_layer_names=True)
    assert drawn == str(path)
    assert path.read_text() == graph
    lamina.utils.plot_model(model, tmp_path / "model.txt")
    assert "Connected to" in (tmp_path / "model.txt").read_text()


def nested():
    inner = Sequential([Input((4,)), Dense(3, activation="relu"), Dense(2)], name="inner")
    inner.trainable = False
    x = Input((4,))
    return Model(x, layers.add([inner(x), Dense(2, name="side")(x)]), name="outer")


def test_drawing_shows_what_it_is_asked_for():
    graph = lamina.utils.model_to_dot(
        nested(),
        show_dtype=True,
        rankdir="LR",
        expand_nested=True,
        dpi=96,
        show_layer_activations=True,
        show_trainable=True,
    )
    lines = {line.strip() for line in graph.splitlines()}
    assert lines >= {
        "rankdir=LR;",
        "dpi=96;",
        "subgraph cluster_1 {",
        'n1_1 [label="dense (Dense) relu float32 not trainable"];',
        '2 [label="side (Dense) linear float32 trainable"];',
        "0 -> n1_0;",
        "n1_2 -> 3;",
    }
    assert '[label="Dense"]' in lamina.utils.model_to_dot(nested(), show_layer_names=False)
    with pytest.raises(ValueError, match="rankdir TB, LR, BT or RL, got 'up'"):
        lamina.utils.model_to_dot(nested(), rankdir="up")


def test_summary_shows_what_it_is_asked_for(capsys):
    model = nested()

    def rows(**options):
        model.summary(**options)
        return capsys.readouterr().out.splitlines()

    assert "    dense_1 (Dense)" in "\n".join(rows(expand_nested=True))
    trainable = {row.split()[0]: row.split() for row in rows(show_trainable=True)[3:7]}
    assert ("no" in trainable["inner"], "yes" in trainable["side"]) == (True, True)
    narrow = rows(line_length=50)
    assert max(map(len, narrow[:-2])) <= 50
    assert "".join(row.split("  ")[0] for row in narrow[5:7]) == "inner (Sequential)"
    wide = rows(line_length=60, positions=[0.3, 0.6, 0.8, 1.0])
    assert {len(row) for row in wide if set(row) == {"-"}} == {60}
    assert [row.split()[0] for row in rows(layer_range=["in.*r", "side"])[3:5]] == ["inner", "side"]
    with pytest.raises(ValueError, match="no layer 'none'; its layers are input, inner, side, add"):
        rows(layer_range=["none", "side"])
    with pytest.raises(ValueError, match="expected two names"):
        rows(layer_range="inner")


def test_only_models_are_drawn():
    for something in (3, None, layers.Dense(2)):
        with pytest.raises(TypeError, match="expected a model, got"):
            lamina.utils.plot_model(something, "drawn.dot")


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
            super().__init__(a, a)

        def call(self, inputs):
            return inputs

    with pytest.raises(TypeError, match="Wrong defines call"):
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
