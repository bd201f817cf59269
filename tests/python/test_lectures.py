"""Worked examples of the lectures: a network by hand."""

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Sequential, activations

# Each row a neuron, as on the slides; Dense holds a column a neuron.
WEIGHTS = [
    ([[1, -2], [-1, 1]], [1, 0]),
    ([[2, -1], [-2, -1]], [0, 0]),
    ([[3, -1], [-1, 4]], [-2, 2]),
]


@pytest.fixture
def network():
    model = Sequential([Input((2,)), *(Dense(2, activation="sigmoid") for _ in WEIGHTS)])
    model.set_weights([value for w, b in WEIGHTS for value in (np.transpose(w), b)])
    return model


def test_three_layers_by_hand(network):
    x = np.array([[1, -1]])
    expected = [(0.98, 0.12), (0.86, 0.11), (0.62, 0.83)]
    for layer, values in zip(network.layers, expected, strict=True):
        x = layer(x)
        assert x.numpy()[0].round(2) == pytest.approx(values)
    predicted = network.predict([[1, -1], [0, 0]], verbose=0)
    assert predicted.round(2) == pytest.approx(np.array([(0.62, 0.83), (0.51, 0.85)]))


def test_softmax_by_hand():
    y = activations.softmax([3, 1, -3]).numpy()
    assert y[:2].round(2) == pytest.approx([0.88, 0.12])
    assert y[2] < 0.003


def test_a_multilayer_perceptron_learns_xor(xor):
    x, y = xor
    model = Sequential([Input((2,)), Dense(8, "tanh"), Dense(1, "sigmoid")])
    model.compile(lamina.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=300, verbose=0)
    assert history.history["accuracy"][-1] == 1
    assert (model.predict(x, verbose=0).ravel() > 0.5).tolist() == [False, True, True, False]


def test_a_perceptron_without_hidden_layer_does_not(xor):
    x, y = xor
    model = Sequential([Input((2,)), Dense(1, "sigmoid")])
    model.compile(lamina.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    assert model.fit(x, y, epochs=300, verbose=0).history["accuracy"][-1] < 1
