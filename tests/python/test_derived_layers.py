"""Layers derived from lamina's own: what they override is called, with Keras's numbers."""

import copy
import pickle

import numpy as np
import pytest
from derived_classes import classes_of, layer_cases, normal
from derived_golden import golden, golden_names, model_of, numbered

import lamina
from lamina import layers, ops, optimizers
from lamina.saving import load_model, register_serializable

OWN = classes_of(lamina)


@pytest.mark.parametrize("name", golden_names("output"))
def test_golden(name):
    expected = golden(name)
    layer, shapes = layer_cases(lamina)[name]
    inputs = [normal(3 + i, 6, *shape) for i, shape in enumerate(shapes)]
    layer(*inputs)
    layer.set_weights(numbered(expected, "weight"))
    np.testing.assert_allclose(layer(*inputs).numpy(), expected["output"], rtol=1e-5, atol=1e-6)
    if name == "residual":
        training = layer(*inputs, training=True).numpy()
        np.testing.assert_allclose(training, expected["training"], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(layer.moving_mean.numpy(), expected["moving_mean"], rtol=1e-6)


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

    for base in (layers.Dense, lamina.Layer, lamina.Model):
        with pytest.raises(TypeError, match=r"defines trainable.*self\.trainable in __init__"):
            type("Frozen", (base,), {"trainable": property(lambda self: False)})

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
