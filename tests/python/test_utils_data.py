"""Sequences made equal in length, windows over series, labels and norms: worked examples."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import lamina
from lamina import Input, Sequential, layers, utils


def test_pad_sequences_pads_and_cuts_at_the_named_ends():
    sequences = [[1], [2, 3], [], [4, 5, 6]]
    expected = {
        ("pre", "pre"): [[0, 1], [2, 3], [0, 0], [5, 6]],
        ("pre", "post"): [[0, 1], [2, 3], [0, 0], [4, 5]],
        ("post", "pre"): [[1, 0], [2, 3], [0, 0], [5, 6]],
        ("post", "post"): [[1, 0], [2, 3], [0, 0], [4, 5]],
    }
    for (padding, truncating), rows in expected.items():
        padded = utils.pad_sequences(sequences, 2, padding=padding, truncating=truncating)
        assert_array_equal(padded, rows)
        assert padded.dtype == "int32"


def test_pad_sequences_takes_vectors_arrays_and_text():
    vectors = [[[1, 2]], [[3, 4], [5, 6]]]
    expected = [[[9, 9], [1, 2]], [[3, 4], [5, 6]]]
    assert_array_equal(utils.pad_sequences(vectors, value=9), expected)
    arrays = [np.array(rows) for rows in vectors]
    padded = utils.pad_sequences(arrays, value=9, dtype="float32")
    assert padded.dtype == "float32"
    assert_array_equal(padded, expected)
    words = utils.pad_sequences([["a"], ["bc", "d"]], dtype=object, value="", padding="post")
    assert words.tolist() == [["a", ""], ["bc", "d"]]
    assert utils.pad_sequences([[], []]).shape == (2, 0)
    assert lamina.preprocessing.sequence.pad_sequences is utils.pad_sequences


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2],), "list of sequences"),
        ((iter([[1]]),), "list of sequences"),
        (([[1]], 2, "int32", "before"), "padding must be"),
        (([[1]], 2, "int32", "pre", "before"), "truncating must be"),
        (([[1]], 2, "int32", "pre", "pre", "x"), "dtype=object"),
        (([[[1, 2]], [[1, 2, 3]]],), "one shape"),
    ],
)
def test_pad_sequences_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        utils.pad_sequences(*arguments)


def test_windows_of_keras_documentation():
    # Keras's own example: indices 0 to 98, windows of 10 steps, every second one, stride 3.
    dataset = utils.timeseries_dataset_from_array(
        np.arange(99), None, sequence_length=10, sampling_rate=2, sequence_stride=3
    )
    (windows,) = list(dataset)
    assert windows[0].tolist() == [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
    assert windows[1].tolist() == [3, 5, 7, 9, 11, 13, 15, 17, 19, 21]
    assert windows[-1].tolist() == [78, 80, 82, 84, 86, 88, 90, 92, 94, 96]
    assert windows.shape == (27, 10)


def test_windows_of_a_part_with_targets():
    data = np.arange(20.0).reshape(10, 2)
    dataset = utils.timeseries_dataset_from_array(
        data, data[:, 0] * 10, 3, batch_size=2, start_index=2, end_index=8
    )
    batches = list(dataset)
    assert len(dataset) == len(batches) == 2
    windows, targets = batches[1]
    assert_array_equal(windows, [data[4:7], data[5:8]])
    assert_array_equal(targets, data[4:6, 0] * 10)
    assert len(list(dataset)) == 2  # again


def test_shuffled_windows_keep_their_targets_and_their_seed():
    def drawn(seed):
        dataset = utils.timeseries_dataset_from_array(
            np.arange(50), np.arange(50), 4, batch_size=8, shuffle=True, seed=seed
        )
        rounds = []
        for _ in range(2):
            pairs = list(dataset)
            for windows, targets in pairs:
                assert_array_equal(windows, targets[:, None] + np.arange(4))
            rounds.append(np.concatenate([targets for _, targets in pairs]).tolist())
            assert sorted(rounds[-1]) == list(range(47))
        return rounds

    first = drawn(5)
    assert first == drawn(5) != drawn(6)
    assert first[0] != first[1]


def test_single_windows():
    dataset = utils.timeseries_dataset_from_array(np.arange(5), None, 2, batch_size=None)
    assert [window.tolist() for window in dataset] == [[0, 1], [1, 2], [2, 3], [3, 4]]


def test_fit_takes_windows():
    series = np.sin(np.arange(200) * 0.3).astype("float32")[:, None]
    dataset = utils.timeseries_dataset_from_array(series[:-8], series[8:, 0], 8, shuffle=True)
    model = Sequential([Input((8, 1)), layers.Flatten(), layers.Dense(1)])
    model.compile(optimizer=lamina.optimizers.Adam(0.05), loss="mse")
    history = model.fit(dataset, epochs=60, verbose=0).history["loss"]
    # A sine obeys a linear recurrence, so that a linear layer can forecast it exactly.
    assert history[-1] < 1e-2 < history[0]
    assert model.predict(dataset, verbose=0).shape == (185, 1)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sequence_length": 0}, "sequence_length"),
        ({"sampling_rate": 0}, "sampling_rate"),
        ({"sequence_stride": 10}, "sequence_stride"),
        ({"batch_size": 0}, "batch_size"),
        ({"start_index": 10}, "start_index"),
        ({"start_index": 5, "end_index": 5}, "end_index"),
        ({"end_index": 10}, "end_index"),
        ({"format": "torch"}, "format"),
    ],
)
def test_windows_refuse(more, message):
    arguments = {"data": np.arange(10), "targets": None, "sequence_length": 2, **more}
    with pytest.raises(ValueError, match=message):
        utils.timeseries_dataset_from_array(**arguments)


def test_to_categorical():
    rows = utils.to_categorical([[0], [2]])
    assert rows.dtype == "float64"
    assert_array_equal(rows, [[1, 0, 0], [0, 0, 1]])
    assert utils.to_categorical([[0, 1], [1, 0]], 3).shape == (2, 2, 3)
    tensor = utils.to_categorical(lamina.Tensor([[1], [5]], dtype="int64"), 2)
    assert_array_equal(tensor.numpy(), [[0, 1], [0, 0]])
    with pytest.raises(IndexError):
        utils.to_categorical([3], 2)
    with pytest.raises(ValueError, match="num_classes"):
        utils.to_categorical([])
    with pytest.raises(ValueError, match="num_classes"):
        utils.to_categorical(lamina.Tensor([1], dtype="int64"))


def test_normalize():
    x = np.array([[3.0, 0.0], [4.0, 0.0]])
    assert_array_equal(utils.normalize(x, axis=0), [[0.6, 0], [0.8, 0]])
    assert_array_equal(utils.normalize(x, order=1), [[1, 0], [1, 0]])
    tensor = utils.normalize(lamina.Tensor([[3.0, 4.0]]))
    assert_array_equal(tensor.numpy(), np.array([[0.6, 0.8]], "float32"))


def test_embedding_masks_zero():
    layer = layers.Embedding(5, 3, mask_zero=True)
    tokens = np.array([[1, 2, 0], [4, 0, 0]])
    assert_array_equal(layer(tokens).mask.numpy(), tokens != 0)
    assert layer.supports_masking
    assert not layers.Embedding(5, 3).supports_masking
    assert layers.Embedding(5, 3)(tokens).mask is None
    assert_array_equal(layer.compute_mask(lamina.Tensor(tokens)).numpy(), tokens != 0)


def test_the_mask_of_an_embedding_travels_to_the_loss_and_through_a_file():
    tokens, labels = np.array([[1, 2, 0]]), np.array([[[1.0], [3.0], [100.0]]])
    model = Sequential([Input((3,), dtype="int32"), layers.Embedding(5, 1, "ones", mask_zero=True)])
    model.compile(loss="mse")
    # Predictions are 1: of the entries that count, errors are 0 and 2.
    assert model.evaluate(tokens, labels, verbose=0) == pytest.approx(2.0)
    copy = lamina.saving.load_model(model.save_to_bytes())
    assert copy.layers[-1].mask_zero is True
    assert copy.evaluate(tokens, labels, verbose=0) == pytest.approx(2.0)
    tokens_in = Input((3,), dtype="int32")
    graph = lamina.Model(tokens_in, layers.Embedding(5, 1, mask_zero=True)(tokens_in))
    assert_array_equal(graph(tokens).mask.numpy(), [[True, True, False]])
