"""Batches that threads and processes make ahead: their order, errors, ends."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import traceback

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Sequential
from lamina.data import Dataset
from lamina.utils import PyDataset, Sequence

# Python 3.12 and 3.13 warn of a fork beside threads; the children run nothing of lamina's.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")


class Numbers(PyDataset):
    """Batch i is full of i; those before it take longer than those behind."""

    def __init__(self, count=6, wait=0.0, fails_at=None, **kwargs):
        super().__init__(**kwargs)
        self.count, self.wait, self.fails_at = count, wait, fails_at
        self.calls = []

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        time.sleep(self.wait * (self.count - i))
        if i == self.fails_at:
            raise LookupError(f"no batch {i}")
        return np.full((2, 1), i, "float32"), np.zeros((2, 1))

    def on_epoch_begin(self):
        self.calls.append("begin")

    def on_epoch_end(self):
        self.calls.append("end")


class Drawn(Numbers):
    def __getitem__(self, i):
        return np.random.normal(size=(2, 1)), np.zeros((2, 1))  # noqa: NPY002


def seen(dataset, **options):
    """The value of each batch, in the order in which a model gets them."""
    got = []

    class Seen(lamina.Model):
        def train_step(self, data):
            got.append(float(data[0].numpy()[0, 0]))
            return {"loss": 0.0}

    model = Seen()
    model.compile("sgd")
    model.fit(dataset, verbose=0, **options)
    return got


def left():
    threads = [t for t in threading.enumerate() if t.name.startswith("lamina-data")]
    return threads + multiprocessing.active_children()


WORKERS = [
    {"workers": 1},
    {"workers": 3},
    {"workers": 3, "max_queue_size": 1},
    {"workers": 2, "use_multiprocessing": True},
]


@pytest.mark.parametrize("workers", WORKERS, ids=str)
def test_batches_come_in_order(workers):
    dataset = Numbers(wait=0.002, **workers)
    assert seen(dataset, shuffle=False, epochs=2) == [0, 1, 2, 3, 4, 5] * 2
    assert dataset.calls == ["begin", "end"] * 2
    assert left() == []


@pytest.mark.parametrize("workers", WORKERS, ids=str)
def test_shuffled_batches_are_the_same_for_any_workers(workers):
    lamina.utils.set_random_seed(4)
    expected = seen(Numbers(), epochs=2)
    lamina.utils.set_random_seed(4)
    got = seen(Numbers(**workers), epochs=2)
    if not workers.get("use_multiprocessing"):  # which draws a seed for its processes
        assert got == expected
    assert sorted(got[:6]) == sorted(got[6:]) == [0, 1, 2, 3, 4, 5]
    assert got[:6] != got[6:]


def test_what_processes_draw_does_not_depend_on_how_many_there_are():
    drawn = []
    for workers in (1, 3):
        lamina.utils.set_random_seed(4)
        drawn.append(seen(Drawn(workers=workers, use_multiprocessing=True), shuffle=False))
    assert drawn[0] == drawn[1]
    assert len(set(drawn[0])) == 6


@pytest.mark.parametrize("workers", WORKERS, ids=str)
def test_errors_of_workers_come_with_their_traceback(workers):
    got = []
    with pytest.raises(LookupError, match="no batch 3") as caught:
        got = seen(Numbers(fails_at=3, **workers), shuffle=False)
    assert got == []
    text = "".join(traceback.format_exception(caught.value))
    assert "__getitem__" in text
    assert left() == []


@pytest.mark.parametrize("workers", WORKERS, ids=str)
def test_no_worker_outlives_a_run_that_ends_early(workers):
    class Stop(lamina.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = True

    model = Sequential([Input((1,)), Dense(1)])
    model.compile("sgd", "mse")
    model.fit(Numbers(count=50, **workers), callbacks=[Stop()], verbose=0)
    assert left() == []
    assert model.optimizer.iterations == 1

    class Fail(lamina.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise LookupError

    with pytest.raises(LookupError):
        model.fit(Numbers(count=50, **workers), callbacks=[Fail()], verbose=0)
    assert left() == []


@pytest.mark.parametrize("workers", [1, 3])
def test_epochs_by_steps(workers):
    dataset = Numbers(count=3, workers=workers)
    assert seen(dataset, shuffle=False, epochs=2, steps_per_epoch=4) == [0, 1, 2, 0, 1, 2, 0, 1]
    assert dataset.calls == ["begin", "end"] * 2
    assert left() == []


@pytest.mark.parametrize("workers", [1, 3])
def test_batches_without_end(workers):
    class Endless(Numbers):
        num_batches = None

    dataset = Endless(workers=workers)
    assert seen(dataset, epochs=2, steps_per_epoch=4) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert dataset.calls == ["begin", "end"] * 2


def test_epochs_see_what_the_end_of_the_last_changed():
    class Growing(Numbers):
        def on_epoch_end(self):
            self.count += 1

    assert seen(Growing(count=1, workers=2), shuffle=False, epochs=3) == [0, 0, 1, 0, 1, 2]


def test_old_classes_work_without_their_constructor():
    class Old(Sequence):
        def __init__(self):
            pass

        def __len__(self):
            return 2

        def __getitem__(self, i):
            return np.full((1, 1), i), np.zeros((1, 1))

    assert seen(Old(), shuffle=False) == [0, 1]
    assert (Old().workers, Old().use_multiprocessing, Old().max_queue_size) == (1, False, 10)
    assert [x[0, 0] for x, _ in Old()] == [0, 1]
    with pytest.raises(NotImplementedError, match="__len__"):
        PyDataset().num_batches  # noqa: B018
    with pytest.raises(NotImplementedError, match="__getitem__"):
        PyDataset()[0]


def test_the_queue_is_bounded():
    made = []

    class Counting(Numbers):
        def __getitem__(self, i):
            made.append(i)
            return super().__getitem__(i)

    ahead = []

    class Watch(lamina.Callback):
        def on_train_batch_end(self, batch, logs=None):
            time.sleep(0.005)
            ahead.append(len(made) - batch - 1)

    model = Sequential([Input((1,)), Dense(1)])
    model.compile("sgd", "mse")
    model.fit(Counting(count=30, workers=2, max_queue_size=4), callbacks=[Watch()], verbose=0)
    assert 1 <= max(ahead) <= 4


def test_work_is_done_while_the_model_computes():
    # A source that sleeps, and a step that sleeps: together they take little longer than one.
    class Step(lamina.Callback):
        def on_train_batch_end(self, batch, logs=None):
            time.sleep(0.02)

    class Slow(Numbers):
        def __getitem__(self, i):
            time.sleep(0.02)
            return super().__getitem__(i)

    model = Sequential([Input((1,)), Dense(1)])
    model.compile("sgd", "mse")
    seconds = {}
    for source in (Slow(count=20), Slow(count=20, workers=2)):
        begin = time.perf_counter()
        model.fit(source, callbacks=[Step()], verbose=0)
        seconds[source.workers] = time.perf_counter() - begin
    assert seconds[2] < 0.75 * seconds[1]


INTERRUPT = """
import multiprocessing, os, signal, sys, threading, time
import numpy as np, lamina
from lamina import Dense, Input, Sequential

