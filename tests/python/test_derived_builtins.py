"""Classes derived from lamina's own layers, optimizers, losses and metrics: what they override is
called, with Keras's numbers.
"""

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
from derived_classes import classes_of, layer_cases, normal, optimizer_cases, signed, trained

import lamina
from lamina import (
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    ops,
    optimizers,
    regularizers,
)
from lamina.optimizers import schedules
from lamina.saving import load_model, register_serializable

with np.load(Path(__file__).parents[1] / "golden" / "derived.npz") as file:
    GOLDEN = dict(file)

OWN = classes_of(lamina)


def golden(name):
    """The arrays of a case, by what they are."""
    return {k.partition("/")[2]: v for k, v in GOLDEN.items() if k.startswith(name + "/")}


def numbered(arrays, what):
    return [arrays[f"{what}_{i}"] for i in range(sum(k.startswith(what + "_") for k in arrays))]


# ---- Layers ----


@pytest.mark.parametrize("name", sorted({key.partition("/")[0] for key in GOLDEN} - {"x"}))
def test_golden(name):
    expected = golden(name)
    if "course" in expected:
        optimizer = optimizer_cases(lamina)[name]
        _, course, _, after = trained(lamina, optimizer, numbered(expected, "before"))
        np.testing.assert_allclose(course, expected["course"], rtol=2e-5)
        for ours, theirs in zip(after, numbered(expected, "after"), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-6)
        return
    layer, shapes = layer_cases(lamina)[name]
    inputs = [normal(3 + i, 6, *shape) for i, shape in enumerate(shapes)]
    layer(*inputs)
    layer.set_weights(numbered(expected, "weight"))
    np.testing.assert_allclose(layer(*inputs).numpy(), expected["output"], rtol=1e-5, atol=1e-6)
    if name == "residual":
        training = layer(*inputs, training=True).numpy()
        np.testing.assert_allclose(training, expected["training"], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(layer.moving_mean.numpy(), expected["moving_mean"], rtol=1e-6)


def model_of(*stack, shape=(4,), **compiled):
    model = lamina.Sequential([lamina.Input(shape), *stack])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **compiled})
    return model


def test_options_and_weights_are_attributes():
    layer = OWN.Scaled(3, use_bias=False, name="own")
    assert (layer.units, layer.use_bias, layer.start) == (3, False, 1.0)
    layer.build((None, 4))
    assert layer.bias is None
    assert [w.path for w in layer.weights] == ["own/kernel", "own/scale"]
    assert layer.kernel.shape == (4, 3)
    assert isinstance(layer, layers.Dense)
    with pytest.raises(AttributeError, match="assign"):
        layer.kernel = np.zeros((4, 3))
    with pytest.raises(AttributeError, match="no attribute 'kernels'"):
        layer.kernels  # noqa: B018


def test_the_name_is_that_of_the_class():
    assert OWN.Doubled(2).name == "doubled"
    assert OWN.Doubled(2, name="dense").name == "dense"
    model = lamina.Sequential([lamina.Input((3,)), OWN.Doubled(2), OWN.Doubled(2)])
    assert [layer.name for layer in model.layers] == ["doubled", "doubled_1"]
    assert [w.path for w in model.weights] == [
        "doubled/kernel",
        "doubled/bias",
        "doubled_1/kernel",
        "doubled_1/bias",
    ]


def test_a_class_that_overrides_nothing_runs_in_the_core():
    class Wide(layers.Dense):
        def __init__(self, **kwargs):
            super().__init__(100, **kwargs)

        def half(self):
            return self.units // 2

    layer = Wide()
    assert not hasattr(layer._core, "owner")
    assert layer.half() == 50


class Negated(layers.Dense):
    def call(self, inputs):
        return -super().call(inputs)


@register_serializable(package="test_derived")
class Slow(layers.GRU):
    def call(self, sequences):
        return super().call(sequences)


@register_serializable(package="test_derived")
class Halving(optimizers.SGD):
    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient / 2, variable, learning_rate)


def test_pickles():
    model = model_of(Negated(2), optimizer=Halving(0.1))
    other = pickle.loads(pickle.dumps(model))
    assert type(other.layers[0]) is Negated
    assert type(other.optimizer) is Halving
    x, y = normal(1, 8, 4), normal(2, 8, 2)
    assert model.fit(x, y, verbose=0).history == other.fit(x, y, verbose=0).history
    layer = pickle.loads(pickle.dumps(model.layers[0]))
    assert np.array_equal(layer(x), model.layers[0](x))


