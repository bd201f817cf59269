"""One harness over every layer: Keras's golden files, and what all layers promise."""

import contextlib
import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lamina
from lamina import Sequential, Tensor, layers

FILE = Path(__file__).parents[1] / "golden" / "layer_family.npz"
with np.load(FILE) as file:
    ARRAYS = dict(file)
FAMILY = json.loads(str(ARRAYS.pop("spec")))

every_layer = pytest.mark.parametrize("name", list(FAMILY))
BASE = {"name", "trainable", "dtype"}
# What lamina leaves out of Keras's arguments, and what Keras writes only where it was given.
LEFT_OUT = {
    "BatchNormalization": {"synchronized", "renorm", "renorm_clipping", "renorm_momentum"},
    "Dense": {"quantization_config"},
    "Embedding": {"activity_regularizer", "quantization_config"},
    "Flatten": {"data_format"},
    "LayerNormalization": {"rms_scaling"},
}
LEFT_OUT |= {f"Conv{rank}D": {"lora_rank", "lora_alpha"} for rank in (1, 2, 3)}
# Changes no numbers: test_utils_data.py.
WITHOUT_NUMBERS = {"Embedding": {"mask_zero"}}
ADDED = {"Dense": {"activity_regularizer"}}
# They take lists, and have no weights: test_merge_layers.py compares them with Keras.
MERGES = {
    *("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"),
    *("add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"),
}
# They take several tensors: test_attention.py, test_attention_golden.py and more.
ATTENTIONS = {"AdditiveAttention", "Attention", "GroupedQueryAttention", "MultiHeadAttention"}
# Over sequences: test_recurrent.py.
RECURRENT = {"RNN", "SimpleRNN", "GRU", "LSTM", "Bidirectional", "TimeDistributed", "Masking"}
RECURRENT |= {"SimpleRNNCell", "GRUCell", "LSTMCell", "StackedRNNCells"}
RECURRENT |= {"ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"}
# What has a vocabulary: test_text.py.
VOCABULARIES = {"CategoryEncoding", "IntegerLookup", "StringLookup", "TextVectorization"}
# Over images, and what prepares data else: test_image_golden.py, test_augmentation.py,
# test_discretization.py.
IMAGES = {"CenterCrop", "Discretization", "RandomFlip", "Resizing", *layers._LATER}
# Where models begin, and what makes layers: test_functional.py and test_layers.py.
OTHERS = (
    {"Input", "InputLayer", "Lambda", "Layer", "Operation"}
    | ATTENTIONS
    | IMAGES
    | RECURRENT
    | VOCABULARIES
)
# Composed in Python: test_aliases.py.
OTHERS |= {"EinsumDense", "InputSpec", "ReversibleEmbedding", "SpectralNormalization", "Wrapper"}


def unbuilt(name, /, **more):
    cls, config = FAMILY[name]["layer"]
    return getattr(layers, cls)(**config, **more)


def set_flat_weights(layer, vector):
    shapes = [weight.shape for weight in layer.weights]
    parts = np.split(vector, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
    layer.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])


def built(name, /, **more):
    """The layer with the golden weights."""
    layer = unbuilt(name, **more)
    layer.build(ARRAYS[f"{name}/x"].shape)
    if layer.weights:
        set_flat_weights(layer, ARRAYS[f"{name}/weights"])
    return layer


def inputs(name, dtype="float32"):
    x = ARRAYS[f"{name}/x"]
    return x.astype(dtype) if x.dtype.kind == "f" else x


def in_a_model(name, /, *after, **more):
    sample = ARRAYS[f"{name}/x"].shape[1:]
    model = Sequential([lamina.Input(sample), unbuilt(name, **more), *after])
    if model.layers[0].weights:
        set_flat_weights(model.layers[0], ARRAYS[f"{name}/weights"])
    return model


def flat(values):
    return np.concatenate([np.ravel(value) for value in values])