class Slow(lamina.utils.PyDataset):
    def __len__(self):
        return 10**6
    def __getitem__(self, i):
        time.sleep(0.01)
        if i == 5 and multiprocessing.parent_process() is None:
            print("ready", flush=True)
        if i == 8 and multiprocessing.parent_process() is not None:
            print("ready", flush=True)
        return np.zeros((2, 1)), np.zeros((2, 1))

signal.signal(signal.SIGINT, signal.default_int_handler)
model = Sequential([Input((1,)), Dense(1)])
model.compile("sgd", "mse")
try:
    source = Slow(workers=2, use_multiprocessing=sys.argv[1] == "processes")
    model.fit(source, shuffle=False, verbose=0)
except KeyboardInterrupt:
    names = [t.name for t in threading.enumerate() if t.name.startswith("lamina-data")]
    print("stopped", names, multiprocessing.active_children())
"""


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_interrupt(kind):
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPT, kind],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (out, err, process.returncode) == ("stopped [] []\n", "", 0)


INTERRUPT_WHILE_MAKING = """
import multiprocessing, os, signal, sys, time
import numpy as np, lamina
from lamina import Dense, Input, Sequential

class Stuck(lamina.utils.PyDataset):
    def __len__(self):
        return 100
    def __getitem__(self, i):
        if i > 2:
            print("ready", flush=True)
            time.sleep(60)
        return np.zeros((2, 1)), np.zeros((2, 1))

