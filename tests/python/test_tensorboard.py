"""TensorBoard: what it writes, read back by TensorBoard's own reader."""

import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Sequential
from lamina.callbacks import TensorBoard
from lamina.callbacks._event_files import png
from lamina.layers import Add, Embedding, Flatten

X = np.linspace(0, 1, 32, dtype="float32").reshape(16, 2)
Y = X.sum(axis=1)


def network():
    model = Sequential([Input((2,)), Dense(3, name="first"), Dense(1)])
    model.compile(lamina.optimizers.SGD(0.25), "mse", metrics=["mae"])
    return model


def test_an_image_is_a_png():
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    file = png(pixels)
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(file):
        (length,) = struct.unpack(">I", file[at : at + 4])
        name, content = file[at + 4 : at + 8], file[at + 8 : at + 8 + length]
        assert struct.unpack(">I", file[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            name + content
        )
        chunks[name] = content
        at += 12 + length
    assert chunks[b"IHDR"] == struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)
    rows = zlib.decompress(chunks[b"IDAT"])
    assert rows == b"\0" + bytes(range(9)) + b"\0" + bytes(range(9, 18))


def test_without_the_package_it_says_what_to_install():
    code = """
import sys
sys.modules["tensorboard"] = None
import lamina
model = lamina.Sequential([lamina.Input((1,)), lamina.Dense(1)])
model.compile("sgd", "mse")
try:
    model.fit([[1.0]], [1.0], callbacks=[lamina.callbacks.TensorBoard("logs")])
except ImportError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == "TensorBoard needs the package of that name: pip install tensorboard\n"


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"profile_batch": 2}, "profile_batch is 2, expected 0"),
        ({"update_freq": 0}, "update_freq is 0"),
        ({"update_freq": "step"}, "update_freq is 'step'"),
    ],
)
def test_bad_options_are_refused(options, match):
    with pytest.raises(ValueError, match=match):
        TensorBoard("logs", **options)


@pytest.fixture
def read():
    module = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    return lambda folder: module.EventAccumulator(
        str(folder), {"images": 0, "histograms": 0, "scalars": 0}
    ).Reload()


def points(events, tag):
    return [(event.step, event.value) for event in events.Scalars(tag)]


def test_curves(tmp_path, read):
    model = network()
    history = model.fit(
        X, Y, epochs=3, batch_size=4, validation_split=0.25, verbose=0,
        callbacks=[TensorBoard(tmp_path, write_steps_per_second=True)],
    ).history  # fmt: skip
    train, validation = read(tmp_path / "train"), read(tmp_path / "validation")
    for name in ("loss", "mae"):
        assert points(train, f"epoch_{name}") == [
            (epoch, pytest.approx(value)) for epoch, value in enumerate(history[name])
        ]
        course = [pytest.approx(value) for value in history[f"val_{name}"]]
        assert points(validation, f"epoch_{name}") == list(enumerate(course))
        tag = f"evaluation_{name}_vs_iterations"
        assert points(validation, tag) == list(zip([3, 6, 9], course, strict=True))
    assert points(train, "epoch_learning_rate") == [(0, 0.25), (1, 0.25), (2, 0.25)]
    assert len(points(train, "epoch_steps_per_second")) == 3
    assert not [tag for tag in train.Tags()["scalars"] if tag.startswith("batch_")]


def test_batches(tmp_path, read):
    network().fit(
        X, Y, epochs=2, batch_size=4, verbose=0, callbacks=[TensorBoard(tmp_path, update_freq=3)]
    )
    assert [step for step, _ in points(read(tmp_path / "train"), "batch_loss")] == [3, 6]
    network().fit(
        X, Y, batch_size=4, verbose=0, callbacks=[TensorBoard(tmp_path / "b", update_freq="batch")]
    )
    assert len(points(read(tmp_path / "b" / "train"), "batch_mae")) == 4


def test_histograms_and_images(tmp_path, read):
    model = network()
    callback = TensorBoard(tmp_path, histogram_freq=2, write_images=True)
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[callback])
    events = read(tmp_path / "train")
    histograms = events.Histograms("first/kernel/histogram")
    assert [event.step for event in histograms] == [0, 2]
    kernel = model.get_weights()[0]
    last = histograms[-1].histogram_value
    assert last.num == kernel.size == sum(last.bucket)
    assert (last.min, last.max) == (kernel.min(), kernel.max())
    assert last.sum == pytest.approx(kernel.sum())
    image = events.Images("first/kernel/image")[-1]
    assert (image.height, image.width) == (2, 3)
    assert image.encoded_image_string.startswith(b"\x89PNG")


def test_graph(tmp_path, read):
    inputs = Input((2,), name="in")
    one, two = Dense(3, name="one")(inputs), Dense(3, name="two")(inputs)
    model = lamina.Model(inputs, Add(name="sum")([one, two]))
    model.compile("sgd", "mse")
    model.fit(X, np.zeros((16, 3)), verbose=0, callbacks=[TensorBoard(tmp_path)])
    graph = read(tmp_path / "train").Graph()
    assert {(node.name, node.op, tuple(node.input)) for node in graph.node} == {
        ("in", "Input", ()),
        ("one", "Dense", ("in",)),
        ("two", "Dense", ("in",)),
        ("sum", "Add", ("one", "two")),
    }


def test_embeddings(tmp_path, read):
    model = Sequential([Input((2,)), Embedding(4, 3, name="words"), Flatten(), Dense(1)])
    model.compile("sgd", "mse")
    ids = np.array([[0, 1], [2, 3]])
    callback = TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"words": "names.tsv"})
    model.fit(ids, np.zeros(2), verbose=0, callbacks=[callback])
    written = np.loadtxt(tmp_path / "train" / "words.tsv", delimiter="\t")
    np.testing.assert_allclose(written, model.get_weights()[0], rtol=1e-6)
    text = (tmp_path / "projector_config.pbtxt").read_text()
    assert 'tensor_path: "train/words.tsv"\n  metadata_path: "names.tsv"' in text
    wrong = TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"letters": "names.tsv"})
    with pytest.raises(ValueError, match="names letters, the model's Embedding layers are words"):
        model.fit(ids, np.zeros(2), verbose=0, callbacks=[wrong])