def differentiated(layer, x, direction, training):
    """Output and gradients of sum(output * direction), by the inputs where they are no indices."""
    for weight in layer.trainable_weights:
        weight.zero_grad()
    is_index = x.dtype.kind == "i"
    given = x if is_index else Tensor(x, requires_grad=True)
    output = layer(given, training=training)
    if output.requires_grad:
        lamina.ops.sum(output * direction.astype(layer.dtype)).backward()
    by_weights = [weight.grad.numpy() for weight in layer.trainable_weights]
    return output.numpy(), None if is_index else given.grad.numpy(), by_weights


# ---- Against Keras ----


def test_the_golden_file_has_every_layer_with_every_argument():
    arguments = {}
    for row in FAMILY.values():
        cls, config = row["layer"]
        arguments.setdefault(cls, set()).update(config)
    functions = {"deserialize", "serialize"}
    names = {getattr(layers, name).__name__ for name in layers.__all__}  # of aliases too
    names -= functions
    assert set(arguments) | MERGES | OTHERS == names
    for cls, given in arguments.items():
        given |= WITHOUT_NUMBERS.get(cls, set())
        assert given == set(inspect.signature(getattr(layers, cls)).parameters) - BASE, cls


@every_layer
def test_weights_are_named_shaped_ordered_and_begin_as_in_keras(name):
    layer, row = unbuilt(name), FAMILY[name]
    assert not layer.built
    layer.build((None, *ARRAYS[f"{name}/x"].shape[1:]))
    assert layer.built
    assert [[w.name, list(w.shape), w.trainable] for w in layer.weights] == row["weights"]
    assert [w.path for w in layer.weights] == [f"{layer.name}/{w.name}" for w in layer.weights]
    assert layer.count_params() == sum(w.numpy().size for w in layer.weights)
    for weight, start in zip(layer.weights, row["starts"], strict=True):
        assert start is None or np.all(weight.numpy() == start), weight.name


@every_layer
def test_configurations_have_the_keys_of_keras(name):
    cls = FAMILY[name]["layer"][0]
    # Keras leaves "trainable" out for SpatialDropout.
    expected = (set(FAMILY[name]["keys"]) | BASE) - LEFT_OUT.get(cls, set()) | ADDED.get(cls, set())
    assert set(unbuilt(name).get_config()) == expected


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-9), ("float32", 1e-5)])
@every_layer
def test_outputs_gradients_and_losses(name, dtype, tolerance):
    row, layer = FAMILY[name], built(name, dtype=dtype)
    direction = ARRAYS[f"{name}/direction"]
    output, by_x, by_weights = differentiated(
        layer, inputs(name, dtype), direction, row["training"]
    )
    assert output.dtype == layer.dtype == dtype
    close = {"rtol": tolerance, "atol": tolerance}
    assert_allclose(output, ARRAYS[f"{name}/output"], **close)
    if by_x is not None:
        assert_allclose(by_x, ARRAYS[f"{name}/input_gradient"], **close, err_msg="by inputs")
    if by_weights:
        expected = ARRAYS[f"{name}/weight_gradients"]
        assert_allclose(flat(by_weights), expected, **close, err_msg="by weights")
    after = ARRAYS[f"{name}/after"] if row["training"] else ARRAYS.get(f"{name}/weights", [])
    assert_allclose(flat(layer.get_weights()) if layer.weights else [], after, **close)
    total = sum(loss.item() for loss in layer.losses)
    assert total == pytest.approx(row["loss"], rel=tolerance)


# XLA's depthwise convolutions multiply the other channels by 0, which a NaN survives.
@pytest.mark.parametrize(
    "name",
    [n for n in FAMILY if f"{n}/input_gradient" in ARRAYS and not n.startswith("depthwise")],
)
def test_nan_reaches_the_same_outputs(name):
    x = inputs(name)
    x.flat[0] = np.nan
    output = built(name)(x).numpy()
    # Keras loses it with a threshold and no slope, where NaN > threshold is false.
    expected = [0] if name == "relu_threshold" else FAMILY[name]["nan"]
    found = np.flatnonzero(np.isnan(output)).tolist()
    if "bilinear" in name:  # Keras multiplies it by weights of 0 too, all along the axes
        assert 0 < len(found) < len(expected)
        assert set(found) < set(expected)
    else:
        assert found == expected