def test_a_class_of_options_alone_runs_in_the_core():
    """What it overrides is for files: calls in training enter no Python."""

    class Own(layers.Dense):
        def __init__(self, units, extra=1, **kwargs):
            super().__init__(units, **kwargs)
            self.extra = extra

        def get_config(self):
            return {**super().get_config(), "extra": self.extra}

    layer = Own(2, extra=3)
    layer._call_hook = None
    model = model_of(layer)
    x, y = normal(1, 8, 4), normal(2, 8, 2)
    plain = model_of(layers.Dense(2))
    plain.set_weights(model.get_weights())
    courses = [each.fit(x, y, shuffle=False, verbose=0).history for each in (model, plain)]
    assert courses[0] == courses[1]
    assert Own.from_config(layer.get_config()).extra == 3
    del layer._call_hook
    layer.activity_regularizer = "l1"
    layer(x, training=True)
    expected = 0.01 * np.abs(layer(x).numpy()).sum() / 8
    assert float(layer.losses[0]) == pytest.approx(expected, rel=1e-5)


def test_files_copies_and_clones_keep_the_class(tmp_path):
    model = model_of(OWN.Scaled(3, start=0.5, activation="relu"), OWN.Residual(), optimizer="adam")
    x, y = normal(1, 16, 4), normal(2, 16, 3)
    model.fit(x, y, epochs=2, verbose=0)
    before = model.predict(x, verbose=0)
    model.save(tmp_path / "m.lamina")
    loaded = load_model(tmp_path / "m.lamina", custom_objects=vars(OWN))
    for other in (loaded, copy.deepcopy(model)):
        assert type(other.layers[0]) is OWN.Scaled
        assert other.layers[0].start == 0.5
        assert np.array_equal(other.predict(x, verbose=0), before)
    assert model.fit(x, y, verbose=0).history == loaded.fit(x, y, verbose=0).history
    clone = lamina.models.clone_model(model)
    assert type(clone.layers[1]) is OWN.Residual
    clone.set_weights(loaded.get_weights())
    assert np.array_equal(clone.predict(x, verbose=0), loaded.predict(x, verbose=0))
    again = OWN.Scaled.from_config(model.layers[0].get_config())
    assert (again.start, again.units, again.name) == (0.5, 3, "scaled")


def test_files_name_weights_of_their_own(tmp_path):
    model = model_of(OWN.Doubled(3))
    model.save_weights(tmp_path / "w.weights.lamina")
    other = model_of(OWN.Doubled(3))
    other.load_weights(tmp_path / "w.weights.lamina")
    assert np.array_equal(other.layers[0].kernel, model.layers[0].kernel)


def test_what_the_layer_saves_itself(tmp_path):
    class Counting(layers.Dense):
        calls = 0

        def call(self, inputs):
            self.calls += 1
            return super().call(inputs)

        def save_own_variables(self, store):
            super().save_own_variables(store)
            store["calls"] = np.array(self.calls)

        def load_own_variables(self, store):
            self.calls = int(store.pop("calls"))
            super().load_own_variables(store)

    model = model_of(Counting(2))
    model.layers[0].calls = 41
    store = {}
    model.layers[0].save_own_variables(store)
    assert sorted(store) == ["0", "1", "calls"]
    assert store["0"].shape == (4, 2)
    model.save(tmp_path / "m.lamina")
    loaded = load_model(tmp_path / "m.lamina", custom_objects={"Counting": Counting})
    assert loaded.layers[0].calls == 41
    assert np.array_equal(loaded.layers[0].kernel, model.layers[0].kernel)


def test_graphs():
    begin = lamina.Input((4,))
    hidden = OWN.Doubled(3)(begin)
    both = OWN.SelfAttention(2, 2)(layers.Reshape((3, 1))(hidden), layers.Reshape((3, 1))(hidden))
    model = lamina.Model(begin, both)
    assert model.output_shape == (None, 3, 1)
    x = normal(1, 5, 4)
    doubled, attention = model.layers[1], model.layers[-1]
    inner = ops.reshape(doubled(x), (5, 3, 1))
    assert np.allclose(model(x), attention(inner, inner), atol=1e-6)


