"""Arguments of older Keras that Keras 3 still takes."""

import inspect

import numpy as np
import pytest

import lamina
from lamina import Sequential, layers, ops


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: layers.Dense(2, input_dim=4), (None, 4)),
        (lambda: layers.Dense(2, input_shape=(4,)), (None, 4)),
        (lambda: layers.Dense(2, batch_input_shape=(3, 4)), (3, 4)),
        (lambda: layers.Flatten(input_shape=(5, 6)), (None, 5, 6)),
        (lambda: layers.Conv2D(2, 3, input_shape=(8, 8, 1)), (None, 8, 8, 1)),
        (lambda: layers.LSTM(2, batch_shape=(2, 5, 3)), (2, 5, 3)),
        (lambda: layers.Normalization(input_shape=(3,), mean=0.0, variance=1.0), (None, 3)),
    ],
)
def test_the_first_layer_tells_the_inputs_shape(make, shape):
    with pytest.warns(UserWarning, match="begin a Sequential with Input"):
        first = make()
    model = Sequential([first])
    assert model.built
    assert model.input_shape[1:] == shape[1:]
    assert lamina.models.load_model(model.save_to_bytes()).input_shape[1:] == shape[1:]


def test_later_layers_may_tell_theirs_too():
    with pytest.warns(UserWarning, match="begin a Sequential"):
        model = Sequential([layers.Dense(3, input_shape=(4,)), layers.Dense(2, input_shape=(3,))])
    assert model.input_shape == (None, 4)
    assert len(model.layers) == 2


def test_a_layer_of_ones_own_takes_them():
    class Twice(lamina.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)

        def call(self, inputs):
            return inputs * 2

    with pytest.warns(UserWarning, match="begin a Sequential"):
        model = Sequential([Twice(input_shape=(3,)), layers.Dense(1)])
    assert model.built


def test_embedding():
    with pytest.warns(UserWarning, match="input_length"):
        layer = layers.Embedding(10, 4, input_length=5)
    assert layer(np.zeros((1, 5), "int32")).shape == (1, 5, 4)
    table = np.arange(12.0).reshape(3, 4)
    layer = layers.Embedding(3, 4, weights=[table])
    np.testing.assert_array_equal(layer([2, 0]).numpy(), table[[2, 0]])


def test_signatures_and_other_words_are_as_before():
    assert "input_shape" not in inspect.signature(layers.Dense).parameters
    with pytest.raises(TypeError, match="input_shap"):
        layers.Dense(2, input_shap=(3,))
    assert layers.Embedding(input_dim=3, output_dim=2).input_dim == 3


def test_shape_size_and_arrays():
    x = lamina.Variable(np.arange(6.0, dtype="float32").reshape(2, 3))
    assert (ops.shape(x), ops.ndim(x), ops.size(x)) == ((2, 3), 2, 6)
    symbolic = lamina.Input((3,))
    assert (ops.shape(symbolic), ops.ndim(symbolic), ops.size(symbolic)) == ((None, 3), 2, None)
    array = ops.convert_to_numpy(x)
    array[0, 0] = 9
    assert x.numpy()[0, 0] == 0
    assert ops.convert_to_numpy(x * 2).tolist() == [[0, 2, 4], [6, 8, 10]]
    assert ops.convert_to_numpy([1, 2]).tolist() == [1, 2]