# ---- What all layers promise ----


@every_layer
def test_output_shapes_are_known_before_the_call(name):
    shape, expected = ARRAYS[f"{name}/x"].shape, ARRAYS[f"{name}/output"].shape
    layer = unbuilt(name)
    assert layer.compute_output_shape((None, *shape[1:])) == (None, *expected[1:])
    assert layer.compute_output_shape(shape) == expected
    assert layer(inputs(name)).shape == expected
    assert in_a_model(name).output_shape == (None, *expected[1:])


@every_layer
def test_the_layer_computes_in_its_dtype(name):
    for dtype in ("float32", "float64"):
        layer = unbuilt(name, dtype=dtype)
        for given in ("float32", "float64"):
            assert layer(inputs(name, given)).dtype == dtype
        assert {weight.dtype for weight in layer.weights} <= {dtype}


@every_layer
def test_calls_outside_training_repeat_and_change_nothing(name):
    layer, x = built(name), inputs(name)
    before = layer.get_weights()
    first = layer(x).numpy()
    losses = [loss.item() for loss in layer.losses]
    assert np.array_equal(first, layer(x).numpy())
    assert [loss.item() for loss in layer.losses] == losses, "those of the last call alone"
    for a, b in zip(before, layer.get_weights(), strict=True):
        assert np.array_equal(a, b)


@every_layer
def test_a_configuration_makes_an_equal_layer(name):
    layer = built(name, name="mine", trainable=False, dtype="float64")
    config = layer.get_config()
    again = type(layer).from_config(json.loads(json.dumps(config)))
    assert (
        again.get_config()
        == config
        == unbuilt(name, **{key: config[key] for key in BASE}).get_config()
    )
    assert (again.name, again.trainable, again.dtype) == ("mine", False, "float64")
    again.build(ARRAYS[f"{name}/x"].shape)
    again.set_weights(layer.get_weights())
    x = inputs(name)
    assert np.array_equal(again(x).numpy(), layer(x).numpy())