def test_freezing_and_regularizers_reach_the_weights():
    layer = OWN.Doubled(2, kernel_regularizer="l2", activity_regularizer="l1")
    model = model_of(layer)
    kernel = layer.kernel.numpy().copy()
    x = normal(1, 8, 4)
    layer(x, training=True)
    penalty, activity = (float(each) for each in layer.losses)
    outputs = layer(x).numpy()
    found = sorted([penalty, activity])
    expected = sorted([0.01 * (kernel**2).sum(), 0.01 * np.abs(outputs).sum() / 8])
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    assert layer.get_config()["activity_regularizer"] is not None
    layer.trainable = False
    assert layer.trainable_weights == []
    model.fit(x, normal(2, 8, 2), verbose=0)
    assert np.array_equal(layer.kernel, kernel)


def test_training_is_that_of_the_call():
    class Dropped(layers.Dropout):
        def call(self, inputs, training=None):
            return super().call(inputs, training=training)

    class Unsaid(layers.Dropout):
        def call(self, inputs):
            return super().call(inputs)

    x = np.ones((4, 100), "float32")
    for cls in (Dropped, Unsaid):
        layer = cls(0.5)
        assert np.array_equal(layer(x), x)
        assert (layer(x, training=True).numpy() == 0).any()


def test_masks():
    class Shifted(layers.LSTM):
        def call(self, sequences, mask=None):
            assert mask is not None
            return super().call(sequences, mask=mask)

    x = normal(1, 3, 5, 2)
    x[:, 3:] = 0
    layer = Shifted(3)
    masked = layers.Masking()(x)
    outputs = layer(masked)
    plain = layers.LSTM(3)
    plain.build((None, 5, 2))
    plain.set_weights(layer.get_weights())
    assert np.array_equal(outputs, plain(masked))
    assert not np.allclose(outputs, plain(x))

    class Passing(layers.Dense):
        def call(self, inputs):
            return super().call(inputs)

        def compute_mask(self, inputs, previous_mask=None):
            return previous_mask

    layer = Passing(2)
    assert layer.supports_masking
    assert np.array_equal(
        layer(masked)._mask if hasattr(layer(masked), "_mask") else layer(masked).mask, masked.mask
    )


def test_masks_begin_in_derived_layers():
    # What `call` makes of the layer's own outputs has no mask by itself.
    class Scaled(layers.Embedding):
        def call(self, inputs):
            return super().call(inputs) * 2.0

    class Doubled(layers.Masking):
        def call(self, inputs):
            return super().call(inputs) * 2.0

    class Without(layers.Masking):
        def compute_mask(self, inputs, mask=None):
            return ops.any(ops.not_equal(inputs, 1.0), axis=-1)

    ids = np.array([[1, 2, 0], [2, 0, 0]])
    assert np.array_equal(Scaled(3, 2, mask_zero=True)(ids).mask, ids > 0)
    assert Scaled(3, 2)(ids).mask is None
    x = normal(1, 2, 3, 2)
    x[0, 1:] = 0
    assert np.array_equal(Doubled()(x).mask, (x != 0).any(axis=-1))
    x[1, 1:] = 1
    assert np.array_equal(Without()(x).mask, (x != 1).any(axis=-1))


def test_states_of_recurrence():
    class Carrying(layers.GRU):
        def call(self, sequences, **kwargs):
            return super().call(sequences, **kwargs)

    layer = Carrying(3, stateful=True, return_state=True)
    assert layer.cell.units == 3
    x = normal(1, 2, 5, 2)
    _, state = layer(x)
    assert np.array_equal(layer.states[0], state)
    again, _ = layer(x)
    layer.reset_states()
    first, _ = layer(x)
    assert not np.allclose(again, first)
    outputs, _ = Carrying(3, return_state=True)(x, initial_state=[np.zeros((2, 3), "float32")])
    assert outputs.shape == (2, 3)


