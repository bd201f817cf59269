import hashlib
import subprocess
import sys
import threading

import numpy as np
import pytest

import lamina
from lamina import layers


def trained_hash(epochs=5):
    """Of all weights of a net large enough for threads, with dropout and batch normalization."""
    lamina.utils.set_random_seed(11)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(512, 200)).astype("float32"), rng.integers(0, 10, 512)
    model = lamina.Sequential(
        [
            layers.Input((200,)),
            layers.Dense(301, "relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(301, "tanh"),
            layers.Dense(10),
        ]
    )
    loss = lamina.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    model.fit(x, y, batch_size=128, epochs=epochs, verbose=0)
    content = b"".join(w.tobytes() for w in model.get_weights())
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def _restored_threads():
    before = lamina.num_threads()
    yield
    lamina.set_num_threads(before)


@pytest.mark.usefixtures("_restored_threads")
def test_the_number_of_threads_changes_no_bit():
    hashes, regions = set(), {}
    for threads in (1, 2, 3, 7):
        lamina.set_num_threads(threads)
        before = lamina.parallel_regions()
        hashes.add(trained_hash())
        regions[threads] = lamina.parallel_regions() - before
    assert len(hashes) == 1
    assert regions[1] == 0
    assert min(regions[2], regions[3], regions[7]) > 100


def embedding_hash(optimizer):
    """Of an embedding whose rows many samples share, so that their gradients are summed."""
    lamina.utils.set_random_seed(12)
    rng = np.random.default_rng(1)
    words = (rng.random((512, 60)) ** 3 * 5000).astype("int32")
    labels = rng.integers(0, 10, 512)
    model = lamina.Sequential(
        [
            layers.Input((60,)),
            layers.Embedding(5000, 64),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    loss = lamina.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss)
    model.fit(words, labels, batch_size=256, epochs=2, verbose=0)
    return hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest()


@pytest.mark.usefixtures("_restored_threads")
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_number_of_threads_changes_no_bit_of_an_embedding(optimizer):
    hashes = set()
    for threads in (1, 2, 3, 7):
        lamina.set_num_threads(threads)
        hashes.add(embedding_hash(optimizer))
    assert len(hashes) == 1


def test_a_forked_child_works():
    code = (
        "import os, numpy as np, lamina\n"
        "a = np.ones((600, 600), 'float32')\n"
        "lamina.set_num_threads(2)\n"
        "expected = lamina.ops.matmul(a, a).numpy().sum()\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    os._exit(int(lamina.ops.matmul(a, a).numpy().sum() != expected))\n"
        "raise SystemExit(os.waitpid(pid, 0)[1])\n"
    )
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code], timeout=60)
    assert run.returncode == 0


def test_what_the_build_says():
    assert lamina.thread_engine() in ("pool", "openmp")
    assert lamina.isa() in ("x86-64-v2", "x86-64-v3", "x86-64-v4", "neon", "generic")
    assert lamina.num_threads() >= 1


DAEMON = """
import sys, threading, time
import numpy as np
import lamina

model = lamina.Sequential([lamina.Input((32,)), lamina.Dense(256), lamina.Dense(4)])
model.compile("sgd", "mse")
x = np.ones((20000, 32), "float32")

class Hook(lamina.Callback):
    def on_train_batch_end(self, batch, logs=None):
        sum(range(1000))

def work():
    while True:
        {call}

for _ in range({threads}):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.3)
sys.exit(3)
"""


@pytest.mark.parametrize(
    ("call", "threads"),
    [
        ("model.predict(x, verbose=0)", 2),
        ("model.predict(x[:1], verbose=0)", 2),
        ("model.fit(x, x[:, :4], verbose=0)", 1),
        ("model.fit(x, x[:, :4], verbose=0, batch_size=4, callbacks=[Hook()])", 1),
        ("lamina.ops.matmul(x, x.T[:, :100])", 2),
    ],
)
def test_a_daemon_thread_leaves_the_exit_status_alone(call, threads):
    code = DAEMON.format(call=call, threads=threads)
    for _ in range(3):
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
        assert (run.returncode, run.stderr) == (3, b"")


FORKED = """
import os, sys
import numpy as np
import lamina

{seed}
layer = lamina.layers.Dropout(0.5)
layer(np.ones((1, 4), "float32"), training=True)

def draw():
    mask = layer(np.ones((1, 64), "float32"), training=True).numpy()
    weights = lamina.layers.Dense(8)
    return (mask.tobytes() + weights(np.ones((1, 8), "float32")).numpy().tobytes()).hex()

ends = []
for _ in range(2):
    end, write = os.pipe()
    if os.fork() == 0:
        os.write(write, draw().encode())
        os._exit(0)
    os.close(write)
    ends.append(end)
drawn = [os.fdopen(end).read() for end in ends] + [draw()]
print(len(set(drawn)), len(drawn[0]))
"""


@pytest.mark.parametrize(("seed", "expected"), [("", 3), ("lamina.utils.set_random_seed(1)", 1)])
def test_forked_children_draw_their_own_numbers_unless_seeded(seed, expected):
    code = FORKED.format(seed=seed)
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60
    )
    assert run.stdout.split() == [str(expected), str(2 * (64 * 4 + 8 * 4))], run.stderr


def test_two_threads_may_ask_an_unbuilt_model_at_once():
    """One builds it; the other waits or is told so, and nothing breaks."""
    for _ in range(30):
        model = lamina.Sequential([layers.Dense(64, "relu"), layers.Dense(64), layers.Dense(3)])
        x, begin, results, refusals = np.ones((8, 32), "float32"), threading.Barrier(2), [], []

        def ask(model=model, x=x, begin=begin, results=results, refusals=refusals):
            begin.wait()
            try:
                results.append(model.predict(x, verbose=0))
            except RuntimeError as error:
                refusals.append(str(error))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = model.predict(x, verbose=0)
        assert len(results) + len(refusals) == 2
        assert all("being built by another thread" in refusal for refusal in refusals)
        for result in results:
            np.testing.assert_array_equal(result, expected)
