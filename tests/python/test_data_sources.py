"""What fit, evaluate and predict take as batches: they train as arrays do, or are refused."""

import gc
import random
import subprocess
import sys
import textwrap
import time
import weakref

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Sequential, layers
from lamina.data import Dataset


@pytest.fixture
def data(rng):
    return rng.normal(size=(40, 4)).astype("float32"), rng.normal(size=(40, 1)).astype("float32")


def linear():
    model = Sequential([Input((4,)), Dense(1, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    return model


def fitted(*arguments, **options):
    model = linear()
    model.fit(*arguments, verbose=0, **{"shuffle": False, **options})
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def pairs(x, y, size=10):
    return [(x[i : i + size], y[i : i + size]) for i in range(0, len(x), size)]


class Numbered:
    def __init__(self, batches):
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, i):
        return self.batches[i]


class Loader:
    """As a DataLoader: lists, again and again."""

    def __init__(self, batches):
        self.batches = batches

    def __iter__(self):
        return iter([list(batch) for batch in self.batches])


def test_all_kinds_of_batches_train_as_arrays_do(data):
    batches = pairs(*data)
    weighted = [(x, y, np.ones(len(x))) for x, y in batches]
    expected = fitted(*data, batch_size=10)
    for source in (
        batches,
        [list(batch) for batch in batches],  # which predict reads as one array, or as inputs
        iter(batches),
        (list(batch) for batch in batches),
        Loader(batches),
        Numbered(batches),
        weighted,
        Loader(weighted),
        [([x], [y]) for x, y in batches],
        [(lamina.Tensor(x), lamina.Tensor(y)) for x, y in batches],
        Dataset.from_tensor_slices(data).batch(10),
        Dataset.from_tensor_slices(data),
    ):
        np.testing.assert_array_equal(fitted(source, batch_size=10), expected)


def test_predict_takes_lists_of_one_and_pairs(data):
    x, y = data
    model = linear()
    expected = model.predict(x, verbose=0)
    for source in ([[x]], iter([[x]]), iter([x]), iter([(x,)]), iter([[x, y]]), Loader([(x, y)])):
        np.testing.assert_array_equal(model.predict(source, verbose=0), expected)
    assert model.evaluate(Loader(pairs(x, y)), verbose=0) == pytest.approx(
        model.evaluate(x, y, batch_size=10, verbose=0), rel=1e-6
    )


def test_validation_data_of_several_inputs_and_outputs_may_be_lists(data):
    x, y = data
    a, b = Input((2,)), Input((2,))
    outputs = [Dense(1)(layers.concatenate([a, b])), Dense(1)(a)]
    model = lamina.Model([a, b], outputs)
    model.compile("sgd", "mse")
    inputs = [x[:, :2], x[:, 2:]]
    history = model.fit(inputs, [y, y], validation_data=[inputs, [y, y]], verbose=0).history
    assert "val_loss" in history


def test_batches_of_dictionaries_for_graphs_and_for_classes_of_ones_own(data):
    x, y = data

    class Own(lamina.Model):
        def __init__(self):
            super().__init__()
            self.out = Dense(1, kernel_initializer="ones")

        def call(self, inputs):
            return self.out(layers.concatenate([inputs["a"], inputs["b"]]))

    a, b = Input((2,), name="a"), Input((2,), name="b")
    graph = lamina.Model(
        {"a": a, "b": b}, Dense(1, kernel_initializer="ones")(layers.concatenate([a, b]))
    )
    expected = fitted(*data, batch_size=10)
    for model in (Own(), graph):
        model.compile("sgd", "mse")
        source = [({"a": x[:, :2], "b": x[:, 2:]}, y) for x, y in pairs(x, y)]
        model.fit(iter(source), verbose=0)
        got = np.concatenate([weight.ravel() for weight in model.get_weights()])
        np.testing.assert_allclose(got, expected, rtol=1e-6)
        assert model.predict([({"a": x[:, :2], "b": x[:, 2:]},)], verbose=0).shape == (40, 1)


def test_frames(data):
    pandas = pytest.importorskip("pandas")
    x, y = data
    frame, series = pandas.DataFrame(x, columns=list("abcd")), pandas.Series(y[:, 0])
    expected = fitted(*data, batch_size=10)
    np.testing.assert_array_equal(fitted(frame, series, batch_size=10), expected)
    chunks = [(frame[i : i + 10], series[i : i + 10]) for i in range(0, 40, 10)]
    np.testing.assert_array_equal(fitted(chunks), expected)
    frame["a"] = frame["a"] > 0
    exact = fitted(frame.to_numpy("float32"), y, batch_size=10)
    np.testing.assert_array_equal(fitted(frame, series, batch_size=10), exact)
    np.testing.assert_array_equal(fitted(iter([(frame, series)])), fitted(frame, y, batch_size=40))


def test_frames_with_text_are_refused_by_their_columns():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"], "c": [True, False], "d": [1, 2]})
    frame["e"] = frame["d"].astype("category")
    frame["f"] = pandas.Series([1, 2.5], dtype=object)
    frame["g"] = pandas.to_datetime(["2020-01-01", "2020-01-02"])
    with pytest.raises(TypeError, match="columns b, g hold no numbers"):
        fitted(frame, [1.0, 2.0])
    assert fitted(frame[["a", "c", "d", "f"]], [1.0, 2.0]).shape == (5,)


def test_frames_with_missing_values_are_refused_by_their_columns():
    pandas = pytest.importorskip("pandas")
    whole = pandas.array([1, None], dtype="Int64")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": whole, "c": [1, 2], "d": [True, False]})
    with pytest.raises(TypeError, match="columns b have missing values; fill them"):
        fitted(frame, [1.0, 2.0])
    with pytest.raises(TypeError, match="series b has missing values; fill them"):
        fitted(np.ones((2, 4)), frame["b"])
    assert fitted(frame.fillna(3), [1.0, 2.0]).shape == (5,)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_masked_arrays_are_refused(data, at):
    # Their values behind the mask would be taken for data.
    parts = [*data, np.ones(40)]
    fitted(*parts[:2], sample_weight=np.ma.masked_array(parts[2]))
    parts[at] = np.ma.masked_array(parts[at], parts[at] > 0)
    with pytest.raises(TypeError, match=r"\(40.*masked array.*filled"):
        fitted(*parts[:2], sample_weight=parts[2])
    with pytest.raises(TypeError, match="masked array"):
        fitted([tuple(parts)])


def test_tensors_and_loaders_of_torch(data):
    torch = pytest.importorskip("torch")
    x, y = map(torch.from_numpy, data)
    expected = fitted(*data, batch_size=10)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=10)
    np.testing.assert_array_equal(fitted(loader), expected)
    np.testing.assert_array_equal(fitted(x.requires_grad_(), y, batch_size=10), expected)
    with pytest.raises(TypeError, match="DataLoader"):
        fitted(loader.dataset)


class Rows:
    """A data set of Hugging Face, as far as it is used."""

    def __init__(self, columns, kind=None):
        self.columns, self.column_names, self.format = columns, list(columns), {"type": kind}

    def with_format(self, kind):
        return Rows({k: np.asarray(v) for k, v in self.columns.items()}, kind)

    def __len__(self):
        return len(next(iter(self.columns.values())))

    def __getitem__(self, rows):
        return {name: column[rows] for name, column in self.columns.items()}


def test_tables_of_hugging_face(data):
    x, y = data
    expected = fitted(*data, batch_size=10)
    table = Rows({"pixels": x.tolist(), "label": y.tolist()})
    np.testing.assert_allclose(fitted(table, batch_size=10), expected, rtol=1e-6)
    shuffled = fitted(table, batch_size=10, shuffle=True)
    assert not np.array_equal(shuffled, fitted(table, batch_size=10))
    datasets = pytest.importorskip("datasets")
    arrow = pytest.importorskip("pyarrow")
    columns = arrow.table({"pixels": x.tolist(), "label": y.tolist()})
    # A fingerprint of its own: that of pickles breaks with some versions of dill and NumPy.
    table = datasets.Dataset(columns, fingerprint="0123456789abcdef")
    np.testing.assert_allclose(fitted(table, batch_size=10), expected, rtol=1e-6)
    np.testing.assert_allclose(
        fitted(table.with_format("numpy"), batch_size=10), expected, rtol=1e-6
    )


STORED = """
    import resource, sys
    import numpy as np, lamina
    from lamina import Dense, Input, Sequential
    path, dtype = sys.argv[1:]
    x = np.memmap(path, dtype, "r", shape=(3000, 16384))
    y = np.zeros((3000, 1), "float32")
    model = Sequential([Input((16384,)), Dense(1)])
    model.compile("sgd", "mse")
    model.fit(x[:64].astype("float32"), y[:64], verbose=0)
    # What is private may grow by a third of the file; pages of the file itself do not count.
    own = int(open("/proc/self/status").read().split("VmData:")[1].split()[0]) * 1024
    limit = own + x.nbytes // 3
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    history = model.fit(x, y, validation_split=0.1, verbose=0).history
    assert set(history) == {"loss", "val_loss"}, history
    assert np.isfinite(model.evaluate(x, y, verbose=0))
    assert model.predict(x, verbose=0).shape == (3000, 1)
    try:
        np.array(x, "float32")
        sys.exit("the limit does not hold")
    except MemoryError:
        pass
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits memory as Linux does")
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_a_memory_map_three_times_the_memory(dtype, tmp_path):
    path = tmp_path / "x"
    np.memmap(path, dtype, "w+", shape=(3000, 16384)).flush()
    subprocess.run([sys.executable, "-c", textwrap.dedent(STORED), path, dtype], check=True)


def test_stored_arrays_train_as_those_in_memory(data, tmp_path):
    x, y = data
    stored = np.memmap(tmp_path / "x", "float16", "w+", shape=x.shape)
    stored[:] = x
    held = stored[:].astype("float32")
    weight = np.linspace(0, 1, 40)
    options = {"batch_size": 8, "sample_weight": weight, "validation_split": 0.25}
    np.testing.assert_array_equal(fitted(stored, y, **options), fitted(held, y, **options))
    np.testing.assert_array_equal(fitted(stored, y.tolist(), **options), fitted(held, y, **options))
    model, other = linear(), linear()
    valid = {"validation_data": (stored, y), "shuffle": False, "verbose": 0}
    first = model.fit(held, y, **valid).history
    valid["validation_data"] = (held, y)
    assert other.fit(held, y, **valid).history == first
    model.fit(stored, y, epochs=2, steps_per_epoch=3, verbose=0)
    assert model.optimizer.iterations == 2 + 6


def test_arrays_of_hdf5_are_read_in_parts(data, tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        x, y = (
            file.create_dataset(name, data=array) for name, array in zip("xy", data, strict=True)
        )
        np.testing.assert_array_equal(fitted(x, y, batch_size=7), fitted(*data, batch_size=7))
        fitted(x, y, batch_size=7, shuffle=True)


def generator():
    yield np.zeros((2, 4)), np.zeros((2, 1))


def endless():
    while True:
        yield np.zeros((2, 4)), np.zeros((2, 1))


X, Y = np.zeros((4, 4)), np.zeros((4, 1))
REPEATED = Dataset.from_tensor_slices((X, Y)).repeat()


class Endless(lamina.utils.PyDataset):
    num_batches = None

    def __getitem__(self, i):
        return X, Y


@pytest.mark.parametrize(
    ("kind", "message", "call"),
    [
        (TypeError, r"generator function generator.*generator\(\)", lambda m: m.fit(generator)),
        (TypeError, r"the function <lambda>", lambda m: m.fit(lambda: 1)),
        (TypeError, r"class Endless.*Endless\(\.\.\.\)", lambda m: m.fit(Endless)),
        (ValueError, r"steps_per_epoch", lambda m: m.fit(generator(), epochs=2)),
        (ValueError, r"steps_per_epoch", lambda m: m.fit(Endless())),
        (ValueError, r"say steps$", lambda m: m.evaluate(Endless())),
        (ValueError, r"fit\(x, y\)", lambda m: m.fit((X, Y))),
        (ValueError, r"evaluate\(x, y\)", lambda m: m.evaluate((X, Y))),
        (ValueError, r"no y", lambda m: m.fit(iter([X]))),
        (ValueError, r"no y", lambda m: m.fit(iter([[X]]))),
        (ValueError, r"2 as \(x\), those before it as \(x, y\)", lambda m: m.fit([(X, Y), (X,)])),
        (ValueError, r"tuple of 4", lambda m: m.fit([(X, Y, Y, Y)])),
        (ValueError, r"generator.*each batch be \(x, y\)", lambda m: m.fit(generator(), Y)),
        (ValueError, r"sample_weight", lambda m: m.evaluate(generator(), sample_weight=Y)),
        (ValueError, r"without end; say steps_per_epoch", lambda m: m.fit(REPEATED)),
        (ValueError, r"list of 2 arrays.*fit\(x, y\)", lambda m: m.fit([X, Y])),
        (ValueError, r"one sample.*batch\(32\)", lambda m: m.fit(zip(X, Y, strict=True))),
        (ValueError, r"'label' among the inputs", lambda m: m.fit(iter([{"a": X, "label": Y}]))),
        (ValueError, r"validation_split", lambda m: m.fit(X, Y, validation_split=1.5)),
        (ValueError, r"validation_steps", lambda m: m.fit(X, Y, validation_data=Endless())),
        (ValueError, r"validation_data has 1", lambda m: m.fit(X, Y, validation_data=(X,))),
        (TypeError, r"expected arrays", lambda m: m.fit(object())),
    ],
)  # fmt: skip
def test_refusals(kind, message, call):
    model = linear()
    original = model.fit, model.evaluate
    model.fit = lambda *a, **k: original[0](*a, verbose=0, **k)
    model.evaluate = lambda *a, **k: original[1](*a, verbose=0, **k)
    with pytest.raises(kind, match=message):
        call(model)


def test_a_generator_that_ends_within_an_epoch_is_told_of(data):
    model = linear()
    with pytest.warns(UserWarning, match="ran out of data after 4 batches"):
        model.fit(iter(pairs(*data)), epochs=2, steps_per_epoch=3, verbose=0)
    assert model.optimizer.iterations == 4


def test_generators_are_closed_when_a_run_ends():
    closed = []

    def batches():
        try:
            yield from endless()
        finally:
            closed.append(True)

    linear().fit(Again(batches), steps_per_epoch=2, verbose=0)
    assert closed == [True]
    mine = batches()  # a generator of the caller's own stays open
    linear().fit(mine, steps_per_epoch=2, verbose=0)
    assert next(mine)
    mine.close()


class Again:
    def __init__(self, make):
        self.make = make

    def __iter__(self):
        return self.make()


def test_a_run_keeps_nothing_of_its_data(data):
    x, y = data

    class Mine(Loader, lamina.utils.PyDataset):
        def __len__(self):
            return len(self.batches)

        def __getitem__(self, i):
            return self.batches[i]

    for kind in (Loader, Numbered, Mine):
        source, valid = kind(pairs(x, y)), kind(pairs(x, y))
        kept = weakref.ref(source), weakref.ref(valid)
        model = linear()
        model.fit(source, validation_data=valid, verbose=0)
        model.evaluate(source, verbose=0)
        model.predict(source, verbose=0)
        del source, valid
        gc.collect()
        assert [reference() for reference in kept] == [None, None]


def test_long_lists_of_numbers_are_not_walked_through():
    rows = [[0.0] * 200] * 2000
    model = Sequential([Input((200,)), Dense(1)])
    begin = time.perf_counter()
    np.asarray(rows)
    once = time.perf_counter() - begin
    begin = time.perf_counter()
    model.predict(rows, batch_size=2000, verbose=0)
    assert time.perf_counter() - begin < 0.1 + 10 * once


def test_sparse_matrices_are_refused():
    sparse = pytest.importorskip("scipy.sparse")
    x, y = np.eye(4, dtype="float32"), np.ones((4, 1), "float32")
    model = linear()
    for kind in (sparse.csr_matrix, sparse.coo_matrix, sparse.csr_array):
        for action in (
            lambda s: model.fit(s, y, verbose=0),
            lambda s: model.fit(s, verbose=0),
            lambda s: model.evaluate(s, y, verbose=0),
            lambda s: model.predict(s, verbose=0),
            lambda s: model.evaluate(x, s, verbose=0),
            lambda s: model.fit(iter([(s, y)]), verbose=0),
            lambda s: model.fit(x, y, validation_data=(s, y), verbose=0),
            lambda s: model.train_on_batch(s, y),
            lambda s: model(s),
            lamina.Tensor,
        ):
            with pytest.raises(TypeError, match=f"(?s){kind.__name__}.*toarray"):
                action(kind(x))


def test_nothing_is_drawn_from_random_without_need(data):
    random.seed(1)
    state = random.getstate()
    fitted(*data)
    fitted(pairs(*data), shuffle=True)
    assert random.getstate() == state