def test_a_derived_cell_stacks_and_learns():
    rnn = layers.RNN([OWN.HalfCell(3), layers.GRUCell(2), OWN.HalfCell(2)])
    model = model_of(rnn, shape=(5, 2))
    before = model.get_weights()
    model.fit(normal(1, 8, 5, 2), normal(2, 8, 2), verbose=0)
    assert len(before) == 9
    assert all(not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_both_directions(tmp_path):
    for mode in ("concat", "sum", "mul", "ave", None):
        plain = layers.Bidirectional(
            layers.LSTM(3, return_sequences=True, return_state=True), merge_mode=mode
        )

        class Same(layers.LSTM):
            def call(self, *args, **kwargs):
                return super().call(*args, **kwargs)

        ours = layers.Bidirectional(
            Same(3, return_sequences=True, return_state=True), merge_mode=mode
        )
        x = layers.Masking()(normal(1, 2, 5, 2) * (np.arange(5) < 4)[:, None])
        theirs = plain(x)
        ours(x)
        ours.set_weights(plain.get_weights())
        for one, other in zip(ours(x), theirs, strict=True):
            assert np.allclose(one, other, atol=1e-6)
    model = model_of(layers.Bidirectional(OWN.Last(3, return_sequences=True)), shape=(5, 2))
    model.save(tmp_path / "m.lamina")
    loaded = load_model(tmp_path / "m.lamina", custom_objects=vars(OWN))
    x = normal(1, 2, 5, 2)
    assert isinstance(loaded.layers[0], layers.Bidirectional)
    form = layers.serialize(model.layers[0])
    again = layers.deserialize(form, custom_objects=vars(OWN))
    assert type(again.backward_layer) is OWN.Last
    assert repr(again) == repr(model.layers[0])
    both = pickle.loads(pickle.dumps(layers.Bidirectional(Slow(2))))
    assert type(both.forward_layer) is Slow
    assert np.array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))


def test_adapting():
    class Clipped(layers.Normalization):
        def call(self, inputs):
            return ops.clip(super().call(inputs), -1.0, 1.0)

    layer = Clipped()
    layer.adapt([[0.0], [2.0]])
    assert layer([[1.0], [9.0]]).numpy().tolist() == [[0.0], [1.0]]


def test_lists_of_inputs():
    class Halved(layers.Add):
        def call(self, inputs):
            return super().call(inputs) / 2

    a, b = lamina.Input((2,)), lamina.Input((2,))
    model = lamina.Model([a, b], Halved()([a, b]))
    assert model([[[1.0, 2.0]], [[3.0, 4.0]]]).numpy().tolist() == [[2.0, 3.0]]


def test_shapes_that_a_class_tells_or_has():
    class Taller(layers.Dense):
        def call(self, inputs):
            return ops.concatenate([super().call(inputs)] * 2, axis=-1)

    class Told(Taller):
        def compute_output_shape(self, input_shape):
            shape = super().compute_output_shape(input_shape)
            return (*shape[:-1], 2 * shape[-1])

    for cls in (Taller, Told):
        assert cls(3).compute_output_shape((None, 4)) == (None, 6)
        assert cls(3)(lamina.Input((4,))).shape == (None, 6)


def test_weights_that_a_class_makes_itself():
    class Wrong(layers.Dense):
        def build(self, input_shape):
            self.kernel = self.add_weight(shape=(input_shape[-1], 1), name="kernel")

    class Right(Wrong):
        def call(self, inputs):
            return inputs @ self.kernel

    with pytest.raises(ValueError, match=r"super\(\)\.build\(input_shape\)"):
        Wrong(3)(normal(1, 2, 4))
    layer = Right(3)
    assert layer(normal(1, 2, 4)).shape == (2, 1)
    assert [w.shape for w in layer.weights] == [(4, 1)]


def test_what_nothing_calls_is_refused():
    with pytest.raises(TypeError, match="_compute_attention"):

        class Mine(layers.MultiHeadAttention):
            def _compute_attention(self, *args):
                return None

    with pytest.raises(TypeError, match="StringLookup"):

        class Words(layers.StringLookup):
            def call(self, inputs):
                return inputs

    with pytest.raises(TypeError, match="_apply_weight_decay"):

        class Decaying(optimizers.Adam):
            def _apply_weight_decay(self, variables):
                return None

    with pytest.raises(TypeError, match="learning_rate, which lamina's Adam"):

        class Still(optimizers.Adam):
            @property
            def learning_rate(self):
                return 0.0

    with pytest.raises(TypeError, match="assign_sub"):

        class Stuck(optimizers.SGD):
            def assign_sub(self, variable, value):
                return None

    with pytest.raises(TypeError, match="add_weight, which lamina's Dense does not call"):

        class Ones(layers.Dense):
            def add_weight(self, *args, **kwargs):
                return super().add_weight(*args, **{**kwargs, "initializer": "ones"})

    with pytest.raises(TypeError, match="call, which lamina's Sequential does not call"):

        class Twice(lamina.Sequential):
            def call(self, inputs, training=None, mask=None):
                return super().call(inputs, training) * 2

    with pytest.raises(TypeError, match="__call__, which lamina's Model does not call"):

        class Called(lamina.Model):
            def __call__(self, inputs):
                return super().__call__(inputs) * 2

    class Scaling(optimizers.Adam):
        def scale_loss(self, loss):
            return loss

    with pytest.raises(TypeError, match="scale_loss"):
        Scaling()


