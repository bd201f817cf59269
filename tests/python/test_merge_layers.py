"""Layers that take a list of tensors: against Keras, by hand, and what they refuse."""

import json
from pathlib import Path

import numpy as np
import pytest
from gradients import check_gradient
from numpy.testing import assert_allclose

import lamina
from lamina import Input, Model, Tensor, layers

FILE = Path(__file__).parents[1] / "golden" / "merge_layers.npz"
with np.load(FILE) as file:
    ARRAYS = dict(file)
MERGES = json.loads(str(ARRAYS.pop("spec")))

every_merge = pytest.mark.parametrize("name", list(MERGES))


def made(name, /, **more):
    cls, config, shapes = MERGES[name]
    return getattr(layers, cls)(**config, **more), [
        ARRAYS[f"{name}/x{i}"] for i in range(len(shapes))
    ]


@every_merge
def test_outputs_and_gradients_of_keras(name):
    layer, given = made(name, dtype="float64")
    inputs = [Tensor(x, requires_grad=True) for x in given]
    output = layer(inputs)
    assert_allclose(output.numpy(), ARRAYS[f"{name}/output"], rtol=1e-9, atol=1e-12)
    lamina.ops.sum(output * ARRAYS[f"{name}/direction"]).backward()
    for i, x in enumerate(inputs):
        assert_allclose(x.grad.numpy(), ARRAYS[f"{name}/gradient{i}"], rtol=1e-8, atol=1e-9)


@every_merge
def test_symbolic_shapes_are_those_of_data(name):
    layer, given = made(name)
    symbolic = layer([Input(x.shape[1:]) for x in given])
    assert symbolic.shape == (None, *ARRAYS[f"{name}/output"].shape[1:])
    shapes = [(None, *x.shape[1:]) for x in given]
    assert layer.compute_output_shape(shapes) == symbolic.shape
    assert not layer.weights


@every_merge
def test_configurations_and_files_make_equal_layers(name):
    layer, given = made(name, name="mine")
    again = type(layer).from_config(json.loads(json.dumps(layer.get_config())))
    assert again.get_config() == layer.get_config()
    inputs = [Input(x.shape[1:], name=f"x{i}") for i, x in enumerate(given)]
    model = Model(inputs, layer(inputs))
    loaded = lamina.models.load_model(model.save_to_bytes())
    assert type(loaded.layers[-1]) is type(layer)
    assert np.array_equal(loaded.predict(given, verbose=0), model.predict(given, verbose=0))


@pytest.mark.parametrize(
    "layer",
    [
        layers.Concatenate(dtype="float64"),
        layers.Concatenate(1, dtype="float64"),
        layers.Dot((2, 2), dtype="float64"),
        layers.Dot((1, 1), normalize=True, dtype="float64"),
    ],
)
def test_numerical_gradients(layer, rng):
    a, b = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
    check_gradient(lambda x, y: layer([x, y]), a, b)


def test_worked_examples():
    a, b = Tensor([[1.0, 2.0]]), Tensor([[3.0, 5.0]])
    assert layers.add([a, b]).numpy().tolist() == [[4, 7]]
    assert layers.subtract([a, b]).numpy().tolist() == [[-2, -3]]
    assert layers.multiply([a, b]).numpy().tolist() == [[3, 10]]
    assert layers.average([a, b]).numpy().tolist() == [[2, 3.5]]
    assert layers.maximum([a, b]).numpy().tolist() == [[3, 5]]
    assert layers.minimum([a, b]).numpy().tolist() == [[1, 2]]
    assert layers.concatenate([a, b]).numpy().tolist() == [[1, 2, 3, 5]]
    assert layers.dot([a, b], axes=1).numpy().tolist() == [[13]]
    assert layers.dot([a, a], axes=1, normalize=True).numpy().item() == pytest.approx(1)
    assert layers.add([a]).numpy().tolist() == [[1, 2]]


def test_the_cosine_with_zeros_is_zero_and_differentiable():
    x = Tensor([[0.0, 0.0]], requires_grad=True)
    output = layers.Dot(1, normalize=True)([x, Tensor([[1.0, 1.0]])])
    assert output.numpy().tolist() == [[0]]
    output.backward(Tensor([[1.0]]))
    assert np.isfinite(x.grad.numpy()).all()


REFUSALS = [
    (layers.Add, {}, [(2, 3), (2, 4)], r"shapes \(None, 3\), \(None, 4\)"),
    (layers.Add, {}, [(2, 3), (3, 3)], "do not go together"),
    (layers.Add, {}, [], "empty"),
    (layers.Subtract, {}, [(2, 3)] * 3, "two tensors, got 3"),
    (layers.Concatenate, {}, [(2, 3, 4), (2, 4, 4)], "differ along axis -1 only"),
    (layers.Concatenate, {}, [(2, 3), (2, 3, 1)], "differ along axis -1 only"),
    (layers.Concatenate, {"axis": 2}, [(2, 3), (2, 3)], "axis 2, which inputs"),
    (layers.Concatenate, {"axis": -2}, [(2, 3), (2, 3)], "batch axis"),
    (layers.Dot, {"axes": 1}, [(2, 3), (2, 4)], "equal extents along axis 1"),
    (layers.Dot, {"axes": 1}, [(2, 3)], "two tensors, got 1"),
    (layers.Dot, {"axes": 3}, [(2, 3), (2, 3)], "axis 3, which inputs"),
    (layers.Dot, {"axes": -2}, [(2, 3), (2, 3)], "batch axis"),
]


@pytest.mark.parametrize(("cls", "config", "shapes", "message"), REFUSALS)
def test_shapes_that_do_not_go_together_are_refused_by_name(cls, config, shapes, message):
    layer = cls(**config, name="culprit")
    with pytest.raises(ValueError, match=message) as refusal:
        layer([Tensor(np.ones(shape, "float32")) for shape in shapes])
    assert "'culprit'" in str(refusal.value)


def test_extents_that_overflow_are_refused():
    x = Input((1,))
    for _ in range(62):
        x = layers.concatenate([x, x])
    with pytest.raises(ValueError, match="more values along axis"):
        layers.concatenate([x, x])


def test_what_makes_no_layer():
    with pytest.raises(ValueError, match="batch axis"):
        layers.Concatenate(0)
    with pytest.raises(ValueError, match="batch axis"):
        layers.Dot((1, 0))
    with pytest.raises(ValueError, match="axes"):
        layers.Dot((1, 2, 3))
    with pytest.raises(ValueError, match="takes a list"):
        layers.Add()(Tensor([[1.0]]))
    with pytest.raises(ValueError, match="takes one tensor, got a list of 2"):
        layers.Dense(1)([Input((2,)), Input((2,))])
