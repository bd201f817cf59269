"""Layers that put numbers and strings into bins."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import lamina
from lamina import layers

# Keras 3.15.1's boundaries for these numbers in so many parts.
NUMBERS = (np.arange(1000) * 0.618034 % 1) ** 2 * 10
LEARNT = [
    (4, 0.01, 1, [0.621124804019928, 2.49188494682312, 5.618910789489746]),
    (5, 0.01, 3, [0.403664529323577, 1.614913225173950, 3.620337247848511, 6.408926486968994]),
    (3, 0.1, 2, [1.1336420774459839, 4.47191047668457]),
]


def test_bins_are_numpys(rng):
    boundaries = np.sort(rng.normal(size=9)).astype("float32")
    x = np.append(rng.normal(size=(5, 7)), [boundaries[:7]], axis=0).astype("float32")
    got = layers.Discretization(boundaries)(x)
    assert got.dtype == "int32"
    assert np.array_equal(got.numpy(), np.digitize(x, boundaries))
    edges = np.array([np.nan, np.inf, -np.inf])
    assert layers.Discretization([0.0, 1.0])(edges).numpy().tolist() == [2, 2, 0]


def test_rows_over_bins():
    x = [[-1.0, 0.0, 0.5], [2.0, 7.0, 1.0]]
    expected = {
        "one_hot": np.eye(4)[[[0, 1, 1], [3, 3, 2]]],
        "multi_hot": [[1, 1, 0, 0], [0, 0, 1, 1]],
        "count": [[1, 2, 0, 0], [0, 0, 1, 2]],
    }
    for mode, rows in expected.items():
        assert np.array_equal(layers.Discretization([0, 1, 2], output_mode=mode)(x).numpy(), rows)


@pytest.mark.parametrize(("bins", "epsilon", "parts", "expected"), LEARNT)
def test_boundaries_are_learnt_as_by_keras(bins, epsilon, parts, expected):
    layer = layers.Discretization(num_bins=bins, epsilon=epsilon)
    layer.adapt(NUMBERS if parts == 1 else iter(np.array_split(NUMBERS, parts)))
    assert_allclose(layer.bin_boundaries, expected, rtol=1e-6)
    again = layers.Discretization.from_config(layer.get_config())
    assert np.array_equal(again(NUMBERS).numpy(), layer(NUMBERS).numpy())
    counts = np.bincount(layer(NUMBERS).numpy())
    assert np.abs(counts / 1000 - 1 / bins).max() < 1.5 * epsilon


def test_a_model_keeps_what_was_learnt():
    layer = layers.Discretization(num_bins=4, output_mode="one_hot")
    layer.adapt(NUMBERS)
    model = lamina.Sequential([lamina.Input((1,)), layer, layers.Dense(2)])
    again = lamina.models.load_model(model.save_to_bytes())
    x = NUMBERS[:50, None].astype("float32")
    assert np.array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    inputs = lamina.Input((3,))
    bins = layers.Discretization([0.0])(inputs)
    assert bins.dtype == "int32"
    assert lamina.Model(inputs, layers.Embedding(2, 5)(bins)).output_shape == (None, 3, 5)


def test_discretization_refuses():
    for options, words in (
        ({}, "num_bins"),
        ({"bin_boundaries": [1.0], "num_bins": 2}, "adapt"),
        ({"bin_boundaries": [1.0, 0.0]}, "ascend"),
        ({"num_bins": 0}, "num_bins"),
        ({"bin_boundaries": [1.0], "output_mode": "tf_idf"}, "output_mode"),
        ({"bin_boundaries": [1.0], "sparse": True}, "sparse"),
    ):
        with pytest.raises(ValueError, match=words):
            layers.Discretization(**options)
    with pytest.raises(RuntimeError, match="adapt"):
        layers.Discretization(num_bins=3)([1.0])
    with pytest.raises(ValueError, match="num_bins"):
        layers.Discretization([1.0]).adapt([1.0])


# The examples of Keras's documentation, of which TensorFlow computed the results.
LETTERS = [["A"], ["B"], ["C"], ["D"], ["E"]]


@pytest.mark.parametrize(
    ("options", "inputs", "expected"),
    [
        ({}, LETTERS, [1, 0, 1, 1, 2]),
        ({"mask_value": ""}, [["A"], ["B"], [""], ["C"], ["D"]], [1, 1, 0, 2, 2]),
        ({"salt": [133, 137]}, LETTERS, [1, 2, 1, 0, 2]),
        ({"salt": 133}, LETTERS, [0, 0, 2, 1, 0]),
    ],
)
def test_hashing_as_keras_documents_it(options, inputs, expected):
    layer = layers.Hashing(num_bins=3, **options)
    for form in (inputs, np.array(inputs), np.array(inputs, object)):
        got = layer(form)
        assert got.dtype == "int64"
        assert got.numpy().ravel().tolist() == expected
        assert got.shape == (5, 1)
    again = layers.Hashing.from_config(layer.get_config())
    assert np.array_equal(again(inputs).numpy(), got.numpy())


def test_hashing_whole_numbers_is_hashing_their_text():
    layer = layers.Hashing(num_bins=50)
    numbers = np.arange(-20, 1000)
    expected = layer([str(number) for number in numbers]).numpy()
    assert np.array_equal(layer(numbers).numpy(), expected)
    assert np.array_equal(layer(lamina.Tensor(numbers)).numpy(), expected)
    counts = np.bincount(layer(np.arange(50_000)).numpy(), minlength=50)
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000)
    masked = layers.Hashing(num_bins=9, mask_value=7)(np.array([7, 8, 7, 9])).numpy()
    assert (masked == 0).tolist() == [True, False, True, False]


def test_hashing_gives_rows_and_stands_in_models():
    one_hot = layers.Hashing(num_bins=3, output_mode="one_hot")(LETTERS)
    assert np.array_equal(one_hot.numpy(), np.eye(3)[[1, 0, 1, 1, 2]])
    assert one_hot.dtype == "float32"
    inputs = lamina.Input((4,), dtype="int64")
    model = lamina.Model(inputs, layers.Hashing(6, output_mode="count")(inputs))
    again = lamina.models.load_model(model.save_to_bytes())
    x = np.arange(40).reshape(10, 4)
    assert model.output_shape == (None, 6)
    assert np.array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0))
    assert (model.predict(x, verbose=0).sum(1) == 4).all()


def test_crossing_as_keras_documents_it():
    letters, numbers = np.array(["A", "B", "A", "B", "A"]), np.array([101, 101, 101, 102, 102])
    layer = layers.HashedCrossing(num_bins=5)
    assert layer((letters, numbers)).numpy().tolist() == [1, 4, 1, 1, 3]
    assert layer((letters[:, None], numbers[:, None])).shape == (5, 1)
    rows = layers.HashedCrossing(5, output_mode="one_hot")([list(letters), list(numbers)])
    assert np.array_equal(rows.numpy(), np.eye(5)[[1, 4, 1, 1, 3]])
    a, b = (lamina.Input((1,), dtype="int64") for _ in range(2))
    model = lamina.Model([a, b], layers.HashedCrossing(5, "one_hot")([a, b]))
    x = [numbers[:, None], numbers[::-1, None].copy()]
    expected = layers.HashedCrossing(5, "one_hot")(x).numpy()
    assert np.array_equal(model.predict(x, verbose=0), expected)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: layers.Hashing(0), "num_bins"),
        (lambda: layers.Hashing(3, output_mode="tf_idf"), "output_mode"),
        (lambda: layers.Hashing(3, dtype="float32"), "int32"),
        (lambda: layers.Hashing(3, salt=[1, 2, 3]), "salt"),
        (lambda: layers.Hashing(3, sparse=True), "sparse"),
        (lambda: layers.HashedCrossing(3)([["a"]]), "two features"),
        (lambda: layers.HashedCrossing(3)([["a"], ["b", "c"]]), "one shape"),
        (lambda: layers.HashedCrossing(3)([np.array([0.5]), np.array([1])]), "whole numbers"),
    ],
)
def test_hashing_refuses(call, words):
    with pytest.raises(ValueError, match=words):
        call()