def test_a_call_around_call_stands_in_graphs_alone():
    class Around(layers.Dense):
        def __call__(self, inputs, **kwargs):
            return super().__call__(inputs, **kwargs) * 2

    i = lamina.Input((3,))
    model = lamina.Model(i, Around(1, kernel_initializer="ones")(i))
    assert model.predict(np.ones((1, 3)), verbose=0).tolist() == [[6.0]]
    for take in (lambda layer: lamina.Sequential([layer]), layers.TimeDistributed, layers.RNN):
        with pytest.raises(TypeError, match=r"Around defines __call__.*define call"):
            take(Around(1))


# Arguments of a layer, which functions make where they are layers, and the shapes of its inputs.
SAME = {
    "Activation": (("tanh",), [(6,)]),
    "Add": ((), [[(3,), (3,)]]),
    "Attention": ((), [[(3, 4), (5, 4)]]),
    "BatchNormalization": ((), [(5,)]),
    "Bidirectional": ((lambda: layers.LSTM(2, return_state=True),), [(4, 3)]),
    "Concatenate": ((), [[(3,), (2,)]]),
    "Conv1D": ((3, 2), [(7, 3)]),
    "Conv2DTranspose": ((3, 2), [(5, 5, 3)]),
    "ConvLSTM2D": ((3, 2), [(3, 5, 5, 2)]),
    "DepthwiseConv2D": ((2,), [(7, 7, 3)]),
    "EinsumDense": (("ab,bc->ac", 3), [(5,)]),
    "Embedding": ((6, 3), [(4,)]),
    "GRU": ((3, "tanh"), [(4, 3)]),
    "GRUCell": ((3,), [(4,), [(3,)]]),
    "LSTMCell": ((3,), [(4,), [(3,), (3,)]]),
    "LayerNormalization": ((), [(5,)]),
    "MaxPooling2D": ((), [(6, 6, 3)]),
    "MultiHeadAttention": ((2, 3), [(3, 4), (5, 4)]),
    "Permute": (((2, 1),), [(6, 3)]),
    "RNN": ((lambda: layers.SimpleRNNCell(2),), [(4, 3)]),
    "Reshape": (((3, 2),), [(6,)]),
    "SeparableConv2D": ((3, 2), [(7, 7, 3)]),
    "StackedRNNCells": (
        (lambda: [layers.LSTMCell(2), layers.GRUCell(3)],),
        [(4,), [[(2,), (2,)], [(3,)]]],
    ),
    "TimeDistributed": ((lambda: layers.Dense(2),), [(4, 3)]),
    "UpSampling2D": ((), [(3, 3, 2)]),
}


def made_of(shapes):
    """Small whole numbers, as an Embedding takes them, nested as the shapes are."""
    if isinstance(shapes, list):
        return [made_of(shape) for shape in shapes]
    return np.arange(2 * np.prod(shapes)).reshape(2, *shapes).astype("float32") % 5


def arrays_in(outputs):
    several = isinstance(outputs, (list, tuple))
    return [a for each in outputs for a in arrays_in(each)] if several else [outputs.numpy()]