signal.signal(signal.SIGINT, signal.default_int_handler)
model = Sequential([Input((1,)), Dense(1)])
model.compile("sgd", "mse")
try:
    source = Stuck(workers=2, use_multiprocessing=sys.argv[1] == "processes")
    model.fit(source, shuffle=False, verbose=0)
except KeyboardInterrupt:
    model.predict(np.zeros((2, 1)), verbose=0)
    print("stopped", multiprocessing.active_children(), flush=True)
    os._exit(0)  # Python waits for threads
"""


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_an_interrupt_does_not_wait_for_a_batch(kind):
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPT_WHILE_MAKING, kind],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert [process.stdout.readline() for _ in range(2)] == ["ready\n"] * 2
            time.sleep(0.3)
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (out, err, process.returncode) == ("stopped []\n", "", 0)


def test_prefetch_and_parallel_map_of_data_sets():
    names = []

    def slow(x):
        names.append(threading.current_thread().name)
        time.sleep(0.002 * (8 - x))
        return x * 10

    data = Dataset.from_tensor_slices(np.arange(8))
    for made in (
        data.map(slow),
        data.map(slow, num_parallel_calls=3),
        data.map(slow, num_parallel_calls=-1).prefetch(-1),
        data.map(slow).prefetch(2),
    ):
        assert list(made) == [0, 10, 20, 30, 40, 50, 60, 70]
        assert list(made.take(2)) == [0, 10]
        assert left() == []
    assert len(set(names)) > 2

    def broken(x):
        if x == 2:
            raise LookupError("two")
        return x

    for made in (data.map(broken, num_parallel_calls=2), data.map(broken).prefetch(2)):
        iterator = iter(made)
        assert [next(iterator), next(iterator)] == [0, 1]
        with pytest.raises(LookupError, match="two"):
            next(iterator)
        assert left() == []


def test_memory_stays_flat():
    program = textwrap.dedent("""
        import resource
        import numpy as np, lamina
        from lamina import Dense, Input, Sequential
        class Batches(lamina.utils.PyDataset):
            def __len__(self):
                return 1500
            def __getitem__(self, i):
                return np.zeros((32, 1000), "float32"), np.zeros((32, 1), "float32")
        model = Sequential([Input((1000,)), Dense(1)])
        model.compile("sgd", "mse")
        peaks = []
        for _ in range(2):
            model.fit(Batches(workers=2), verbose=0)
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        # 1500 batches of 128 KB are 190 MB.
        assert peaks[1] - peaks[0] < 8 * 1024, peaks
    """)
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_generator_is_wrapped_to_be_prefetched():
    names = set()

    def batches():
        for i in range(6):
            names.add(threading.current_thread().name)
            yield np.full((2, 1), i, "float32"), np.zeros((2, 1))

    assert seen(Dataset(batches, batch_size=2).prefetch(2), epochs=2) == [0, 1, 2, 3, 4, 5] * 2
    assert left() == []
    assert all(name.startswith("lamina-data") for name in names)


def test_layers_that_draw_are_reproducible_in_a_data_set():
    x = np.arange(64.0, dtype="float32").reshape(16, 4)

    def drawn(calls):
        layer = lamina.layers.GaussianNoise(1.0, seed=3)
        data = Dataset.from_tensor_slices(x).batch(2)
        made = data.map(lambda batch: layer(batch, training=True), num_parallel_calls=calls)
        return np.concatenate(list(made.prefetch(-1).as_numpy_iterator()))

    np.testing.assert_array_equal(drawn(None), drawn(-1))


def test_a_step_lets_other_threads_run():
    turns = [0]
    done = threading.Event()

    def turn():
        while not done.is_set():
            turns[0] += 1

    during = []

    class Watch(lamina.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.before = turns[0]

        def on_train_batch_end(self, batch, logs=None):
            during.append(turns[0] - self.before)

    model = Sequential([Input((1000,)), Dense(1000), Dense(1000), Dense(1)])
    model.compile("sgd", "mse")
    thread = threading.Thread(target=turn)
    thread.start()
    try:
        x = np.zeros((1024, 1000), "float32")
        model.fit(x, x[:, :1], batch_size=1024, epochs=3, callbacks=[Watch()], verbose=0)
    finally:
        done.set()
        thread.join()
    # A step takes some 50 ms, a turn some 0.1 us.
    assert min(during) > 1000
