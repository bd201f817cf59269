"""Recurrent layers: Keras's and PyTorch's golden files, and what they promise beyond."""

import json
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import lamina
from lamina import Model, Sequential, Tensor, layers

with np.load(Path(__file__).parents[1] / "golden" / "recurrent.npz") as file:
    ARRAYS = dict(file)
ROWS = {row["row"]: row for row in json.loads(str(ARRAYS.pop("rows")))}
KINDS = ["SimpleRNN", "GRU", "LSTM"]
rng = np.random.default_rng(3)
every_kind = pytest.mark.parametrize("kind", KINDS)


def normal(*shape, dtype="float32"):
    return rng.normal(size=shape).astype(dtype)


def listed(outputs):
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def states_of(kind, units=4, batch=2):
    return [normal(batch, units) for _ in range(2 if kind == "LSTM" else 1)]


def check_against(row, layer, outputs, x, states, tolerance):
    """Outputs, and gradients of the sum of the outputs times the directions."""
    close = {"rtol": tolerance, "atol": tolerance}
    total = 0.0
    for i, output in enumerate(outputs):
        assert_allclose(output.numpy(), ARRAYS[f"{row}/output_{i}"], **close)
        total = total + lamina.ops.sum(output * ARRAYS[f"{row}/direction_{i}"])
    total.backward()
    named = {"x": x} | {f"state_{i}": state for i, state in enumerate(states)}
    named |= {f"weight_{i}": weight.value for i, weight in enumerate(layer.weights)}
    for name, tensor in named.items():
        expected = ARRAYS[f"{row}/grad_{name}"]
        got = np.zeros_like(expected) if tensor.grad is None else tensor.grad.numpy()
        assert_allclose(got, expected, **close, err_msg=name)


# ---- Against Keras and PyTorch ----


@pytest.mark.parametrize("row", ROWS)
def test_outputs_and_gradients_are_those_of_keras(row):
    spec = ROWS[row]
    layer = getattr(layers, spec["cls"])(spec["units"], **spec["config"])
    if spec["merge_mode"] != "no wrapper":
        layer = layers.Bidirectional(layer, spec["merge_mode"])
    x = Tensor(ARRAYS[f"{row}/x"], requires_grad=True)
    layer.build(x.shape)
    assert [list(weight.shape) for weight in layer.weights] == spec["weights"]
    layer.set_weights([ARRAYS[f"{row}/weight_{i}"] for i in range(len(spec["weights"]))])
    states = [Tensor(ARRAYS[f"{row}/state_{i}"], requires_grad=True) for i in range(spec["states"])]
    mask = ARRAYS[f"{row}/mask"] if spec["masked"] else None
    outputs = listed(layer(x, initial_state=states or None, mask=mask))
    assert len(outputs) == spec["outputs"]
    check_against(row, layer, outputs, x, states, 1e-5)


@pytest.mark.parametrize(("cls", "kind"), [("RNN", "SimpleRNN"), ("GRU", "GRU"), ("LSTM", "LSTM")])
def test_outputs_and_gradients_are_those_of_pytorch(cls, kind):
    row = f"torch_{cls}"
    layer = getattr(layers, kind)(3, return_sequences=True, dtype="float64")
    x = Tensor(ARRAYS[f"{row}/x"], requires_grad=True)
    layer.build(x.shape)
    layer.set_weights([ARRAYS[f"{row}/weight_{i}"] for i in range(3)])
    check_against(row, layer, [layer(x)], x, [], 1e-9)