@pytest.mark.parametrize("name", SAME)
def test_a_call_that_hands_on_changes_nothing(name):
    arguments, shapes = SAME[name]
    base = getattr(layers, name)
    made = [tuple(a() if callable(a) else a for a in arguments) for _ in range(2)]

    class Derived(base):
        def call(self, *args, **kwargs):
            return super().call(*args, **kwargs)

    plain, derived = base(*made[0]), Derived(*made[1])
    inputs = made_of(shapes)
    plain(*inputs)
    derived(*inputs)
    assert [w.path.rpartition("/")[2] for w in derived.weights] == [
        w.path.rpartition("/")[2] for w in plain.weights
    ]
    derived.set_weights(plain.get_weights())
    for ours, theirs in zip(arrays_in(derived(*inputs)), arrays_in(plain(*inputs)), strict=True):
        assert np.array_equal(ours, theirs)
    assert derived.supports_masking == plain.supports_masking
    assert derived.get_config().keys() == plain.get_config().keys()
    again = Derived.from_config(derived.get_config())
    again(*inputs)
    assert len(again.weights) == len(plain.weights)
    if len(shapes) == 1 and isinstance(shapes[0], tuple):
        shape = (None, *shapes[0])
        assert again.compute_output_shape(shape) == plain.compute_output_shape(shape)


def test_initial_weights_of_both_directions():
    class Mine(layers.Bidirectional):
        def call(self, *args, **kwargs):
            return super().call(*args, **kwargs)

    x = normal(1, 2, 4, 3)
    first = layers.Bidirectional(layers.GRU(2))
    first(x)
    again = Mine(layers.GRU(2), weights=first.get_weights())
    assert np.array_equal(again(x), first(x))


# ---- Optimizers ----


def steps_of(optimizer, calls=None):
    model = model_of(layers.Dense(3), layers.Dense(2), optimizer=optimizer)
    model.fit(normal(1, 24, 4), normal(2, 24, 2), batch_size=8, verbose=0)
    return model


def test_each_hook_is_called_once_a_step():
    calls = []

    class Noting(optimizers.Adam):
        def build(self, variables):
            calls.append("build")
            super().build(variables)

        def step(self, variables=None):
            calls.append("step")
            super().step(variables)

        def apply_gradients(self, grads_and_vars):
            calls.append("apply_gradients")
            return super().apply_gradients(grads_and_vars)

        def apply(self, grads, trainable_variables=None):
            calls.append("apply")
            super().apply(grads, trainable_variables)

        def update_step(self, gradient, variable, learning_rate):
            calls.append("update_step")
            super().update_step(gradient, variable, learning_rate)

    optimizer = Noting(0.01)
    model = steps_of(optimizer)
    one = ["step", "apply_gradients", "apply", *["update_step"] * 4]
    assert [each for each in calls if each != "build"] == one * 3
    assert calls.count("build") == 1
    assert int(optimizer.iterations) == 3
    plain = steps_of(optimizers.Adam(0.01))
    plain_again = [np.asarray(w) for w in plain.get_weights()]
    assert len(plain_again) == len(model.get_weights())


@pytest.mark.parametrize(
    "cls",
    [
        c
        for c in vars(optimizers).values()
        if isinstance(c, type)
        and issubclass(c, optimizers.Adam.__mro__[1])
        and c.__module__ != "lamina.optimizers.optimizer"
        and c.__name__ not in ("MultiOptimizer", "LossScaleOptimizer")
    ],
)
def test_an_override_that_hands_on_changes_nothing(cls):
    class Applying(cls):
        def apply(self, grads, trainable_variables=None):
            super().apply(grads, trainable_variables)

    class Updating(cls):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate)

    for options in (
        {},
        {"weight_decay": 0.1, "clipnorm": 0.1},
        {"global_clipnorm": 0.1, "use_ema": True, "ema_overwrite_frequency": 2},
        {"clipvalue": 0.01, "gradient_accumulation_steps": 2},
        {"loss_scale_factor": 8.0},
    ):
        results = []
        for each in (cls, Applying, Updating):
            lamina.utils.set_random_seed(3)
            results.append(steps_of(each(learning_rate=0.01, **options)))
        expected, applied, updated = (model.get_weights() for model in results)
        assert all(np.array_equal(a, b) for a, b in zip(applied, expected, strict=True))
        for one, other in zip(updated, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6)
        names = [[v.path for v in model.optimizer.variables] for model in results]
        assert names[0] == names[1] == names[2]


