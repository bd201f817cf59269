"""Layers of attention and the operation against Keras and PyTorch (golden/make_attention.py)."""

import json
from pathlib import Path

import numpy as np
import pytest
from devices import on_both, same_bits
from numpy.testing import assert_allclose

import lamina
from lamina import Input, Model, Tensor, layers, ops

with np.load(Path(__file__).parents[1] / "golden" / "attention.npz") as file:
    ARRAYS = dict(file)
SPEC = json.loads(str(ARRAYS.pop("spec")))
LAYERS = [name for name in SPEC if "layer" in SPEC[name]]
OPERATIONS = [name for name in SPEC if "operation" in SPEC[name]]
BASE = {"name", "trainable", "dtype"}


def arrays(row, name, count=None):
    found = {key: ARRAYS[key] for key in ARRAYS if key.startswith(f"{row}/{name}/")}
    count = len(found) if count is None else count
    return [found.get(f"{row}/{name}/{i}") for i in range(count)]


def takes_list(name):
    return SPEC[name]["layer"][0] in ("Attention", "AdditiveAttention")


def built(name, dtype="float64"):
    cls, config = SPEC[name]["layer"]
    layer = getattr(layers, cls)(**config, dtype=dtype)
    shapes = [x.shape for x in arrays(name, "input")]
    layer.build(shapes) if takes_list(name) else layer.build(*shapes)
    layer.set_weights(arrays(name, "weight"))
    return layer


def call_of(name, tensors):
    """The call's inputs, with their masks, and its further arguments."""
    masks = arrays(name, "mask", len(tensors))
    given = [
        x if m is None else x.with_mask(Tensor(m)) for x, m in zip(tensors, masks, strict=True)
    ]
    attention_mask = arrays(name, "attention_mask")
    more = dict(SPEC[name]["call"])
    if attention_mask:
        more["attention_mask"] = attention_mask[0]
    return given, more


def called(name, layer, tensors, device=None):
    given, more = call_of(name, tensors)
    if device is not None:
        given = [x.to(device) for x in given]
        more = {k: Tensor(v).to(device) if k == "attention_mask" else v for k, v in more.items()}
    outputs = layer(given, **more) if takes_list(name) else layer(*given, **more)
    return outputs if isinstance(outputs, list) else [outputs]


def run(name, dtype, device=None):
    """Outputs, and the gradients of sum(output * direction) by inputs and weights."""
    layer = built(name, dtype)
    tensors = [Tensor(x.astype(dtype), requires_grad=True) for x in arrays(name, "input")]
    outputs = called(name, layer, tensors, device)
    losses = float(sum(loss.item() for loss in layer.losses))
    directions = arrays(name, "direction")
    total = sum(
        ops.sum(y * Tensor(d.astype(dtype)).to(y.device))
        for y, d in zip(outputs, directions, strict=True)
    )
    total.backward()
    return (
        [y.numpy() for y in outputs],
        [x.grad.numpy() for x in tensors],
        [weight.grad.numpy() for weight in layer.weights],
        losses,
    )


def close(got, expected, tolerance):
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        assert one.shape == other.shape
        assert_allclose(one, other, rtol=0, atol=tolerance * max(1, np.abs(other).max()))


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-10), ("float32", 1e-5)])
@pytest.mark.parametrize("name", LAYERS)
def test_outputs_and_gradients(name, dtype, tolerance):
    outputs, by_inputs, by_weights, losses = run(name, dtype)
    close(outputs, arrays(name, "output"), tolerance)
    close(by_inputs, arrays(name, "input_gradient"), tolerance)
    close(by_weights, arrays(name, "weight_gradient"), tolerance)
    assert losses == pytest.approx(SPEC[name]["loss"], rel=max(tolerance, 1e-6))


@pytest.mark.parametrize("name", [name for name in LAYERS if "paths" in SPEC[name]])
def test_weights_and_configuration_are_keras_s(name):
    layer = built(name)
    assert [weight.path.split("/", 1)[1] for weight in layer.weights] == SPEC[name]["paths"]
    # Keras writes neither this, nor the additive layer's seed where none was given.
    added = (
        {"flash_attention"} if "Head" in layer._core.type or "Group" in layer._core.type else set()
    )
    assert set(layer.get_config()) == set(SPEC[name]["keys"]) | BASE | added
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize("name", LAYERS)
def test_in_a_graph_and_its_file(name):
    """Masks of inputs stand in no graph of inputs alone, so rows with them are called without."""
    layer, given = built(name, "float32"), arrays(name, "input")
    symbols = [Input(x.shape[1:]) for x in given]
    more, data = dict(SPEC[name]["call"]), [x.astype("float32") for x in given]
    mask = arrays(name, "attention_mask")
    expected = {**more}
    if mask and mask[0].shape[0] == given[0].shape[0]:
        symbols.append(Input(mask[0].shape[1:], dtype="bool"))
        data.append(mask[0])
        more["attention_mask"], expected["attention_mask"] = symbols[-1], mask[0]
    inputs = symbols[: len(given)]
    outputs = layer(inputs, **more) if takes_list(name) else layer(*inputs, **more)
    model = Model(symbols, outputs)
    eager = (
        layer(data[: len(given)], **expected)
        if takes_list(name)
        else layer(*data[: len(given)], **expected)
    )
    eager = eager if isinstance(eager, list) else [eager]
    again = lamina.models.load_model(model.save_to_bytes())
    for each in (model, again):
        predicted = each.predict(data, verbose=0)
        predicted = predicted if isinstance(predicted, list) else [predicted]
        assert all(np.array_equal(a, b.numpy()) for a, b in zip(predicted, eager, strict=True))
        shapes = [tuple(y.shape[1:]) for y in predicted]
        symbolic = outputs if isinstance(outputs, list) else [outputs]
        assert [y.shape[1:] for y in symbolic] == shapes


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", LAYERS)
def test_on_the_guarded_device(guarded, name, dtype):
    here = run(name, dtype)
    with lamina.device(guarded):
        there = run(name, dtype, guarded)
    assert same_bits(here, there)


def operate(name, dtype):
    inputs = [Tensor(x.astype(dtype), requires_grad=True) for x in arrays(name, "input")]
    mask = arrays(name, "mask", 1)[0]
    query, key, value, *bias = inputs
    output = ops.dot_product_attention(
        query,
        key,
        value,
        bias=bias[0] if bias else None,
        mask=None if mask is None else Tensor(mask),
        **SPEC[name]["operation"],
    )
    ops.sum(output * arrays(name, "direction")[0].astype(dtype)).backward()
    return output.numpy(), [x.grad.numpy() for x in inputs]


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-10), ("float32", 1e-5)])
@pytest.mark.parametrize("name", OPERATIONS)
def test_operation(name, dtype, tolerance):
    output, gradients = operate(name, dtype)
    close([output], arrays(name, "output"), tolerance)
    close(gradients, arrays(name, "input_gradient"), tolerance)


@pytest.mark.parametrize("name", OPERATIONS)
def test_operation_on_the_guarded_device(guarded, name):
    assert same_bits(*on_both(guarded, lambda: operate(name, "float32")))
