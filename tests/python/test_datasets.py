"""Data sets of textbooks, from small files in the formats of the real ones; nothing is executed."""

import gzip
import hashlib
import io
import json
import os
import pathlib
import pickle
import tarfile
from typing import ClassVar

import numpy as np
import pytest

import lamina
from lamina.datasets import (
    _files,
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)

SHARED = pathlib.Path(os.environ.get("LAMINA_DATA", "/work/shared/data"))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty home without a network."""
    monkeypatch.setenv("LAMINA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.delenv("LAMINA_DATA", raising=False)
    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    return tmp_path


def unreachable(*_, **__):
    from urllib.error import URLError

    raise URLError("no route to host")


MODULES = (
    mnist,
    fashion_mnist,
    cifar10,
    cifar100,
    imdb,
    reuters,
    boston_housing,
    california_housing,
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_without_a_network_the_error_says_what_to_put_where(module, home):
    with pytest.raises(OSError, match=r"(npz|gz) is in none of .*home/datasets.*LAMINA_DATA"):
        module.load_data()
    assert not any(path.is_file() for path in home.rglob("*"))


def test_a_file_with_another_hash_is_not_read(home):
    (home / "home/datasets").mkdir(parents=True)
    np.savez(home / "home/datasets/mnist.npz", x_train=np.zeros(3))
    with pytest.warns(UserWarning, match="has not the hash"), pytest.raises(OSError, match="mnist"):
        mnist.load_data()


def test_files_of_keras_are_found(home, monkeypatch):
    (home / "keras/datasets").mkdir(parents=True)
    path = home / "keras/datasets/boston_housing.npz"
    np.savez(path, x=np.arange(20.0).reshape(10, 2), y=np.arange(10.0))
    monkeypatch.setattr(boston_housing, "_HASH", hashlib.sha256(path.read_bytes()).hexdigest())
    (x_train, y_train), (x_test, y_test) = boston_housing.load_data()
    assert x_train.shape == (8, 2)
    np.testing.assert_array_equal(x_test[:, 0], 2 * y_test)
    # Keras's order: numpy's RandomState(113).shuffle.
    order = np.arange(10.0)
    np.random.RandomState(113).shuffle(order)
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), order)


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return gzip.compress(header + array.tobytes())


def write_digits(folder):
    folder.mkdir(parents=True)
    made = {}
    for part, count in (("train", 6), ("t10k", 4)):
        made[part] = (
            np.arange(count * 784, dtype="uint8").reshape(count, 28, 28),
            np.arange(count, dtype="uint8"),
        )
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(idx(made[part][0]))
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(idx(made[part][1]))
    return made


@pytest.mark.parametrize(("module", "folder"), [(mnist, "mnist"), (fashion_mnist, "fashion-mnist")])
def test_digits_and_clothes(module, folder, home, monkeypatch):
    made = write_digits(home / "mine" / folder)
    monkeypatch.setenv("LAMINA_DATA", str(home / "mine"))
    for got, expected in zip(module.load_data(), made.values(), strict=True):
        np.testing.assert_array_equal(got[0], expected[0])
        np.testing.assert_array_equal(got[1], expected[1])


def test_mnist_from_a_path(home):
    np.savez(home / "m.npz", x_train=[1], y_train=[2], x_test=[3], y_test=[4])
    assert [a.tolist() for pair in mnist.load_data(home / "m.npz") for a in pair] == [
        [1],
        [2],
        [3],
        [4],
    ]
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        mnist.load_data(home / "none.npz")


class Python2Pickler(pickle._Pickler):
    """As Python 2 wrote: text and bytes are both its ``str``, which Python 3 pickles as neither."""

    def save_str(self, obj):
        data = obj.encode("latin1") if isinstance(obj, str) else obj
        if len(data) < 256:
            self.write(pickle.SHORT_BINSTRING + bytes([len(data)]) + data)
        else:
            self.write(pickle.BINSTRING + len(data).to_bytes(4, "little") + data)
        self.memoize(obj)

    dispatch: ClassVar = {**pickle._Pickler.dispatch, str: save_str, bytes: save_str}


def python2(value):
    file = io.BytesIO()
    Python2Pickler(file, 2).dump(value)
    return file.getvalue().replace(b"numpy._core", b"numpy.core")


def images(count, first=0):
    return (np.arange(count * 3072) + first).astype("uint8").reshape(count, 3072)


@pytest.mark.parametrize("packed", [False, True])
def test_cifar10(packed, home, monkeypatch):
    folder = home / "home/datasets/cifar-10-batches-py"
    folder.mkdir(parents=True)
    names = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    for i, name in enumerate(names):
        batch = {
            "data": images(2, i),
            "labels": [i, 9 - i],
            "batch_label": name,
            "filenames": ["a"],
        }
        (folder / name).write_bytes(python2(batch))
    if packed:
        path = home / "home/datasets/cifar-10-python.tar.gz"
        with tarfile.open(path, "w:gz") as tar:
            tar.add(folder, folder.name)
        for name in names:
            (folder / name).unlink()
        folder.rmdir()
        monkeypatch.setattr(cifar10, "_HASH", hashlib.sha256(path.read_bytes()).hexdigest())
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    assert (x_train.shape, x_train.dtype, y_train.shape) == ((10, 32, 32, 3), "uint8", (10, 1))
    assert y_train[:, 0].tolist() == [0, 9, 1, 8, 2, 7, 3, 6, 4, 5]
    np.testing.assert_array_equal(x_test, images(2, 5).reshape(2, 3, 32, 32).transpose(0, 2, 3, 1))
    assert y_test.tolist() == [[5], [4]]


def test_cifar100(home):
    folder = home / "home/datasets/cifar-100-python"
    folder.mkdir(parents=True)
    for name in ("train", "test"):
        batch = {"data": images(2), "fine_labels": [99, 1], "coarse_labels": [19, 0]}
        (folder / name).write_bytes(python2(batch))
    assert cifar100.load_data()[0][1].tolist() == [[99], [1]]
    assert cifar100.load_data("coarse")[1][1].tolist() == [[19], [0]]
    lamina.config.set_image_data_format("channels_first")
    try:
        assert cifar100.load_data()[0][0].shape == (2, 3, 32, 32)
    finally:
        lamina.config.set_image_data_format("channels_last")
    with pytest.raises(ValueError, match="label_mode"):
        cifar100.load_data("middle")


def lists(*rows):
    made = np.empty(len(rows), object)
    made[:] = rows
    return made


TEXTS = lists([1, 2, 3], [4, 5], [6, 7, 8, 9], [2])


def write_imdb(path):
    np.savez(path, x_train=TEXTS, y_train=[0, 1, 0, 1], x_test=TEXTS[:2], y_test=[1, 0])


def ordered(count, seed=113, draw=None):
    draw = draw or np.random.RandomState(seed)
    order = np.arange(count)
    draw.shuffle(order)
    return order


def test_imdb(home):
    write_imdb(home / "imdb.npz")
    (x, y), (x_test, y_test) = imdb.load_data(home / "imdb.npz")
    draw = np.random.RandomState(113)
    order, order_test = ordered(4, draw=draw), ordered(2, draw=draw)
    # The highest number of all, 9 + 3, is itself out of bounds, as in Keras.
    expected = [[1] + [w + 3 if w < 9 else 2 for w in TEXTS[i]] for i in order]
    assert x.tolist() == expected
    assert x.dtype == object
    assert isinstance(x[0], list)
    assert y.tolist() == [[0, 1, 0, 1][i] for i in order]
    assert x_test.tolist() == [[1] + [w + 3 for w in TEXTS[i]] for i in order_test]
    assert y_test.tolist() == [[1, 0][i] for i in order_test]

    options = {"num_words": 8, "skip_top": 5, "start_char": None, "index_from": 0}
    (x, _), _ = imdb.load_data(home / "imdb.npz", oov_char=None, **options)
    assert x.tolist() == [[w for w in TEXTS[i] if 5 <= w < 8] for i in order]
    (x, _), _ = imdb.load_data(home / "imdb.npz", oov_char=0, **options)
    assert x.tolist() == [[w if 5 <= w < 8 else 0 for w in TEXTS[i]] for i in order]
    (x, y), _ = imdb.load_data(home / "imdb.npz", maxlen=4, start_char=None)
    assert sorted(map(len, x)) == [1, 2, 3]
    with pytest.raises(ValueError, match="maxlen"):
        imdb.load_data(home / "imdb.npz", maxlen=1)
    with pytest.raises(TypeError, match="words"):
        imdb.load_data(home / "imdb.npz", words=1)


def test_reuters(home):
    np.savez(home / "r.npz", x=TEXTS, y=[3, 4, 5, 6])
    (x, y), (x_test, y_test) = reuters.load_data(home / "r.npz", test_split=0.5)
    order = ordered(4)
    assert y.tolist() + y_test.tolist() == [[3, 4, 5, 6][i] for i in order]
    assert len(x) == len(x_test) == 2
    names = reuters.get_label_names()
    assert (len(names), names[0], names[3], names[-1]) == (46, "cocoa", "earn", "lead")


@pytest.mark.parametrize("module", [imdb, reuters])
def test_word_index(module, home):
    (home / "w.json").write_text(json.dumps({"the": 1}))
    assert module.get_word_index(home / "w.json") == {"the": 1}


def test_california_housing(home):
    np.savez(home / "c.npz", x=np.arange(1400.0).reshape(700, 2), y=np.arange(700.0))
    assert len(california_housing.load_data(path=home / "c.npz")[0][0]) == 560
    (_, y), (_, y_test) = california_housing.load_data("small", home / "c.npz", 0.5)
    assert sorted([*y, *y_test]) == list(range(600))
    with pytest.raises(ValueError, match="version"):
        california_housing.load_data("middle")
    with pytest.raises(ValueError, match="test_split"):
        california_housing.load_data(path=home / "c.npz", test_split=1)


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_no_file_executes_code(home):
    payload = np.empty(1, object)
    payload[0] = Evil(home / "made")
    np.savez(home / "evil.npz", x_train=payload, y_train=[0], x_test=payload, y_test=[0])
    for load in (imdb.load_data, mnist.load_data):
        with pytest.raises(pickle.UnpicklingError, match=r"mkdir.*nothing of it was executed"):
            load(home / "evil.npz")
    folder = home / "home/datasets/cifar-100-python"
    folder.mkdir(parents=True)
    for name in ("train", "test"):
        (folder / name).write_bytes(pickle.dumps({b"data": Evil(home / "made")}))
    with pytest.raises(pickle.UnpicklingError, match="mkdir"):
        cifar100.load_data()
    for call in (
        b"cbuiltins\neval\n(S'1'\ntR.",
        b"cnumpy\nload\n(S'x'\ntR.",
        b"cnumpy\nndarray\n.",
    ):
        if b"ndarray" in call:
            assert _files.unpickled(io.BytesIO(call)) is np.ndarray
            continue
        with pytest.raises(pickle.UnpicklingError):
            _files.unpickled(io.BytesIO(call))
    assert not (home / "made").exists()


@pytest.mark.parametrize(("module", "folder"), [(mnist, "mnist"), (fashion_mnist, "fashion-mnist")])
def test_the_real_files(module, folder, monkeypatch):
    if not (SHARED / folder).is_dir():
        pytest.skip(f"{SHARED} has no {folder}")
    monkeypatch.setenv("LAMINA_DATA", str(SHARED))
    (x_train, y_train), (x_test, y_test) = module.load_data()
    assert (x_train.shape, x_train.dtype) == ((60000, 28, 28), "uint8")
    assert (y_train.shape, x_test.shape, y_test.shape) == ((60000,), (10000, 28, 28), (10000,))
    assert len(set(y_train.tolist())) == 10


def test_real_images_in_the_format_of_cifar(home):
    path = SHARED / "cifar10-subset/test-2000.bin.gz"
    if not path.is_file():
        pytest.skip(f"there is no {path}")
    rows = np.frombuffer(gzip.decompress(path.read_bytes()), "uint8").reshape(-1, 3073)
    folder = home / "home/datasets/cifar-100-python"
    folder.mkdir(parents=True)
    for name in ("train", "test"):
        batch = {"data": rows[:50, 1:], "fine_labels": rows[:50, 0].tolist()}
        (folder / name).write_bytes(python2(batch))
    (x, y), _ = cifar100.load_data()
    np.testing.assert_array_equal(x[7, 3, 4], rows[7, [133 - 32, 1125, 2149]])
    np.testing.assert_array_equal(y[:, 0], rows[:50, 0])