@every_layer
def test_a_model_file_keeps_every_bit(name):
    model, x = in_a_model(name), inputs(name)
    again = lamina.models.load_model(model.save_to_bytes())
    assert again.get_config() == model.get_config()
    assert type(again.layers[0]) is type(model.layers[0])
    assert np.array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert_allclose(model.predict(x, verbose=0), model.layers[0](x).numpy(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("trainable", [True, False])
@every_layer
def test_a_step_of_fit_changes_trainable_weights_alone(name, trainable):
    model = in_a_model(name, layers.Flatten(), layers.Dense(1), trainable=trainable)
    model.compile(lamina.optimizers.SGD(0.1), "mse")
    x = inputs(name)
    layer, before = model.layers[0], model.get_weights()
    history = model.fit(x, np.arange(len(x)), epochs=1, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert trainable or not layer.trainable_weights
    for weight, value in zip(model.weights, before, strict=True):
        is_statistic = trainable and weight.name in ("moving_mean", "moving_variance")
        unchanged = np.array_equal(weight.numpy(), value)
        assert unchanged != (weight.trainable or is_statistic), weight.path


@pytest.mark.parametrize("training", [False, True])
@every_layer
def test_an_empty_batch(name, training):
    layer, x = built(name), inputs(name)[:0]
    if training and FAMILY[name]["layer"][0] == "BatchNormalization":
        before = layer.get_weights()
        with pytest.raises(ValueError, match="samples to take statistics"):
            layer(x, training=True)
        assert np.array_equal(flat(before), flat(layer.get_weights()))
        return
    output, by_x, by_weights = differentiated(layer, x, np.float32(1), training)
    assert output.shape == (0, *ARRAYS[f"{name}/output"].shape[1:])
    assert by_x is None or by_x.shape == x.shape
    assert not any(gradient.any() for gradient in by_weights)
    assert all(np.isfinite(value).all() for value in layer.get_weights())


@pytest.fixture
def threads():
    before = lamina.num_threads()
    yield lamina.set_num_threads
    lamina.set_num_threads(before)


MANY = 60_000  # values, enough for several threads
MOVING_DATA = {"ActivityRegularization", "Flatten", "Identity", "Reshape"}


@every_layer
def test_the_number_of_threads_changes_no_bit(name, threads):
    x = inputs(name)
    repeats = -(-MANY // x.size)
    x = np.tile(x, (repeats, *[1] * (x.ndim - 1)))
    x = (
        x * np.linspace(0.5, 1.5, len(x), dtype=x.dtype).reshape(-1, *[1] * (x.ndim - 1))
        if (x.dtype.kind == "f")
        else x
    )
    direction = np.tile(
        ARRAYS[f"{name}/direction"], (repeats, *[1] * (ARRAYS[f"{name}/direction"].ndim - 1))
    )
    results = set()
    for count in (1, 2, 3):
        threads(count)
        layer, regions = built(name), lamina.parallel_regions()
        output, by_x, by_weights = differentiated(layer, x, direction, True)
        found = [output, *by_weights, *layer.get_weights()] + ([] if by_x is None else [by_x])
        results.add(b"".join(value.tobytes() for value in found))
        assert (
            count == 1
            or lamina.parallel_regions() > regions
            or FAMILY[name]["layer"][0] in MOVING_DATA
        )
    assert len(results) == 1


# A call of the built layer with inputs of that shape.
WRONG = [
    ("dense", (3, 4)),
    ("dense", (3,)),
    ("batch_normalization", (3, 4)),
    ("batch_normalization", (3, 1, 3)),
    ("batch_normalization_axis", (3, 4, 4)),
    ("layer_normalization", (3, 5)),
    ("layer_normalization", (3, 1, 4)),
    ("layer_normalization_axes", (3, 3, 3)),
    ("layer_normalization_apart", (3, 2, 2, 2)),
    ("rms_normalization", (3, 5)),
    ("rms_normalization", (4,)),
    ("group_normalization_two", (3, 2, 3, 6)),
    ("group_normalization_two", (3, 2, 4)),
    ("normalization", (3, 5)),
    ("normalization", (3, 1, 4)),
    ("normalization_given_each", (3, 4, 2)),
    ("prelu", (3, 5)),
    ("prelu", (3, 4, 1)),
    ("prelu", (3, 1)),
    ("prelu_shared_last", (3, 4, 4)),
    ("permute", (3, 2)),
    ("permute", (3, 2, 2, 2)),
    ("repeat_vector", (3,)),
    ("repeat_vector", (3, 2, 2)),
    ("reshape", (3, 5)),
    ("reshape_rest", (3, 5, 3)),
    ("softmax_axis", (3,)),
    ("unit_normalization_axis", (3,)),
    ("unit_normalization_axes", (3, 2)),
]


@pytest.mark.parametrize(("name", "shape"), WRONG)
def test_other_shapes_are_refused_by_name(name, shape):
    layer = built(name, name="culprit")
    before = layer.get_weights()
    with pytest.raises(ValueError, match="'culprit'"):
        layer(np.ones(shape, "float32"))
    for a, b in zip(before, layer.get_weights(), strict=True):
        assert np.array_equal(a, b)


# Arguments that do not go with inputs of that shape.
UNFIT = [
    ("BatchNormalization", {"axis": 0}, (3, 4)),
    ("BatchNormalization", {"axis": 2}, (3, 4)),
    ("BatchNormalization", {"axis": -3}, (3, 4)),
    ("Dense", {"units": 2}, (None, None)),
    ("Dense", {"units": 2}, (3,)),
    ("GroupNormalization", {"groups": 3}, (3, 4)),
    ("GroupNormalization", {"groups": 8}, (3, 4)),
    ("GroupNormalization", {"groups": 1, "axis": 0}, (3, 4)),
    ("GroupNormalization", {"groups": 1, "axis": 2}, (3, 4)),
    ("GroupNormalization", {"groups": 1}, (None, None)),
    ("LayerNormalization", {"axis": 0}, (3, 4)),
    ("LayerNormalization", {"axis": 2}, (3, 4)),
    ("LayerNormalization", {"axis": [1, -1]}, (3, 4)),
    ("LayerNormalization", {}, (None, None)),
    ("Normalization", {"axis": 2}, (3, 4)),
    ("Normalization", {"axis": -3}, (3, 4)),
    ("Normalization", {"axis": 0}, (None, 4)),
    ("Normalization", {}, (None, None)),
    ("Normalization", {"mean": [1.0, 2.0], "variance": [1.0, 2.0]}, (3, 4)),
    ("PReLU", {"shared_axes": [0]}, (3, 4)),
    ("PReLU", {"shared_axes": [2]}, (3, 4)),
    ("PReLU", {}, (None, None)),
    ("Permute", {"dims": [2, 1]}, (3, 4)),
    ("RMSNormalization", {"axis": 0}, (3, 4)),
    ("RMSNormalization", {"axis": [2]}, (3, 4)),
    ("RepeatVector", {"n": 2}, (3, 4, 5)),
    ("Reshape", {"target_shape": [5]}, (3, 6)),
    ("Reshape", {"target_shape": [-1, 4]}, (3, 6)),
    ("Softmax", {"axis": 2}, (3, 4)),
    ("Softmax", {"axis": -3}, (3, 4)),
    ("UnitNormalization", {"axis": 2}, (3, 4)),
    ("UnitNormalization", {"axis": [1, 2]}, (3, 4)),
]


@pytest.mark.parametrize(("cls", "config", "shape"), UNFIT)
def test_arguments_that_do_not_fit_the_inputs_are_refused_by_name(cls, config, shape):
    layer = getattr(layers, cls)(**config, name="culprit")
    with pytest.raises(ValueError, match="'culprit'"):
        layer.build(shape) if None in shape else layer(np.ones(shape, "float32"))
    assert not layer.weights


# Arguments that make no layer.
IMPOSSIBLE = [
    ("Activation", {"activation": "nothing"}, "nothing"),
    ("ActivityRegularization", {"l1": -0.1}, "l1"),
    ("ActivityRegularization", {"l2": np.inf}, "l2"),
    ("BatchNormalization", {"momentum": 1.5}, "momentum"),
    ("BatchNormalization", {"epsilon": 0.0}, "epsilon"),
    ("BatchNormalization", {"gamma_regularizer": "nothing"}, "nothing"),
    ("Dense", {"units": 0}, "units"),
    ("Dense", {"units": -2}, "units"),
    ("Dense", {"units": 2, "kernel_initializer": "nothing"}, "nothing"),
    ("Dense", {"units": 2, "bias_constraint": "nothing"}, "nothing"),
    ("ELU", {"alpha": np.nan}, "alpha"),
    ("Embedding", {"input_dim": 0, "output_dim": 2}, "input_dim"),
    ("Embedding", {"input_dim": 2, "output_dim": -1}, "output_dim"),
    ("GroupNormalization", {"groups": 0}, "groups"),
    ("GroupNormalization", {"groups": -2}, "groups"),
    ("GroupNormalization", {"epsilon": -1.0}, "epsilon"),
    ("LayerNormalization", {"epsilon": np.nan}, "epsilon"),
    ("LeakyReLU", {"negative_slope": -0.1}, "negative_slope"),
    ("Normalization", {"mean": 1.0}, "means"),
    ("Normalization", {"variance": 1.0}, "variances"),
    ("Normalization", {"mean": 1.0, "variance": -1.0}, "variance"),
    ("Normalization", {"mean": np.nan, "variance": 1.0}, "mean"),
    ("Permute", {"dims": [1, 3]}, "dims"),
    ("Permute", {"dims": [1, 1]}, "dims"),
    ("Permute", {"dims": [0, 1]}, "dims"),
    ("RMSNormalization", {"epsilon": 0.0}, "epsilon"),
    ("ReLU", {"max_value": -1.0}, "max_value"),
    ("ReLU", {"negative_slope": -1.0}, "negative_slope"),
    ("ReLU", {"threshold": -1.0}, "threshold"),
    ("ReLU", {"max_value": np.nan}, "max_value"),
    ("RepeatVector", {"n": 0}, "n"),
    ("Rescaling", {"scale": np.inf}, "scale"),
    ("Rescaling", {"scale": 1.0, "offset": np.nan}, "offset"),
    ("Rescaling", {"scale": [1.0, np.inf]}, "scale"),
    ("Rescaling", {"scale": [[1.0, 2.0]]}, r"scale.*\(1, 2\)"),
    ("Reshape", {"target_shape": [-1, -1]}, "-1"),
    ("Reshape", {"target_shape": [-2]}, "-2"),
]


@pytest.mark.parametrize(("cls", "config", "message"), IMPOSSIBLE)
def test_impossible_arguments_are_refused_when_made(cls, config, message):
    with pytest.raises(ValueError, match=rf"(?s){cls}.*{message}"):
        getattr(layers, cls)(**config)


@pytest.mark.parametrize("cls", sorted({row["layer"][0] for row in FAMILY.values()}))
def test_a_number_is_no_batch_and_an_unknown_argument_is_refused(cls):
    config = next(row["layer"][1] for row in FAMILY.values() if row["layer"][0] == cls)
    with pytest.raises(ValueError, match="'culprit'"):
        getattr(layers, cls)(**config, name="culprit")(1)
    with pytest.raises(TypeError, match="nonsense"):
        getattr(layers, cls)(**config, nonsense=1)


@pytest.mark.parametrize("index", [-8, 7, 2**40])
def test_an_index_that_no_row_has(index):
    layer = built("embedding", name="culprit")
    with pytest.raises(IndexError, match=str(index)):
        layer(np.array([1, index]))


# ---- What Keras's files cannot say ----


@pytest.mark.parametrize("cls", ["LayerNormalization", "RMSNormalization", "UnitNormalization"])
@pytest.mark.parametrize(("axis", "order"), [(1, (0, 2, 3, 1)), ((1, 3), (0, 2, 1, 3))])
def test_inner_axes_are_last_axes_of_transposed_inputs(cls, axis, order, rng):
    x = rng.normal(size=(3, 4, 2, 5))
    last = -1 if axis == 1 else (-2, -1)
    inner = getattr(layers, cls)(axis=axis, dtype="float64")
    outer = getattr(layers, cls)(axis=last, dtype="float64")
    inner.build(x.shape)
    outer.build(x.transpose(order).shape)
    for a, b in zip(inner.weights, outer.weights, strict=True):
        value = rng.normal(size=a.shape)
        a.assign(value)
        b.assign(value)
    expected = outer(x.transpose(order)).numpy().transpose(np.argsort(order))
    assert_allclose(inner(x).numpy(), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("axis", [-1, 1, (1, 2), None, (2, -2)])
def test_normalization_adapts_to_data(axis, rng):
    x = rng.normal(3, 2, size=(40, 3, 5))
    layer = layers.Normalization(axis=axis, dtype="float64")
    layer.adapt(x)
    kept = {a % 3 for a in ((axis,) if isinstance(axis, int) else axis or ())}
    others = tuple(a for a in range(3) if a not in kept)
    mean, variance = x.mean(others, keepdims=True), x.var(others, keepdims=True)
    assert_allclose(layer.get_weights()[0].ravel(), mean.ravel(), rtol=1e-12)
    assert_allclose(layer.get_weights()[1].ravel(), variance.ravel(), rtol=1e-12)
    expected = (x - mean) / np.sqrt(variance)
    assert_allclose(layer(x).numpy(), expected, rtol=1e-10, atol=1e-12)
    layer.adapt(x + 1)
    assert_allclose(layer.get_weights()[0].ravel(), mean.ravel() + 1, rtol=1e-12)


def test_normalization_takes_a_mean_of_several_axes_as_keras_does(rng):
    x, mean = rng.normal(size=(4, 3, 2)), rng.normal(size=(3, 2))
    for given in (mean, mean.tolist()):
        layer = layers.Normalization(axis=(1, 2), mean=given, variance=np.full((3, 2), 4.0))
        assert_allclose(layer(x).numpy(), (x - mean) / 2, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("layer", "lowest", "highest"),
    [
        (layers.ReLU(), 0, np.inf),
        (layers.ReLU(6.0), 0, 6),
        (layers.ReLU(threshold=1.0), 0, np.inf),
        (layers.ReLU(2.0, threshold=1.0), 0, 2),
        (layers.ReLU(negative_slope=0.1), -np.inf, np.inf),
        (layers.ReLU(2.0, 0.1, 0.5), -np.inf, 2),
        (layers.Activation("relu6"), 0, 6),
        (layers.LeakyReLU(), -np.inf, np.inf),
        (layers.ELU(0.5), -0.5, np.inf),
    ],
)
def test_infinite_inputs_as_in_keras(layer, lowest, highest):
    assert layer([[-np.inf, np.inf]]).numpy().tolist() == [[lowest, highest]]


def test_normalization_of_what_does_not_vary():
    layer = layers.Normalization()
    layer.adapt(np.full((4, 2), 3.0))
    assert layer(np.full((2, 2), 3.0)).numpy().tolist() == [[0, 0], [0, 0]]


def test_unit_normalization_of_zeros():
    layer = layers.UnitNormalization(dtype="float64")
    x = Tensor([[0.0, 0.0], [3.0, 4.0]], "float64", requires_grad=True)
    output = layer(x)
    assert_allclose(output.numpy(), [[0, 0], [0.6, 0.8]], rtol=1e-15)
    lamina.ops.sum(output).backward()
    assert np.isfinite(x.grad.numpy()).all()


def test_embedding_takes_indices_in_every_form():
    layer = built("embedding")
    rows = layer.get_weights()[0]
    for given in ([[0, 6], [2, 2]], np.array([[0, 6], [2, 2]], "uint8"), [[0.0, 6.0], [2.9, 2.0]]):
        assert np.array_equal(layer(given).numpy(), rows[[[0, 6], [2, 2]]])


def test_embedding_sums_the_gradients_of_repeated_indices():
    layer = built("embedding")
    output = layer(np.array([2, 5, 2]))
    lamina.ops.sum(output * np.array([[1.0], [10.0], [100.0]], "float32")).backward()
    gradient = layer.embeddings.grad.numpy()
    assert gradient[:, 0].tolist() == [0, 0, 101, 0, 0, 10, 0]


@every_layer
def test_options_that_are_set_to_what_they_are_change_nothing(name):
    x = ARRAYS[f"{name}/x"]
    plain, layer = unbuilt(name), unbuilt(name)
    for option in sorted(layer._options):
        setattr(layer, option, getattr(layer, option))
    for each in (plain, layer):
        each.build((None, *x.shape[1:]))
    layer.set_weights(plain.get_weights())
    assert np.array_equal(layer(x).numpy(), plain(x).numpy())
    for option in sorted(layer._options):
        with contextlib.suppress(AttributeError):
            setattr(layer, option, getattr(layer, option))
    assert np.array_equal(layer(x).numpy(), plain(x).numpy())
    assert layer.get_config() == plain.get_config() | {"name": layer.name}