def test_optimizers_in_files_go_on(tmp_path):
    x, y = normal(1, 24, 4), normal(2, 24, 2)
    for name in ("centralized_all", "averaged", "signed_adam", "signed_nadam"):
        optimizer = optimizer_cases(lamina)[name]
        cls = type(optimizer)
        known = {**vars(OWN), cls.__name__: cls}
        model = model_of(layers.Dense(2), optimizer=optimizer)
        model.fit(x, y, verbose=0)
        model.save(tmp_path / "m.lamina")
        loaded = load_model(tmp_path / "m.lamina", custom_objects=known)
        assert type(loaded.optimizer) is cls
        assert loaded.optimizer.get_config() == optimizer.get_config()
        assert model.fit(x, y, verbose=0).history == loaded.fit(x, y, verbose=0).history
        assert type(copy.deepcopy(optimizer)) is cls


def test_options_of_a_derived_optimizer():
    optimizer = signed(lamina, optimizers.Adam)(0.01, beta_1=0.5, clipvalue=0.2)
    assert (optimizer.beta_1, optimizer.clipvalue, optimizer.name) == (0.5, 0.2, "adam")
    optimizer.learning_rate = 0.5
    assert optimizer.get_config()["learning_rate"] == 0.5
    optimizer.beta_1 = 0.25
    assert optimizer.get_config()["beta_1"] == 0.25
    assert not optimizer.built
    with pytest.raises(ValueError, match="beta_1"):
        optimizer.beta_1 = 3.0
    steps_of(optimizer)
    assert optimizer.built
    with pytest.raises(RuntimeError, match="other state"):
        optimizer.amsgrad = True
    assert optimizer.amsgrad is False


def test_by_hand():
    class Tenfold(optimizers.SGD):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient * 10, variable, learning_rate)

    w = lamina.Variable([1.0], name="w")
    optimizer = Tenfold(0.5)
    optimizer.apply([[0.1]], [w])
    assert w.numpy() == pytest.approx(0.5)
    (w * 0.1).backward()
    optimizer.step([w])
    assert w.numpy() == pytest.approx(0.0, abs=1e-6)
    optimizer.zero_grad()
    with pytest.raises(TypeError, match="call apply"):
        optimizers.SGD(0.5).update_step(ops.ones((1,)), w, 0.5)


def test_one_of_ones_own_is_called_for_pairs_and_steps():
    calls = []

    class Own(optimizers.Optimizer):
        def step(self, variables=None):
            calls.append("step")
            super().step(variables)

        def apply_gradients(self, grads_and_vars):
            calls.append("pairs")
            super().apply_gradients([(2 * g, v) for g, v in grads_and_vars])

        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, gradient * learning_rate)

    w = lamina.Variable([1.0], name="w")
    (w * 3.0).backward()
    optimizer = Own(0.5)
    optimizer.build([w])
    optimizer.step()
    assert w.numpy() == pytest.approx(-2.0)
    assert calls == ["step", "pairs"]
    steps_of(Own(0.01))
    assert calls[2:] == ["step", "pairs"] * 3


def test_a_train_step_applies_by_the_override():
    class Model(lamina.Sequential):
        def train_step(self, data):
            x, y = data
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
            loss.backward()
            gradients = [variable.grad for variable in self.trainable_variables]
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"loss": loss}

    calls = []

    class Noting(optimizers.Adam):
        def apply(self, grads, trainable_variables=None):
            calls.append(len(grads))
            super().apply(grads, trainable_variables)

    model = Model([lamina.Input((4,)), layers.Dense(2)])
    model.compile(Noting(0.1), "mse")
    before = model.get_weights()
    model.fit(normal(1, 8, 4), normal(2, 8, 2), batch_size=4, verbose=0)
    assert calls == [2, 2]
    assert not np.array_equal(before[0], model.get_weights()[0])


def test_within_a_loss_scale_optimizer():
    calls = []

    class Noting(optimizers.SGD):
        def apply(self, grads, trainable_variables=None):
            calls.append(len(grads))
            super().apply(grads, trainable_variables)

    steps_of(optimizers.LossScaleOptimizer(Noting(0.01), initial_scale=4.0))
    assert calls == [4, 4, 4]


# ---- Losses and metrics ----


