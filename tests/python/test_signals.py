"""Ctrl-C stops a run between two batches and leaves a usable model."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import signal
import numpy as np
import lamina

# A shell that runs the tests in the background lets its children ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

x = np.ones((4096, 64), "float32")
model = lamina.Sequential([lamina.Input((64,)), lamina.Dense(256, "relu"), lamina.Dense(1)])
model.compile("sgd", "mse")

class Ready(lamina.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            print("ready", flush=True)

try:
    {call}
except KeyboardInterrupt:
    steps = int(model.optimizer.iterations)
    model.fit(x, x[:, 0], verbose=0)
    assert model.optimizer.iterations == steps + 128
    assert np.isfinite(model.predict(x[:4], verbose=0)).all()
    print("stopped")
"""


@pytest.mark.parametrize(
    "call",
    [
        'model.fit(x, x[:, 0], epochs=10**6, verbose=0, callbacks=[Ready()])',
        'print("ready", flush=True); model.predict(np.ones((10**7, 64), "float32"), verbose=0)',
    ],
    ids=["fit", "predict"],
)  # fmt: skip
def test_interrupt(call):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(call=call)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            if "predict" in call:
                # Its samples are still being made when it says so.
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(1.5)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (out, err, process.returncode) == ("stopped\n", "", 0)


LONG_CALL = """
import os, signal, sys, threading, time
import numpy as np
import lamina

signal.signal(signal.SIGINT, signal.default_int_handler)
lamina.set_num_threads({threads})
x = np.ones((6000, 2048), "float32")
model = lamina.Sequential([lamina.Input((2048,)), lamina.Dense(2048, "relu"), lamina.Dense(1)])
model.compile("adam", "mse")
long_row = np.random.default_rng(0).standard_normal(8_000_000).astype("float32")
sent = None

def send():
    global sent
    time.sleep(0.5)
    sent = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=send, daemon=True).start()
try:
    while True:
        {call}
except KeyboardInterrupt:
    print("%.3f" % (time.monotonic() - sent))
model.predict(x[:4], verbose=0)
"""


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "call",
    [
        'model.fit(x, x[:, :1], batch_size=6000, verbose=0, epochs=10)',
        'lamina.ops.matmul(x, x.T)',
        'lamina.ops.sort(long_row)',
        'lamina.layers.Dense(2048, kernel_initializer="orthogonal")(x)',
    ],
    ids=["fit", "matmul", "sort", "initializer"],
)  # fmt: skip
def test_an_interrupt_is_heard_within_one_operation(call, threads):
    code = LONG_CALL.format(call=call, threads=threads)
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) < 3  # a tenth of a second, where no other program runs
