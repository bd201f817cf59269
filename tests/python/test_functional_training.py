"""Training of graphs of layers, with several inputs and outputs."""

import numpy as np
import pytest
from graphs import compiled, flat, same, two_by_two, two_by_two_data

import lamina
from lamina import Dense, Input, Model, Sequential, layers
from lamina.models import load_model


@pytest.fixture
def data(rng):
    return two_by_two_data(rng)


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
