"""Regularizers and constraints: Keras's values, their part in training, files and refusals."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lamina
from lamina import Dense, Input, Layer, Sequential, Tensor, constraints, layers, ops, regularizers

FILE = Path(__file__).parents[1] / "golden" / "regularizers.npz"
with np.load(FILE) as file:
    ARRAYS = dict(file)
SPEC = json.loads(str(ARRAYS.pop("spec")))
BOTH_DTYPES = pytest.mark.parametrize(
    ("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)]
)


def make(area, identity):
    cls, config = identity
    return getattr(area, cls)(**config)


# ---- Values ----


@BOTH_DTYPES
@pytest.mark.parametrize("name", list(SPEC["regularizers"]))
def test_values_and_gradients_of_regularizers(name, dtype, tolerance):
    regularizer = make(regularizers, SPEC["regularizers"][name])
    x = Tensor(ARRAYS["x"], dtype, requires_grad=True)
    value = regularizer(x)
    assert (value.shape, value.dtype) == ((), dtype)
    assert value.item() == pytest.approx(ARRAYS[f"{name}/value"].item(), rel=tolerance, abs=0)
    if value.requires_grad:
        value.backward()
    gradient = x.grad.numpy() if x.grad is not None else np.zeros(x.shape)
    assert_allclose(gradient, ARRAYS[f"{name}/gradient"], rtol=tolerance, atol=tolerance)


@BOTH_DTYPES
@pytest.mark.parametrize("name", list(SPEC["constraints"]))
def test_values_of_constraints(name, dtype, tolerance):
    constraint = make(constraints, SPEC["constraints"][name])
    constrained = constraint(ARRAYS["w"].astype(dtype))
    assert constrained.dtype == dtype
    expected = ARRAYS[f"{name}/output"]
    assert_allclose(constrained.numpy(), expected, rtol=tolerance, atol=tolerance)


def test_by_hand():
    x = np.array([[1.0, -2.0], [0.0, 3.0]])
    assert regularizers.L1(0.5)(x).item() == 3.0
    assert regularizers.L2(0.5)(x).item() == 7.0
    assert regularizers.L1L2(1.0, 10.0)(x).item() == 146.0
    assert regularizers.L1L2()(x).item() == 0.0
    assert regularizers.L2(2.0)(np.ones((2, 3, 4))).item() == 48.0
    assert regularizers.L2(1.0)(np.zeros((0, 3))).item() == 0.0
    # Rows (3, 4) and (1, 0): their cosine is 3 / 5.
    rows = regularizers.OrthogonalRegularizer(2.0)([[3.0, 4.0], [1.0, 0.0]])
    assert rows.item() == pytest.approx(1.2)
    assert constraints.NonNeg()([-1.0, 0.0, 2.0]).numpy().tolist() == [0, 0, 2]
    w = np.array([[3.0, 0.6], [4.0, 0.8]])
    assert_allclose(constraints.MaxNorm(2.0)(w).numpy(), [[1.2, 0.6], [1.6, 0.8]], rtol=1e-6)
    assert_allclose(constraints.UnitNorm()(w).numpy(), [[0.6, 0.6], [0.8, 0.8]], rtol=1e-6)
    halfway = constraints.MinMaxNorm(2.0, 3.0, rate=0.5)(w).numpy()  # norms 5 and 1 to 4 and 1.5
    assert_allclose(np.linalg.norm(halfway, axis=0), [4.0, 1.5], rtol=1e-6)


def test_nan_and_zero():
    assert math.isnan(regularizers.L1L2(0.1, 0.1)([1.0, math.nan]).item())
    assert math.isnan(constraints.NonNeg()([math.nan]).numpy()[0])
    for constraint in (constraints.MaxNorm(), constraints.UnitNorm(), constraints.MinMaxNorm(0.5)):
        assert not constraint(np.zeros((3, 2))).numpy().any()
    x = Tensor(np.zeros((2, 2)), requires_grad=True)
    regularizers.L1(1.0)(x).backward()
    assert not x.grad.numpy().any()


# ---- In training ----


def compiled(*made, learning_rate=0.1):
    model = Sequential([Input((3,)), *made])
    model.compile(lamina.optimizers.SGD(learning_rate), "mse")
    return model


@pytest.fixture
def data(rng):
    return rng.normal(size=(10, 3)).astype("float32"), rng.normal(size=(10, 2)).astype("float32")


def test_the_loss_of_every_method_includes_the_penalties(data):
    x, y = data
    model = compiled(
        Dense(4, "tanh", kernel_regularizer=regularizers.L1(0.1), bias_regularizer="l2"),
        Dense(
            2,
            bias_initializer="ones",
            bias_regularizer=regularizers.L2(0.3),
            activity_regularizer=regularizers.L2(0.2),
        ),
        learning_rate=0.0,
    )
    kernel = model.get_weights()[0]
    predicted = model.predict(x, verbose=0)
    plain = np.mean((predicted - y) ** 2)
    penalty = 0.1 * np.abs(kernel).sum() + 0.3 * 2 + 0.2 * (predicted**2).sum() / len(x)
    expected = pytest.approx(plain + penalty, rel=1e-5)
    assert model.train_on_batch(x, y) == expected
    assert model.test_on_batch(x, y) == expected
    assert model.evaluate(x, y, verbose=0) == expected
    history = model.fit(x, y, epochs=1, verbose=0, validation_data=(x, y)).history
    assert history["loss"] == [expected]
    assert history["val_loss"] == [expected]
    # In batches of 4, 4 and 2: each mean weighs as many samples as it has.
    assert model.evaluate(x, y, batch_size=4, verbose=0) == expected
    # Weights of samples weigh losses of samples, and no penalty.
    unseen = model.test_on_batch(x, y, np.zeros(len(x), "float32"))
    assert unseen == pytest.approx(penalty, rel=1e-5)


def test_penalties_alone_move_weights():
    x, y = np.zeros((4, 3)), np.zeros((4, 2))
    l1 = Dense(2, use_bias=False, kernel_regularizer=regularizers.L1(0.3))
    l2 = Dense(2, use_bias=False, kernel_regularizer=regularizers.L2(0.3))
    for layer, step in ((l1, lambda w: 0.03 * np.sign(w)), (l2, lambda w: 0.06 * w)):
        model = compiled(layer)
        before = model.get_weights()[0]
        model.train_on_batch(x, y)
        assert_allclose(model.get_weights()[0], before - step(before), rtol=1e-5, atol=1e-7)


def test_penalties_of_inner_layers_and_of_layers_of_ones_own(data):
    class Scaled(Layer):
        def build(self, input_shape):
            self.inner = Dense(2, kernel_regularizer=regularizers.L2(1.0))
            self.scale = self.add_weight((), "ones", name="scale", regularizer="l2")
            self.fixed = self.add_weight(
                (), "ones", trainable=False, name="fixed", regularizer=regularizers.L2(1e6)
            )

        def call(self, inputs):
            self.add_loss(ops.mean(inputs) * 0 + 7.0)
            return self.inner(inputs) * self.scale * self.fixed

    x, y = data
    model = compiled(Sequential([Scaled()]), learning_rate=0.0)
    loss = model.train_on_batch(x, y)
    plain = np.mean((model.predict(x, verbose=0) - y) ** 2)
    kernel = next(w.numpy() for w in model.weights if w.name == "kernel")
    assert loss == pytest.approx(plain + (kernel**2).sum() + 0.01 + 7, rel=1e-5)


def test_losses_of_a_layer_can_be_read_and_differentiated(data):
    layer = Dense(2, kernel_regularizer="l2", activity_regularizer=regularizers.L1(0.5))
    output = layer(data[0], training=True)
    activity, weights = sorted((loss for loss in layer.losses), key=lambda loss: -loss.item())
    assert activity.item() == pytest.approx(0.5 * np.abs(output.numpy()).sum() / 10, rel=1e-5)
    assert weights.item() == pytest.approx(0.01 * (layer.kernel.numpy() ** 2).sum(), rel=1e-5)
    weights.backward()
    assert_allclose(layer.kernel.grad.numpy(), 0.02 * layer.kernel.numpy(), rtol=1e-5)


@pytest.mark.parametrize("training", [False, True])
def test_losses_are_those_of_the_last_call(data, training):
    layer = Dense(2, activity_regularizer="l2")
    model = Sequential([Input((3,)), layer])
    for _ in range(3):
        layer(data[0], training=training)
        assert len(layer.losses) == 1
    for _ in range(3):
        model(data[0], training=training)
        assert len(model.losses) == 1


def test_frozen_weights_add_nothing_but_their_outputs_do(data):
    x, y = data
    options = {"kernel_regularizer": regularizers.L2(5.0), "bias_regularizer": "l1"}
    frozen = Dense(2, trainable=False, activity_regularizer=regularizers.L2(0.3), **options)
    model = compiled(frozen)
    assert frozen.losses == []
    predicted = model.predict(x, verbose=0)
    expected = np.mean((predicted - y) ** 2) + 0.3 * (predicted**2).sum() / len(x)
    assert model.train_on_batch(x, y) == pytest.approx(expected, rel=1e-5)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-5)
    assert np.array_equal(model.predict(x, verbose=0), predicted)
    frozen.trainable = True
    thawed = expected + 5 * (frozen.kernel.numpy() ** 2).sum()
    assert model.evaluate(x, y, verbose=0) == pytest.approx(thawed, rel=1e-5)
    frozen.trainable = False
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-5)


def test_a_penalty_is_part_of_the_gradient_that_is_clipped():
    kernel = Dense(2, use_bias=False, kernel_initializer="ones", kernel_regularizer="l2")
    model = Sequential([Input((3,)), kernel])
    model.compile(lamina.optimizers.SGD(1.0, clipvalue=0.015), "mse")
    model.train_on_batch(np.zeros((4, 3)), np.zeros((4, 2)))
    assert_allclose(kernel.kernel.numpy(), 0.985, rtol=1e-6)  # the penalty's gradient is 0.02


HOLDS = {
    "max_norm": (constraints.MaxNorm(0.4), lambda w: np.linalg.norm(w, axis=0).max() < 0.4 + 1e-6),
    "max_norm_of_rows": (
        constraints.MaxNorm(0.4, axis=1),
        lambda w: np.linalg.norm(w, axis=1).max() < 0.4 + 1e-6,
    ),
    "non_neg": (constraints.NonNeg(), lambda w: w.min() >= 0),
    "unit_norm": (
        constraints.UnitNorm(),
        lambda w: np.allclose(np.linalg.norm(w, axis=0), 1, atol=1e-5),
    ),
    "min_max_norm": (
        constraints.MinMaxNorm(0.7, 0.8),
        lambda w: np.all(np.abs(np.linalg.norm(w, axis=0) - 0.75) < 0.05 + 1e-5),
    ),
}


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop", "adamw"])
@pytest.mark.parametrize("name", list(HOLDS))
def test_constraints_hold_after_each_step(name, optimizer, data):
    constraint, holds = HOLDS[name]
    kept = []

    class Watch(lamina.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            kept.append(holds(self.model.get_weights()[0]))

    model = Sequential([Input((3,)), Dense(4, "tanh", kernel_constraint=constraint), Dense(2)])
    model.compile(optimizer, "mse")
    model.set_weights([3 * w - 1 for w in model.get_weights()])
    assert not holds(model.get_weights()[0]), "what a weight begins with is left as it is"
    model.fit(*data, batch_size=4, epochs=3, verbose=0, callbacks=[Watch()])
    assert kept == [True] * 9


def test_constraints_hold_after_a_step_by_hand():
    layer = Dense(2, kernel_initializer="ones", kernel_constraint=constraints.UnitNorm())
    output = layer(np.ones((1, 3)))
    ops.sum(output).backward()
    lamina.optimizers.SGD(0.1).step(layer.trainable_weights)
    assert_allclose(np.linalg.norm(layer.kernel.numpy(), axis=0), 1, rtol=1e-6)


def test_frozen_weights_are_left_as_they_are(data):
    layer = Dense(2, kernel_constraint=constraints.MaxNorm(1e-3), trainable=False)
    model = compiled(layer, Dense(2))
    before = layer.get_weights()[0]
    model.fit(*data, epochs=1, verbose=0)
    assert np.array_equal(layer.get_weights()[0], before)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_constraint_of_an_embedding_holds_for_rows_that_no_sample_named(optimizer):
    rows = layers.Embedding(6, 3, embeddings_constraint=constraints.UnitNorm(axis=1))
    model = Sequential([Input((2,)), rows, layers.Flatten(), Dense(1)])
    model.compile(optimizer, "mse")
    model.train_on_batch(np.array([[0, 1], [1, 3]]), np.ones((2, 1)))
    assert_allclose(np.linalg.norm(rows.embeddings.numpy(), axis=1), 1, rtol=1e-5)


def test_a_penalty_of_an_embedding_moves_rows_that_no_sample_named():
    rows = layers.Embedding(6, 3, embeddings_regularizer=regularizers.L2(0.5))
    model = Sequential([Input((2,)), rows, layers.Flatten(), Dense(1)])
    model.compile(lamina.optimizers.SGD(0.1), "mse")
    before = rows.embeddings.numpy()
    model.train_on_batch(np.array([[0, 1], [1, 3]]), np.ones((2, 1)))
    assert_allclose(rows.embeddings.numpy()[[2, 4, 5]], 0.9 * before[[2, 4, 5]], rtol=1e-5)


def test_regularizers_of_every_weight_that_takes_one():
    # Each layer's weights are 2, so that L2(1) of n values adds 4 n.
    l2 = regularizers.L2(1.0)
    both = {"gamma_regularizer": l2, "beta_regularizer": l2}
    for layer, shape, count in (
        (Dense(2, kernel_regularizer=l2, bias_regularizer=l2), (None, 3), 8),
        (layers.Embedding(5, 2, embeddings_regularizer=l2), (None,), 10),
        (layers.PReLU(alpha_regularizer=l2), (None, 3, 2), 6),
        (layers.BatchNormalization(**both), (None, 3), 6),
        (layers.LayerNormalization(**both), (None, 3), 6),
        (layers.GroupNormalization(1, **both), (None, 3), 6),
    ):
        layer.build(shape)
        layer.set_weights([np.full(weight.shape, 2.0) for weight in layer.weights])
        assert sum(loss.item() for loss in layer.losses) == 4 * count, layer


def test_constraints_of_every_weight_that_takes_one():
    non_neg = constraints.NonNeg()
    both = {"gamma_constraint": non_neg, "beta_constraint": non_neg}
    for layer, x in (
        (Dense(2, kernel_constraint=non_neg, bias_constraint=non_neg), np.ones((2, 3))),
        (layers.Embedding(5, 2, embeddings_constraint=non_neg), np.ones((2, 3))),
        (layers.PReLU(alpha_constraint=non_neg), -np.ones((2, 3))),
        (layers.BatchNormalization(**both), np.eye(2, 3)),
        (layers.LayerNormalization(**both), np.eye(2, 3)),
        (layers.GroupNormalization(1, **both), np.eye(2, 3)),
    ):
        layer.build(x.shape)
        trained = layer.trainable_weights
        for weight in trained:
            weight.assign(np.full(weight.shape, -2.0))
        ops.sum(layer(x, training=True)).backward()
        lamina.optimizers.SGD(1e-3).step(trained)
        assert all((weight.numpy() >= 0).all() for weight in trained), layer


# ---- Names, configurations and files ----

REGULARIZER_OPTIONS = {
    "L1": {"l1": 0.2},
    "L2": {"l2": 0.3},
    "L1L2": {"l1": 0.2, "l2": 0.3},
    "OrthogonalRegularizer": {"factor": 0.4, "mode": "columns"},
}
CONSTRAINT_OPTIONS = {
    "MaxNorm": {"max_value": 3.0, "axis": 1},
    "NonNeg": {},
    "UnitNorm": {"axis": -1},
    "MinMaxNorm": {"min_value": 0.1, "max_value": 0.5, "rate": 0.25, "axis": 1},
}
DEFAULTS = {
    "L1": {"l1": 0.01},
    "L2": {"l2": 0.01},
    "L1L2": {"l1": 0.0, "l2": 0.0},
    "OrthogonalRegularizer": {"factor": 0.01, "mode": "rows"},
    "MaxNorm": {"max_value": 2.0, "axis": 0},
    "NonNeg": {},
    "UnitNorm": {"axis": 0},
    "MinMaxNorm": {"min_value": 0.0, "max_value": 1.0, "rate": 1.0, "axis": 0},
}
SNAKE_CASE = {
    "L1": "l1",
    "L2": "l2",
    "L1L2": "l1_l2",
    "OrthogonalRegularizer": "orthogonal_regularizer",
    "MaxNorm": "max_norm",
    "NonNeg": "non_neg",
    "UnitNorm": "unit_norm",
    "MinMaxNorm": "min_max_norm",
}
EVERY = [
    *((regularizers, name, options) for name, options in REGULARIZER_OPTIONS.items()),
    *((constraints, name, options) for name, options in CONSTRAINT_OPTIONS.items()),
]
every_one = pytest.mark.parametrize(
    ("area", "name", "options"), EVERY, ids=[row[1] for row in EVERY]
)


@every_one
def test_names_and_defaults_are_those_of_keras(area, name, options):
    cls = getattr(area, name)
    assert area.get(name) == area.get(SNAKE_CASE[name]) == cls()
    assert cls().get_config() == DEFAULTS[name]
    assert area.get(None) is None
    assert area.get(cls(**options)) == cls(**options)


def test_a_class_stands_for_its_defaults_as_in_keras():
    assert regularizers.get(regularizers.L2) == regularizers.L2()
    assert constraints.get(constraints.NonNeg) == constraints.NonNeg()
    layer = Dense(2, kernel_regularizer=regularizers.L2, bias_constraint=constraints.NonNeg)
    assert layer.kernel_regularizer == regularizers.L2()


@every_one
def test_serialized_and_back(area, name, options):
    cls = getattr(area, name)
    made = cls(**options)
    assert made.get_config() == options
    assert made.serialize() == {"class_name": name, "config": options}
    again = area.get(json.loads(json.dumps(made.serialize())))
    assert type(again) is cls
    assert again == made == cls.from_config(options)
    assert hash(again) == hash(made)
    assert not options or made != cls()
    x = np.arange(1.0, 7.0).reshape(3, 2)
    assert np.array_equal(again(x).numpy(), made(x).numpy())


@every_one
def test_files_keep_them(area, name, options, data):
    made = getattr(area, name)(**options)
    kind = "regularizer" if area is regularizers else "constraint"
    option = f"kernel_{kind}"
    model = compiled(Dense(4, "tanh", **{option: made}), Dense(2))
    model.fit(*data, epochs=1, verbose=0)
    again = lamina.models.load_model(model.save_to_bytes())
    assert getattr(again.layers[0], option) == made
    for both in (model, again):
        both.fit(*data, epochs=2, shuffle=False, verbose=0)
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(a, b)
    assert again.evaluate(*data, verbose=0) == model.evaluate(*data, verbose=0)
    assert again.save_to_bytes() == model.save_to_bytes()


def test_a_layer_shows_what_it_was_given():
    layer = Dense(2, kernel_regularizer="l1", bias_regularizer=regularizers.L2(0.5))
    assert layer.kernel_regularizer == regularizers.L1()
    assert layer.bias_regularizer == regularizers.L2(0.5)
    assert layer.activity_regularizer is None
    assert layer.kernel_constraint is None
    assert Dense(2, bias_constraint="non_neg").bias_constraint == constraints.NonNeg()


# ---- Refusals ----


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: regularizers.L1(-0.1), "l1"),
        (lambda: regularizers.L2(math.nan), "l2"),
        (lambda: regularizers.L2(math.inf), "l2"),
        (lambda: regularizers.L1L2(0.1, -0.1), "l2"),
        (lambda: regularizers.OrthogonalRegularizer(-1.0), "factor"),
        (lambda: regularizers.OrthogonalRegularizer(mode="diagonal"), "mode"),
        (lambda: regularizers.OrthogonalRegularizer()(np.ones(3)), "matrix"),
        (lambda: regularizers.OrthogonalRegularizer()(np.ones((2, 2, 2))), "matrix"),
        (lambda: regularizers.OrthogonalRegularizer()(np.ones((1, 3))), "two rows"),
        (lambda: regularizers.get("l3"), "unknown regularizer 'l3'"),
        (lambda: regularizers.get({"class_name": "L2", "config": {"l1": 1.0}}), "l1"),
        (lambda: regularizers.get({"class_name": "L2", "config": {"l2": -1.0}}), "l2"),
        (lambda: constraints.MaxNorm(-1.0), "max_value"),
        (lambda: constraints.MaxNorm(math.nan), "max_value"),
        (lambda: constraints.MinMaxNorm(-1.0), "min_value"),
        (lambda: constraints.MinMaxNorm(2.0, 1.0), "max_value"),
        (lambda: constraints.MinMaxNorm(rate=1.5), "rate"),
        (lambda: constraints.MinMaxNorm(rate=-0.5), "rate"),
        (lambda: constraints.get("norm"), "unknown constraint 'norm'"),
        (lambda: constraints.get({"class_name": "NonNeg", "config": {"axis": 0}}), "axis"),
        (lambda: Dense(2, kernel_regularizer="l3"), "Dense.*unknown regularizer 'l3'"),
        (lambda: Dense(2, kernel_constraint="norm"), "Dense.*unknown constraint 'norm'"),
        (lambda: layers.ActivityRegularization(-1.0), "l1"),
        (lambda: regularizers.get(3), "regularizer is 3"),
        (lambda: constraints.get(3), "constraint is 3"),
        (lambda: Dense(2, kernel_regularizer=0.01), "kernel_regularizer is 0.01"),
        (lambda: Dense(2, kernel_constraint=2), "kernel_constraint is 2"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: regularizers.L1("0.1"), "l1"),
        (lambda: constraints.MaxNorm(axis=0.5), "axis"),
    ],
)
def test_wrong_types(make, message):
    with pytest.raises(TypeError, match=message):
        make()
