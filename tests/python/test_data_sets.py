"""Dataset: what its methods make, worked by hand."""

import random

import numpy as np
import pytest

import lamina
from lamina.data import AUTOTUNE, Dataset
from lamina.utils import split_dataset


def numbers(count=7):
    return Dataset.from_tensor_slices(np.arange(count))


def plain(count=7):
    """The same without the short cuts of arrays."""
    return numbers(count).map(lambda x: x)


BOTH = pytest.mark.parametrize("make", [numbers, plain])


@BOTH
def test_parts(make):
    assert list(make().take(3)) == [0, 1, 2]
    assert list(make().take(-1)) == list(make()) == list(range(7))
    assert list(make().skip(5)) == [5, 6]
    assert list(make().skip(9)) == list(make().skip(-1)) == []
    assert list(make().skip(2).take(2)) == [2, 3]
    assert [len(d) for d in (make(), make().take(3), make().skip(5), make().skip(-1))] == [
        7,
        3,
        2,
        0,
    ]
    assert list(make().filter(lambda x: x % 2)) == [1, 3, 5]
    assert list(make(2).repeat(3)) == [0, 1] * 3
    assert list(make(2).repeat().take(5)) == [0, 1, 0, 1, 0]
    assert list(make(2).take(0).repeat()) == []


@BOTH
def test_batches(make):
    assert [b.tolist() for b in make().batch(3)] == [[0, 1, 2], [3, 4, 5], [6]]
    assert [b.tolist() for b in make().batch(3, drop_remainder=True)] == [[0, 1, 2], [3, 4, 5]]
    assert (len(make().batch(3)), len(make().batch(3, drop_remainder=True))) == (3, 2)
    assert list(make().batch(3).unbatch()) == list(range(7))
    assert [b.tolist() for b in make(4).batch(2).take(1)] == [[0, 1]]
    assert make().batch(3).prefetch(AUTOTUNE).batch_size == 3
    assert make().batch(3).unbatch().batch_size is None


@BOTH
def test_orders(make):
    shuffled = make(50).shuffle(50, seed=3)
    first, second = list(shuffled), list(shuffled)
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert list(make(50).shuffle(50, seed=3)) == first
    same = make(50).shuffle(50, seed=3, reshuffle_each_iteration=False)
    assert list(same) == list(same)
    near = list(make(50).shuffle(5, seed=3))
    # Element i has to wait until it is among the 5 that are held.
    assert sorted(near) == list(range(50))
    assert all(place >= value - 4 for place, value in enumerate(near))
    lamina.utils.set_random_seed(3)
    drawn = list(make(50).shuffle(50))
    lamina.utils.set_random_seed(3)
    assert list(make(50).shuffle(50)) == drawn


def test_several_arrays_stay_together():
    x = np.arange(20).reshape(10, 2)
    data = Dataset.from_tensor_slices({"x": x, "y": np.arange(10)}).shuffle(10)
    for batch in data.batch(4):
        np.testing.assert_array_equal(batch["x"][:, 0], 2 * batch["y"])
    for sample in data.map(lambda d: d):
        assert sample["x"][0] == 2 * sample["y"]
    pairs = Dataset.from_tensor_slices((x, np.arange(10)))
    (a, b), *_ = pairs.map(lambda x, y: (x * 10, y)).batch(3)
    assert (a.tolist(), b.tolist()) == ([[0, 10], [20, 30], [40, 50]], [0, 1, 2])
    assert [n.tolist() for n in Dataset.from_tensor_slices([[1, 2], [3, 4]])] == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match="one length"):
        Dataset.from_tensor_slices((x, np.arange(9)))


def test_cache_calls_once():
    calls = []
    data = numbers(4).map(lambda x: calls.append(x) or x).cache()
    assert list(data.take(2)) == [0, 1]  # not a whole pass
    assert list(data) == list(data) == [0, 1, 2, 3]
    assert calls == [0, 1, 0, 1, 2, 3]
    with pytest.raises(ValueError, match="memory"):
        data.cache("file")


def test_nobody_changes_what_is_cached():
    x = np.arange(6.0)
    given = [{"x": x[:3], "all": [x]}, {"x": x[3:], "all": [x]}]
    data = Dataset(lambda: iter(given), 2).cache()
    for _ in range(3):
        for element in data:
            for array in (element["x"], element["all"][0]):
                with pytest.raises(ValueError, match="read-only"):
                    array += 1
            element["x"] = None
            element["all"].clear()
        x += 1  # the source's own memory, which it may use again
        assert [element["x"].tolist() for element in data] == [[0, 1, 2], [3, 4, 5]]


