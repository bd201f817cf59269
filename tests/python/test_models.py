"""Models of one's own, batches of one's own, class weights, and loops of one's own."""
# ruff: noqa: E501 (a row a refusal)

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Model, Sequential, Tensor, layers, losses, ops, optimizers
from lamina.saving import load_model, register_serializable


@pytest.fixture
def data(rng):
    x = rng.normal(size=(100, 4)).astype("float32")
    return x, (x.sum(1) > 0).astype("int64")


def classifier():
    lamina.utils.set_random_seed(3)
    model = Sequential([Input((4,)), Dense(8, "tanh"), Dense(2, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def same(a, b):
    return all(map(np.array_equal, a.get_weights(), b.get_weights()))


def batches_of(x, y, size=10):
    return [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]


def test_class_weights_are_sample_weights(data):
    x, y = data
    by_class, by_sample, by_batch = classifier(), classifier(), classifier()
    by_class.fit(x, y, class_weight={1: 3.0}, shuffle=False, batch_size=10, verbose=0)
    by_sample.fit(
        x, y, sample_weight=np.where(y == 1, 3.0, 1.0), shuffle=False, batch_size=10, verbose=0
    )
    by_batch.fit(batches_of(x, y), class_weight={1: 3.0}, verbose=0)
    assert same(by_class, by_sample)
    assert same(by_class, by_batch)


def test_class_weights_of_one_hot_labels(data):
    x, y = data
    model, other = classifier(), classifier()
    for m in (model, other):
        m.compile("sgd", "categorical_crossentropy")
    one_hot = np.eye(2)[y]
    model.fit(x, one_hot, class_weight={0: 0.5, 1: 2}, shuffle=False, verbose=0)
    weights = np.where(y == 1, 2.0, 0.5)
    other.fit(x, one_hot, sample_weight=weights, shuffle=False, verbose=0)
    assert same(model, other)


@pytest.mark.parametrize("bad", [{1: -1.0}, {1: float("nan")}])
def test_class_weights_out_of_range(data, bad):
    with pytest.raises(ValueError, match="class weights finite and at least 0"):
        classifier().fit(*data, class_weight=bad, verbose=0)


def test_class_weights_of_the_wrong_type(data):
    with pytest.raises(TypeError, match="class_weight"):
        classifier().fit(*data, class_weight=[1.0, 2.0], verbose=0)


def test_batches_from_a_list_a_generator_and_arrays_train_the_same(data):
    x, y = data
    expected = classifier()
    expected.fit(x, y, batch_size=10, epochs=2, shuffle=False, verbose=0)

    def endless():
        while True:
            yield from batches_of(x, y)

    class Batches:
        def __iter__(self):
            return iter(batches_of(x, y))

    for source, options in (
        (batches_of(x, y), {}),
        (Batches(), {}),
        (endless(), {"steps_per_epoch": 10}),
    ):
        model = classifier()
        history = model.fit(source, epochs=2, verbose=0, **options)
        assert same(model, expected)
        assert history.history["loss"][1] == expected.history.history["loss"][1]


def test_evaluate_and_predict_batches(data):
    x, y = data
    model = classifier()
    assert model.evaluate(batches_of(x, y), verbose=0) == pytest.approx(
        model.evaluate(x, y, batch_size=10, verbose=0), rel=1e-6
    )
    got = model.predict((batch for batch, _ in batches_of(x, y, 30)), verbose=0)
    np.testing.assert_array_equal(got, model.predict(x, verbose=0, batch_size=30))
    assert model.predict(x, batch_size=10, steps=3, verbose=0).shape == (30, 2)
    assert model.evaluate(x, y, steps=2, batch_size=10, verbose=0)


def test_a_generator_may_fill_one_array_again_and_again():
    model = Sequential([Input((3,)), layers.Identity()])

    def batches():
        array = np.empty((2, 3), "float32")
        for i in range(3):
            array[:] = i
            yield array

    assert model.predict(batches(), verbose=0)[:, 0].tolist() == [0, 0, 1, 1, 2, 2]


def test_steps_per_epoch_go_on_through_the_data(data):
    x, y = data
    whole, parts = classifier(), classifier()
    whole.fit(x, y, batch_size=10, shuffle=False, verbose=0)
    history = parts.fit(x, y, batch_size=10, steps_per_epoch=5, epochs=2, shuffle=False, verbose=0)
    assert len(history.epoch) == 2
    assert same(whole, parts)
    parts.fit(x, y, batch_size=10, steps_per_epoch=25, shuffle=False, verbose=0)
    assert parts.optimizer.iterations == 35


def test_validation_of_every_second_epoch_or_of_some(data):
    x, y = data
    history = (
        classifier().fit(x, y, epochs=5, validation_split=0.2, validation_freq=2, verbose=0).history
    )
    assert (len(history["loss"]), len(history["val_loss"])) == (5, 2)
    history = (
        classifier()
        .fit(x, y, epochs=5, validation_data=batches_of(x, y), validation_freq=[1, 2, 5], verbose=0)
        .history
    )
    assert len(history["val_accuracy"]) == 3


def test_validation_data_as_batches(data):
    x, y = data
    a, b = classifier(), classifier()
    first = a.fit(x, y, validation_data=(x, y), validation_batch_size=10, verbose=0).history
    second = b.fit(x, y, validation_data=iter_again(batches_of(x, y)), verbose=0).history
    assert first["val_loss"] == second["val_loss"]
    third = classifier().fit(x, y, validation_data=(x, y), validation_steps=2, verbose=0).history
    assert third["val_loss"] != first["val_loss"]


def iter_again(items):
    class Again:
        def __iter__(self):
            return iter(items)

        def __len__(self):
            return len(items)

    return Again()


CASES = {
    "exhausted": (lambda m, x, y: m.fit(iter(batches_of(x, y)), epochs=2, verbose=0), ValueError, r"ran out of data"),
    "no batches": (lambda m, x, y: m.fit(iter([]), verbose=0), ValueError, r"no batches"),
    "four items": (lambda m, x, y: m.fit([(x, y, y, y)], verbose=0), ValueError, r"tuple of 4"),
    "shapes": (lambda m, x, y: m.fit([(x, y[:5])], verbose=0), ValueError, r"\(5,\).*\(100, 4\)"),
    "no labels": (lambda m, x, y: m.fit([(x,)], verbose=0), ValueError, r"no y"),
    "split": (lambda m, x, y: m.fit(batches_of(x, y), validation_split=0.5, verbose=0), ValueError, r"validation_split"),
    "steps": (lambda m, x, y: m.fit(x, y, steps_per_epoch=0, verbose=0), ValueError, r"steps_per_epoch"),
    "freq": (lambda m, x, y: m.fit(x, y, validation_freq=0, verbose=0), ValueError, r"validation_freq"),
    "strings": (lambda m, x, y: m.fit([("a", "b")], verbose=0), TypeError, r"a batch's x"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_refusals(name, data):
    action, kind, message = CASES[name]
    with pytest.raises(kind, match=message):
        action(classifier(), *data)


def test_an_error_in_a_generator_comes_through(data):
    def broken():
        yield data
        raise LookupError("no more")

    model = classifier()
    with pytest.raises(LookupError, match="no more"):
        model.fit(broken(), verbose=0)
    model.fit(*data, verbose=0)


def test_pandas_frames(data):
    pandas = pytest.importorskip("pandas")
    x, y = data
    expected, model = classifier(), classifier()
    expected.fit(x, y, verbose=0)
    model.fit(pandas.DataFrame(x), pandas.Series(y), verbose=0)
    assert same(expected, model)


# Models of one's own.


@register_serializable(package="tests")
class Residual(Model):
    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.hidden = Dense(units, activation="tanh")
        self.dropout = layers.Dropout(0.5)
        self.heads = [Dense(8), Dense(2, activation="softmax")]

    def call(self, inputs, training=False):
        x = inputs + self.dropout(self.hidden(inputs), training=training)
        for head in self.heads:
            x = head(x)
        return x

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def residual():
    lamina.utils.set_random_seed(3)
    model = Residual()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_a_model_of_ones_own_trains_is_saved_and_goes_on(data, tmp_path):
    x, y = data
    model = residual()
    history = model.fit(x, y, epochs=40, verbose=0, validation_split=0.2).history
    assert history["accuracy"][-1] > 0.8
    assert model.predict(x, verbose=0).shape == (100, 2)
    assert model.count_params() == 4 * 4 + 4 + 4 * 8 + 8 + 8 * 2 + 2
    assert [layer.name for layer in model.layers] == ["hidden", "dropout", "heads_0", "heads_1"]
    model.save(tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    assert isinstance(loaded, Residual)
    for m in (model, loaded):
        m.fit(x, y, epochs=2, verbose=0)
    assert same(model, loaded)
    model.save_weights(tmp_path / "weights")
    fresh = residual()
    fresh.build((None, 4))
    fresh.load_weights(tmp_path / "weights")
    assert same(model, fresh)


def test_build_needs_a_shape_or_an_input():
    model = Sequential([Input((4,)), Dense(2)])
    model.build()
    assert model.count_params() == 10
    with pytest.raises(ValueError, match=r"input shape: give one.*or Input as the first layer"):
        Sequential([Dense(2)]).build()


def test_a_model_is_a_layer(data):
    x, y = data
    inner = Residual(name="inner")
    model = Sequential([Input((4,)), inner])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(x, y, verbose=0)
    assert model.weights[0].path == "inner/hidden/kernel"
    assert same(load_model(model.save_to_bytes()), model)
    assert same(load_model(inner_saved(inner)), inner)


def inner_saved(model):
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model.save_to_bytes()


def test_summary_and_errors_of_a_model_of_ones_own(data, capsys):
    model = residual()
    model.fit(*data, verbose=0)
    model.summary()
    assert "heads_1" in capsys.readouterr().out
    with pytest.raises(NotImplementedError, match="call"):
        Model()(np.ones((1, 2)))
    with pytest.raises(RuntimeError, match="compile"):
        Residual().fit(*data, verbose=0)


def test_frozen_layers_stay(data):
    model = classifier()
    model.layers[0].trainable = False
    before = model.get_weights()
    model.fit(*data, verbose=0)
    after = model.get_weights()
    assert np.array_equal(before[0], after[0])
    assert not np.array_equal(before[2], after[2])
    assert len(model.trainable_weights) == 2


# Loops of one's own.


def test_the_three_ways_to_step_agree(data):
    x, y = data
    fitted, torch_like, keras_like = classifier(), classifier(), classifier()
    fitted.fit(x, y, batch_size=50, shuffle=False, verbose=0)
    loss_of = losses.SparseCategoricalCrossentropy()

    optimizer = optimizers.SGD(0.01)
    optimizer.build(torch_like.trainable_variables)
    for begin in (0, 50):
        optimizer.zero_grad()
        loss_of(y[begin : begin + 50], torch_like(x[begin : begin + 50], training=True)).backward()
        optimizer.step()

    optimizer = optimizers.SGD(0.01)
    variables = keras_like.trainable_variables
    for begin in (0, 50):
        loss_of(y[begin : begin + 50], keras_like(x[begin : begin + 50], training=True)).backward()
        gradients = [variable.grad for variable in variables]
        optimizer.apply(gradients, variables)
        assert all(variable.grad is None for variable in variables)

    assert same(fitted, torch_like)
    assert same(fitted, keras_like)


def test_apply_checks_what_it_gets():
    w = lamina.Variable([1.0, 2.0])
    optimizer = optimizers.SGD(1.0)
    with pytest.raises(ValueError, match="2 gradients for 1 weights"):
        optimizer.apply([Tensor([1.0]), Tensor([1.0])], [w])
    with pytest.raises(ValueError, match=r"shape \(1,\).*\(2,\)"):
        optimizer.apply([Tensor([1.0])], [w])
    with pytest.raises(RuntimeError, match="build"):
        optimizer.step()
    optimizer.apply_gradients([(Tensor([1.0, 1.0]), w)])
    assert w.numpy().tolist() == [0, 1]
    with pytest.raises(ValueError, match="No gradients"):
        optimizer.apply([None], [w])
    assert w.numpy().tolist() == [0, 1]


def test_plain_sgd_touches_only_rows_with_a_gradient():
    table = lamina.Variable(np.ones((1000, 4), "float32"))
    dense = lamina.Variable(np.ones((1000, 4), "float32"))
    index = np.array([[3, 5], [3, 999]])
    factor = np.arange(16, dtype="float32").reshape(2, 2, 4)
    for variable, lookup in ((table, ops.embedding), (dense, lambda t, i: ops.take(t, i, 0))):
        optimizer = optimizers.SGD(0.1)
        for _ in range(3):
            ops.sum(lookup(variable, index) * factor).backward()
            optimizer.step([variable])
            variable.zero_grad()
    assert np.array_equal(table.numpy(), dense.numpy())
    untouched = np.ones(1000, bool)
    untouched[[3, 5, 999]] = False
    assert (table.numpy()[untouched] == 1).all()


def test_gradients_of_rows_become_dense_where_they_are_asked_for():
    table = lamina.Variable(np.zeros((4, 2), "float32"))
    ops.sum(ops.embedding(table, [1, 1, 3])).backward()
    ops.sum(table * 2.0).backward()
    assert table.grad.numpy().tolist() == [[2, 2], [4, 4], [2, 2], [3, 3]]


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "adamw", "nadam"])
def test_embeddings_train_with_every_optimizer(optimizer, rng):
    tokens = rng.integers(0, 50, (200, 6))
    labels = (tokens == 7).any(1)
    model = Sequential(
        [Input((6,)), layers.Embedding(50, 8), layers.Flatten(), Dense(1, "sigmoid")]
    )
    model.compile(optimizer, "binary_crossentropy")
    history = model.fit(tokens, labels, epochs=30, verbose=0).history["loss"]
    assert history[-1] < history[0]


def test_arguments_without_effect_are_taken(data):
    plain, given = classifier(), classifier()
    without_effect = {"run_eagerly": True, "steps_per_execution": 4, "jit_compile": True}
    given.compile("sgd", "sparse_categorical_crossentropy", **without_effect)
    for model in (plain, given):
        model.fit(*data, shuffle=False, verbose=0)
    assert same(plain, given)


def test_losses_that_layers_add(data):
    class Sparse(lamina.Layer):
        def call(self, inputs):
            self.add_loss(ops.sum(ops.abs(inputs)) * 0.5)
            return inputs

    x, y = data
    model = Sequential([Input((4,)), Sparse(), Dense(2, "softmax", kernel_regularizer="l2")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    loss_of = losses.SparseCategoricalCrossentropy()
    expected = (
        loss_of(y, model(x)).item()
        + 0.5 * np.abs(x).sum()
        + 0.01 * (model.get_weights()[0] ** 2).sum()
    )
    assert model.evaluate(x, y, batch_size=100, verbose=0) == pytest.approx(expected, rel=1e-5)
    model(x, training=True)
    assert [round(loss.item(), 3) for loss in model.losses] == [
        round(float(0.5 * np.abs(x).sum()), 3),
        round(float(0.01 * (model.get_weights()[0] ** 2).sum()), 3),
    ]