def test_losses_and_metrics_are_called_by_fit(tmp_path):
    calls = []

    class Noting(losses.MeanSquaredError):
        def call(self, y_true, y_pred):
            calls.append("call")
            return super().call(y_true, y_pred) * 2

    class Kept(metrics.MeanSquaredError):
        def update_state(self, y_true, y_pred, sample_weight=None):
            calls.append("update_state")
            super().update_state(y_true, y_pred, sample_weight)

        def result(self):
            return super().result() + 1.0

        def reset_state(self):
            calls.append("reset_state")
            super().reset_state()

    model = model_of(layers.Dense(2), loss=Noting(), metrics=[Kept(name="kept")])
    x, y = normal(1, 16, 4), normal(2, 16, 2)
    logs = model.evaluate(x, y, batch_size=8, return_dict=True, verbose=0)
    assert logs["loss"] == pytest.approx(2 * (logs["kept"] - 1.0))
    assert calls.count("call") == calls.count("update_state") == 2
    assert "reset_state" in calls
    model.save(tmp_path / "m.lamina")
    known = {"Noting": Noting, "Kept": Kept}
    loaded = load_model(tmp_path / "m.lamina", custom_objects=known)
    assert loaded.evaluate(x, y, batch_size=8, return_dict=True, verbose=0) == logs


def test_options_of_their_own_are_in_files(tmp_path):
    """Classes that override nothing but ``get_config``."""

    def with_option(base, **given):
        class Own(base):
            def __init__(self, extra=1.0, **kwargs):
                super().__init__(**{**given, **kwargs})
                self.extra = extra

            def get_config(self):
                return {**super().get_config(), "extra": self.extra}

        Own.__name__ = f"Own{base.__name__}"
        return Own

    made = {
        "layer": with_option(layers.Dense, units=2),
        "loss": with_option(losses.Huber),
        "metric": with_option(metrics.MeanAbsoluteError),
        "optimizer": with_option(optimizers.SGD),
        "schedule": with_option(
            schedules.ExponentialDecay, initial_learning_rate=0.1, decay_steps=2, decay_rate=0.5
        ),
        "initializer": with_option(initializers.HeNormal),
        "regularizer": with_option(regularizers.L2),
        "constraint": with_option(constraints.MaxNorm),
    }
    layer = made["layer"](
        2.0,
        kernel_initializer=made["initializer"](3.0),
        kernel_regularizer=made["regularizer"](4.0),
        kernel_constraint=made["constraint"](5.0),
    )
    optimizer = made["optimizer"](6.0, learning_rate=made["schedule"](7.0))
    model = model_of(
        layer, optimizer=optimizer, loss=made["loss"](8.0), metrics=[made["metric"](9.0)]
    )
    x, y = normal(1, 8, 4), normal(2, 8, 2)
    model.fit(x, y, verbose=0)
    model.save(tmp_path / "m.lamina")
    known = {cls.__name__: cls for cls in made.values()}
    loaded = load_model(tmp_path / "m.lamina", custom_objects=known)
    layer = loaded.layers[0]
    found = [
        layer,
        layer.kernel_initializer,
        layer.kernel_regularizer,
        layer.kernel_constraint,
        loaded.optimizer,
        loaded.loss,
        loaded.metrics[-1],
    ]
    assert [each.extra for each in found] == [2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0]
    assert model.fit(x, y, verbose=0).history == loaded.fit(x, y, verbose=0).history


# ---- Callbacks ----


def test_callbacks_are_called():
    calls = []

    class Summed(callbacks.EarlyStopping):
        def get_monitor_value(self, logs):
            calls.append("value")
            return len(calls)

    class Batches(callbacks.TerminateOnNaN):
        def on_batch_end(self, batch, logs=None):
            calls.append("batch")
            super().on_batch_end(batch, logs)

    model = model_of(layers.Dense(2))
    x, y = normal(1, 8, 4), normal(2, 8, 2)
    stop = Summed("sum", mode="min", patience=1)
    model.fit(x, y, epochs=9, verbose=0, callbacks=[stop])
    assert calls == ["value"] * 2
    assert (stop.best, stop.stopped_epoch) == (1.0, 1)
    model.fit(x, y, batch_size=4, verbose=0, callbacks=[Batches()])
    assert calls[2:] == ["batch"] * 2
    y[0] = np.nan
    history = model.fit(x, y, epochs=3, batch_size=4, verbose=0, callbacks=[Batches()]).history
    assert len(history["loss"]) <= 1
    with pytest.raises(TypeError, match="_save_model"):

        class Saving(callbacks.ModelCheckpoint):
            def _save_model(self, epoch, batch, logs):
                return None