def test_counts():
    assert numbers().cardinality() == 7
    assert numbers().repeat().cardinality() == -1
    assert numbers().filter(bool).cardinality() == -2
    assert bool(numbers(0))
    for data, message in ((numbers().repeat(), "no end"), (numbers().filter(bool), "not know")):
        with pytest.raises(TypeError, match=message):
            len(data)


def test_elements_of_layers_and_as_arrays():
    data = numbers(4).batch(2).map(lambda x: lamina.layers.Rescaling(0.5)(x.astype("float32")))
    assert [type(x) for x in data] == [lamina.Tensor] * 2
    arrays = list(data.as_numpy_iterator())
    assert [type(x) for x in arrays] == [np.ndarray] * 2
    assert arrays[1].tolist() == [1.0, 1.5]
    assert [x.tolist() for x in data.unbatch().batch(4)] == [[0.0, 0.5, 1.0, 1.5]]


def test_elements_of_unequal_shapes():
    with pytest.raises(ValueError, match=r"\(1,\), \(2,\).*by map"):
        list(numbers(2).map(lambda x: np.zeros(x + 1)).batch(2))


@pytest.mark.parametrize("call", ["batch", "shuffle", "prefetch"])
def test_numbers_below_one(call):
    with pytest.raises(ValueError, match="at least 1"):
        getattr(plain(), call)(0)


def test_layers_adapt_to_data_sets():
    layer = lamina.layers.Normalization()
    layer.adapt(Dataset.from_tensor_slices(np.array([[1.0], [3.0]])).batch(1))
    np.testing.assert_allclose(layer(np.array([[3.0]])).numpy(), [[1.0]], rtol=1e-5)


def halves(left, right):
    return [x.tolist() for x in left], [x.tolist() for x in right]


def test_split():
    x = np.arange(10)
    expected = list(range(8)), [8, 9]
    for options in (
        {"left_size": 0.8},
        {"right_size": 2},
        {"left_size": 8, "right_size": 0.2},
    ):
        for data in (x, lamina.Tensor(x), numbers(10), plain(10), Samples(x)):
            assert halves(*split_dataset(data, **options)) == expected
    assert halves(*split_dataset(x, 3, 2)) == ([0, 1, 2], [8, 9])
    left, _ = split_dataset((x, x * 10), 0.5)
    assert [(int(a), int(b)) for a, b in left] == [(0, 0), (1, 10), (2, 20), (3, 30), (4, 40)]
    left, right = split_dataset(numbers(10).batch(3), 0.8)
    assert halves(left, right) == ([[0, 1, 2], [3, 4, 5], [6, 7]], [[8, 9]])


class Samples:
    """As a data set of PyTorch."""

    def __init__(self, x):
        self.x = x

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i]


def test_shuffled_split():
    # As Keras: random.seed(5); random.shuffle(samples).
    expected = list(range(10))
    random.Random(5).shuffle(expected)
    assert halves(*split_dataset(np.arange(10), 0.7, shuffle=True, seed=5)) == (
        expected[:7],
        expected[7:],
    )


def test_models_train_on_splits():
    x = np.linspace(-1, 1, 40)[:, None]
    train, test = split_dataset([x, 2 * x], 0.8, shuffle=True, seed=1)
    model = lamina.Sequential([lamina.Input((1,)), lamina.Dense(1)])
    model.compile(lamina.optimizers.SGD(0.5), "mse")
    history = model.fit(train, batch_size=8, epochs=20, validation_data=test, verbose=0).history
    assert history["val_loss"][-1] < 1e-3
    assert model.evaluate(test.batch(4).prefetch(2), verbose=0) < 1e-3


@pytest.mark.parametrize(
    ("kind", "message", "arguments"),
    [
        (ValueError, "left_size or right_size", (np.arange(4),)),
        (TypeError, "left_size", (np.arange(4), "half")),
        (ValueError, "left_size", (np.arange(4), 4)),
        (ValueError, "right_size", (np.arange(4), None, 1.0)),
        (ValueError, "overlap", (np.arange(4), 0.75, 0.75)),
        (ValueError, "none may be empty", (np.arange(4), 0.01)),
        (ValueError, "no arrays", ([], 0.5)),
        (ValueError, "different lengths", ([np.zeros(3), np.zeros(4)], 0.5)),
        (TypeError, "str", ("abc", 0.5)),
        (ValueError, "empty", (iter([]), 0.5)),
    ],
)
def test_refused_splits(kind, message, arguments):
    with pytest.raises(kind, match=message):
        split_dataset(*arguments)