@every_kind
@pytest.mark.parametrize("standard", [True, False])
def test_gradients_are_the_numerical_ones(kind, standard):
    more = {} if standard else {"activation": "softsign"}
    layer = getattr(layers, kind)(
        3, return_sequences=True, return_state=True, go_backwards=True, dtype="float64", **more
    )
    values = [normal(2, 4, 2, dtype="float64"), *(s.astype("float64") for s in states_of(kind, 3))]
    mask = np.array([[1, 1, 0, 1], [0, 1, 1, 1]], bool)
    layer.build((None, 4, 2))
    values += [normal(*w.shape, dtype="float64") * 0.5 for w in layer.weights]
    inputs = len(values) - len(layer.weights)

    def total(given):
        layer.set_weights([np.asarray(value) for value in given[inputs:]])
        outputs = layer(given[0], initial_state=list(given[1:inputs]), mask=mask)
        parts = [lamina.ops.sum(lamina.ops.gelu(output)) for output in outputs]
        return sum(parts[1:], parts[0])

    given = [Tensor(value, requires_grad=True) for value in values[:inputs]]
    total([*given, *values[inputs:]]).backward()
    gradients = [tensor.grad for tensor in given] + [w.grad for w in layer.weights]
    for value, gradient in zip(values, gradients, strict=True):
        numerical = np.zeros_like(value)
        for place in np.ndindex(value.shape):
            kept, results = value[place], []
            for step in (1e-5, -1e-5):
                value[place] = kept + step
                results.append(total(values).item())
            value[place] = kept
            numerical[place] = (results[0] - results[1]) / 2e-5
        assert_allclose(gradient.numpy(), numerical, rtol=1e-7, atol=1e-8)


def test_ten_steps_of_a_stacked_bidirectional_net_are_those_of_keras():
    model = Sequential(
        [
            lamina.Input((6, 3)),
            layers.Masking(),
            layers.Bidirectional(layers.LSTM(5, return_sequences=True)),
            layers.Bidirectional(layers.GRU(4)),
            layers.Dense(1),
        ]
    )
    count = len(model.weights)
    model.set_weights([ARRAYS[f"training/before_{i}"] for i in range(count)])
    model.compile(lamina.optimizers.Adam(0.01), "mse")
    losses = [model.train_on_batch(ARRAYS["training/x"], ARRAYS["training/y"]) for _ in range(10)]
    assert_allclose(losses, ARRAYS["training/losses"], rtol=1e-5)
    for i, weight in enumerate(model.get_weights()):
        assert_allclose(weight, ARRAYS[f"training/after_{i}"], atol=1e-5)


def test_weights_are_named_as_in_keras():
    layer = layers.LSTM(3)
    layer.build((None, 5, 2))
    assert [weight.path for weight in layer.weights] == [
        f"lstm/lstm_cell/{name}" for name in ("kernel", "recurrent_kernel", "bias")
    ]
    assert_array_equal(layer.weights[2].numpy(), [0] * 3 + [1] * 3 + [0] * 6)
    both = layers.Bidirectional(layers.GRU(3))
    both.build((None, 5, 2))
    assert [weight.path for weight in both.weights] == [
        f"bidirectional/{way}_gru/gru_cell/{name}"
        for way in ("forward", "backward")
        for name in ("kernel", "recurrent_kernel", "bias")
    ]


# ---- The walk ----


@pytest.mark.parametrize("use", ["call", "sequential", "functional", "file"])
def test_initial_weights_of_both_directions(use):
    first = layers.Bidirectional(layers.GRU(2))
    first.build((None, 4, 3))
    again = layers.Bidirectional(layers.GRU(2), weights=first.get_weights())
    if use == "call":
        again(np.zeros((1, 4, 3)))
    elif use == "functional":
        again(lamina.Input((4, 3)))
    else:
        model = Sequential([lamina.Input((4, 3)), again])
        if use == "file":
            again = lamina.saving.load_model(model.save_to_bytes()).layers[0]
    for expected, got in zip(first.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(expected, got)


def test_initial_weights_must_fit():
    few = layers.Bidirectional(layers.GRU(2), weights=[np.zeros((3, 6))])
    with pytest.raises(ValueError, match="has 6 weights, got 1"):
        few.build((None, 4, 3))


@every_kind
@pytest.mark.parametrize("batch", [1, 2, 37])
def test_a_sequence_at_once_is_its_cell_step_by_step(kind, batch):
    layer = getattr(layers, kind)(19, return_sequences=True, return_state=True)
    x = normal(batch, 6, 5)
    sequence, *last = layer(x)
    states = [np.zeros((batch, 19), "float32") for _ in last]
    for step in range(6):
        output, states = layer.cell(x[:, step], states)
        assert_allclose(sequence.numpy()[:, step], output.numpy(), rtol=1e-5, atol=1e-6)
    for state, expected in zip(last, states, strict=True):
        assert_allclose(state.numpy(), expected.numpy(), rtol=1e-5, atol=1e-6)


@every_kind
def test_masked_steps_change_nothing(kind):
    layer = getattr(layers, kind)(4, return_sequences=True)
    x = normal(3, 6, 2)
    mask = np.array([[1, 1, 0, 0, 1, 1], [0, 0, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]], bool)
    changed = x.copy()
    changed[~mask] = 1e3 * normal(int((~mask).sum()), 2)
    given, other = Tensor(x, requires_grad=True), Tensor(changed, requires_grad=True)
    a, b = layer(given, mask=mask), layer(other, mask=mask)
    assert_array_equal(a.numpy(), b.numpy())
    lamina.ops.sum(a * a).backward()
    gradients = [weight.grad.numpy() for weight in layer.weights]
    assert not given.grad.numpy()[~mask].any()
    for weight in layer.weights:
        weight.zero_grad()
    lamina.ops.sum(b * b).backward()
    for weight, gradient in zip(layer.weights, gradients, strict=True):
        assert_array_equal(weight.grad.numpy(), gradient)
    # The same as the sequence without those steps.
    short = layer(x[:1, [0, 1, 4, 5]])
    assert_allclose(a.numpy()[0, [0, 1, 4, 5]], short.numpy()[0], rtol=1e-6, atol=1e-7)


@every_kind
def test_halves_of_a_stateful_layer_are_the_whole(kind):
    x = normal(2, 8, 3)
    whole = getattr(layers, kind)(4, return_sequences=True)
    expected = whole(x)
    half = getattr(layers, kind)(4, return_sequences=True, stateful=True)
    half.build(x.shape)
    half.set_weights(whole.get_weights())
    parts = [half(x[:, :4]), half(x[:, 4:])]
    assert_array_equal(np.concatenate([p.numpy() for p in parts], 1), expected.numpy())
    with pytest.raises(ValueError, match=r"states of a batch of 2, got a batch of 3"):
        half(normal(3, 4, 3))
    half.reset_states()
    assert_array_equal(half(x[:, :4]).numpy(), parts[0].numpy())
    assert len(half.states) == (2 if kind == "LSTM" else 1)


@every_kind
@pytest.mark.parametrize("activation", ["tanh", "softsign"])
def test_five_thousand_steps_stay_finite(kind, activation):
    steps = 5000 if activation == "tanh" else 1500
    layer = getattr(layers, kind)(3, activation=activation, return_sequences=True)
    x = Tensor(normal(1, steps, 1), requires_grad=True)
    output = layer(x)
    lamina.ops.mean(output * output).backward()
    for value in (output, x.grad, *(weight.grad for weight in layer.weights)):
        assert np.isfinite(value.numpy()).all()


@every_kind
def test_any_number_of_threads_gives_the_same_bits(kind):
    def run(threads):
        lamina.set_num_threads(threads)
        lamina.utils.set_random_seed(5)
        layer = getattr(layers, kind)(33, return_sequences=True, dropout=0.2)
        x = Tensor(np.random.default_rng(1).normal(size=(29, 40, 7)).astype("float32"))
        mask = np.random.default_rng(2).random((29, 40)) > 0.2
        output = layer(x, mask=mask, training=True)
        lamina.ops.sum(output * output).backward()
        return [output.numpy(), *(weight.grad.numpy() for weight in layer.weights)]

    threads = lamina.num_threads()
    try:
        first = run(1)
        for count in (2, 3, 7):
            for a, b in zip(run(count), first, strict=True):
                assert_array_equal(a, b)
    finally:
        lamina.set_num_threads(threads)


@every_kind
@pytest.mark.parametrize("option", ["dropout", "recurrent_dropout"])
def test_dropout_leaves_the_same_out_in_all_steps(kind, option):
    layer = getattr(layers, kind)(64, **{option: 0.5}, return_sequences=True)
    x = np.ones((2, 5, 8), "float32")
    plain, trained = layer(x).numpy(), layer(x, training=True).numpy()
    assert_array_equal(plain, layer(x).numpy())
    assert not np.allclose(plain, trained)
    assert not np.array_equal(trained, layer(x, training=True).numpy())
    if option == "dropout" and kind == "SimpleRNN":
        # The inputs' share is the same in each step: what is left out stays.
        layer.set_weights([np.ones((8, 64)), np.zeros((64, 64)), np.zeros(64)])
        y = layer(x * 0.01, training=True).numpy()
        assert_array_equal(y, np.repeat(y[:, :1], 5, axis=1))


def test_all_inputs_dropped_give_what_zeros_give():
    layer = layers.GRU(4, dropout=1.0)
    x = normal(2, 5, 3)
    assert_array_equal(layer(x, training=True).numpy(), layer(x * 0).numpy())


# ---- Cells and wrappers ----


class Mean(layers.Layer):
    """A cell with two states: the sum, and how many."""

    state_size = (2, 1)
    output_size = 2

    def call(self, inputs, states):
        total, count = states[0] + inputs, states[1] + 1.0
        return total / count, [total, count]


class Recurrent(layers.Layer):
    """The cell of Keras's documentation."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, self.units), name="recurrent_kernel"
        )

    def call(self, inputs, states):
        output = lamina.ops.matmul(inputs, self.kernel)
        output = output + lamina.ops.matmul(states[0], self.recurrent_kernel)
        return output, [output]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


lamina.saving.register_serializable("test_recurrent")(Recurrent)


def test_a_cell_written_in_python():
    x = normal(3, 4, 2)
    outputs, total, count = layers.RNN(Mean(), return_sequences=True, return_state=True)(x)
    expected = np.cumsum(x, 1) / np.arange(1, 5)[:, None]
    assert_allclose(outputs.numpy(), expected, rtol=1e-5, atol=1e-6)
    assert_allclose(total.numpy(), x.sum(1), rtol=1e-5, atol=1e-6)
    assert_array_equal(count.numpy(), np.full((3, 1), 4))


def test_a_cell_written_in_python_trains_and_loads(tmp_path):
    model = Sequential([lamina.Input((5, 2)), layers.RNN(Recurrent(4)), layers.Dense(1)])
    plain = layers.SimpleRNN(4, "linear", use_bias=False)
    x, y = normal(8, 5, 2), normal(8, 1)
    plain.build(x.shape)
    plain.set_weights(model.layers[0].get_weights())
    assert_allclose(model.layers[0](x).numpy(), plain(x).numpy(), rtol=1e-5, atol=1e-6)
    assert [w.path.split("/")[1:] for w in model.layers[0].weights] == [
        ["rnn", "recurrent", "kernel"][1:],
        ["rnn", "recurrent", "recurrent_kernel"][1:],
    ]
    model.compile("adam", "mse")
    history = model.fit(x, y, epochs=30, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    model.save(tmp_path / "model.lamina")
    again = lamina.models.load_model(tmp_path / "model.lamina")
    assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))


def test_cells_on_top_of_each_other():
    x = normal(3, 4, 2)
    stacked = layers.RNN(
        [layers.LSTMCell(4), layers.GRUCell(3)], return_sequences=True, return_state=True
    )
    output, lstm_states, gru_states = stacked(x)
    assert stacked.cell.state_size == [[4, 4], 3]
    first = layers.LSTM(4, return_sequences=True, return_state=True)
    second = layers.GRU(3, return_sequences=True, return_state=True)
    first.build((None, 4, 2))
    second.build((None, 4, 4))
    first.set_weights(stacked.get_weights()[:3])
    second.set_weights(stacked.get_weights()[3:])
    between, h, c = first(x)
    expected, last = second(between)
    assert_allclose(output.numpy(), expected.numpy(), rtol=1e-5, atol=1e-6)
    for got, wanted in zip([*lstm_states, *gru_states], [h, c, last], strict=True):
        assert_allclose(got.numpy(), wanted.numpy(), rtol=1e-5, atol=1e-6)
    again = stacked(x, initial_state=[lstm_states, gru_states])[0]
    assert not np.allclose(again.numpy(), output.numpy())


def test_a_layer_at_every_step():
    x = normal(3, 4, 6)
    dense = layers.Dense(2, activation="relu")
    assert_allclose(layers.TimeDistributed(dense)(x).numpy(), dense(x).numpy(), rtol=1e-6)
    images = normal(2, 3, 8, 8, 1)
    model = Sequential(
        [
            lamina.Input((3, 8, 8, 1)),
            layers.TimeDistributed(layers.Conv2D(4, 3)),
            layers.TimeDistributed(layers.Flatten()),
            layers.LSTM(5),
        ]
    )
    assert model.predict(images, verbose=0).shape == (2, 5)
    with pytest.raises(ValueError, match=r"takes sequences"):
        layers.TimeDistributed(layers.Dense(2))(normal(3))


def test_masks_pass_from_layer_to_layer():
    x = normal(2, 5, 3)
    x[0, 3:] = 0
    x[1, :2] = 0
    masked = layers.Masking()(x)
    assert_array_equal(masked.mask.numpy(), (x != 0).any(-1))
    first = layers.GRU(4, return_sequences=True)
    second = layers.LSTM(2)
    through = second(first(masked))
    assert first(masked).mask is not None
    assert through.mask is None
    model = Sequential([layers.Masking(), first, second])
    assert_array_equal(model(x).numpy(), through.numpy())
    # The last step of the first sequence that counts is its third.
    assert_allclose(through.numpy()[0], second(first(x[:1, :3])).numpy()[0], rtol=1e-5, atol=1e-6)


# ---- In models ----


def test_a_convolutional_lstm_forecasts_images_and_loads(tmp_path):
    # A bar that moves by one column at each step.
    x = np.zeros((8, 4, 6, 6, 1), "float32")
    for sample in range(8):
        for step in range(4):
            x[sample, step, :, (sample + step) % 6] = 1
    model = Sequential(
        [
            lamina.Input((3, 6, 6, 1)),
            layers.ConvLSTM2D(4, 3, padding="same", dropout=0.1, recurrent_dropout=0.1),
            layers.Conv2D(1, 1, activation="sigmoid"),
        ]
    )
    model.compile(lamina.optimizers.Adam(0.02), "mse")
    history = model.fit(x[:, :3], x[:, 3], epochs=40, verbose=0).history["loss"]
    assert history[-1] < history[0] / 2
    model.save(tmp_path / "model.lamina")
    again = lamina.models.load_model(tmp_path / "model.lamina")
    assert_array_equal(model.predict(x[:, :3], verbose=0), again.predict(x[:, :3], verbose=0))
    with pytest.raises(ValueError, match="extents of its inputs"):
        Sequential([lamina.Input((3, None, 6, 1)), layers.ConvLSTM2D(4, 3)])


@every_kind
def test_models_are_saved_loaded_and_resumed(kind, tmp_path):
    x, y = normal(12, 6, 3), normal(12, 1)
    model = Sequential(
        [
            lamina.Input((6, 3)),
            layers.Bidirectional(getattr(layers, kind)(4, return_sequences=True)),
            getattr(layers, kind)(3, dropout=0.3, recurrent_dropout=0.2),
            layers.Dense(1),
        ]
    )
    model.compile("adam", "mse")
    model.fit(x, y, epochs=2, verbose=0)
    model.save(tmp_path / "model.lamina")
    again = lamina.models.load_model(tmp_path / "model.lamina")
    assert_array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    a = model.fit(x, y, epochs=4, initial_epoch=2, verbose=0).history["loss"]
    b = again.fit(x, y, epochs=4, initial_epoch=2, verbose=0).history["loss"]
    assert a == b
    assert again.layers[0].get_config() == model.layers[0].get_config()


@every_kind
def test_states_go_from_an_encoder_to_a_decoder(kind, tmp_path):
    source, target = lamina.Input((None, 3)), lamina.Input((None, 2))
    _, *states = getattr(layers, kind)(4, return_state=True)(source)
    decoder = getattr(layers, kind)(4, return_sequences=True)
    model = Model([source, target], layers.Dense(2)(decoder(target, initial_state=states)))
    x, t = normal(5, 7, 3), normal(5, 4, 2)
    model.compile("adam", "mse")
    history = model.fit([x, t], t, epochs=20, verbose=0).history["loss"]
    assert history[-1] < history[0]
    assert model.predict([x, t], verbose=0).shape == (5, 4, 2)
    encoder_weights = model.layers[2].weights
    assert len(encoder_weights) == 3
    model.save(tmp_path / "model.lamina")
    again = lamina.models.load_model(tmp_path / "model.lamina")
    assert_array_equal(model.predict([x, t], verbose=0), again.predict([x, t], verbose=0))


def test_a_net_learns_to_add_the_marked_numbers():
    values = rng.random((2000, 10)).astype("float32")
    marks = np.zeros_like(values)
    for row in marks:
        row[rng.choice(10, 2, replace=False)] = 1
    x, y = np.stack([values, marks], -1), (values * marks).sum(1)
    lamina.utils.set_random_seed(1)
    model = Sequential([layers.LSTM(24), layers.Dense(1)])
    model.compile(lamina.optimizers.Adam(0.01), "mse")
    history = model.fit(x, y, epochs=12, batch_size=32, verbose=0).history["loss"]
    assert history[-1] < 0.01 < y.var() / 4


# ---- Refusals ----


@every_kind
def test_what_does_not_fit_is_refused(kind):
    layer = getattr(layers, kind)(4, name="layer")
    with pytest.raises(ValueError, match=r"takes sequences \(batch, steps, features\), got"):
        layer(normal(2, 3))
    layer(normal(2, 5, 3))
    with pytest.raises(ValueError, match=r"got sequences \(2, 0, 3\) without a step"):
        layer(normal(2, 0, 3))
    with pytest.raises(ValueError, match=r"mask"):
        layer(normal(2, 5, 3), mask=np.ones((2, 4), bool))
    with pytest.raises(ValueError, match=r"initial_state of shape \(3, 4\), expected \(2, 4\)"):
        layer(normal(2, 5, 3), initial_state=states_of(kind, batch=3))
    with pytest.raises(ValueError, match=r"initial_state of 3"):
        layer(normal(2, 5, 3), initial_state=[normal(2, 4)] * 3)
    with pytest.raises(ValueError, match=r"was built for inputs"):
        layer(normal(2, 5, 2))
    for wrong in ({"units": 0}, {"dropout": 1.5}, {"recurrent_dropout": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            getattr(layers, kind)(**({"units": 2} | wrong))


def test_what_is_no_cell_is_refused():
    with pytest.raises(TypeError, match=r"has no state_size"):
        layers.RNN(Recurrent.__base__())(normal(2, 3, 2))
    with pytest.raises(TypeError, match=r"expected a cell"):
        layers.RNN(layers.Dense(2))
    with pytest.raises(TypeError, match=r"expected a layer with a state_size"):
        layers.RNN(3)
    with pytest.raises(TypeError, match=r"expected a recurrent layer"):
        layers.Bidirectional(layers.Dense(2))
    with pytest.raises(ValueError, match=r"must go backwards"):
        layers.Bidirectional(layers.LSTM(2, go_backwards=True))
    with pytest.raises(ValueError, match=r"merge_mode"):
        layers.Bidirectional(layers.LSTM(2), "both")


def test_a_long_walk_is_interrupted():
    layer = layers.LSTM(256)
    x = np.zeros((16, 4000, 8), "float32")
    layer(x[:, :2])
    x = np.concatenate([x] * 4, 1)
    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    # What runs in the background may have been started with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    began = time.perf_counter()
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            layer(x)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.perf_counter() - began < 4


@every_kind
def test_files_hold_the_states_of_stateful_layers(kind, tmp_path):
    x = normal(2, 8, 3)
    model = lamina.Sequential(
        [
            layers.Input(batch_shape=(2, 4, 3)),
            layers.Bidirectional(getattr(layers, kind)(4, return_sequences=True, stateful=True)),
            getattr(layers, kind)(2, stateful=True),
        ]
    )
    model.compile("adam", "mse")
    model(x[:, :4])
    model.save(tmp_path / "half.lamina")
    expected = model(x[:, 4:]).numpy()
    loaded = lamina.models.load_model(tmp_path / "half.lamina")
    assert_array_equal(loaded(x[:, 4:]).numpy(), expected)


def test_weights_alone_serve_a_stateful_model_of_another_batch_size(tmp_path):
    def model(batch):
        return lamina.Sequential(
            [layers.Input(batch_shape=(batch, None, 3)), layers.GRU(4, stateful=True)]
        )

    trained = model(5)
    trained(normal(5, 4, 3))
    trained.save_weights(tmp_path / "trained.lamina")
    writer = model(1)
    writer.load_weights(tmp_path / "trained.lamina")
    x = normal(1, 4, 3)
    trained.layers[-1].reset_states()
    assert_allclose(writer(x).numpy(), trained(x).numpy(), rtol=1e-6)
