"""How well workers hide a source of batches that is as slow as a step, and whether memory is flat.

    python bench/prefetch.py [--steps 200] [--long 10000]

The source waits, as a disk or a network does, as long as a step of the model takes. Without workers
an epoch takes the sum of both, with workers little more than the longer. Prints seconds and the
ratio, for threads and for processes, then the peak of memory after a tenth and after all of a long
run.
"""

import argparse
import resource
import time

import numpy as np

import lamina
from lamina import Dense, Input, Sequential

BATCH, WIDTH = 64, 512


class Waiting(lamina.utils.PyDataset):
    """Batches that each take some seconds to arrive."""

    def __init__(self, count, seconds, **kwargs):
        super().__init__(**kwargs)
        self.count, self.seconds = count, seconds

    def __len__(self):
        return self.count

    def __getitem__(self, i):
        time.sleep(self.seconds)
        return np.full((BATCH, WIDTH), i, "float32"), np.zeros((BATCH, 1), "float32")


def model_of(width):
    model = Sequential([Input((WIDTH,)), Dense(width, "relu"), Dense(width, "relu"), Dense(1)])
    model.compile("adam", "mse")
    return model


def seconds_of(model, source):
    begin = time.perf_counter()
    model.fit(source, verbose=0)
    return time.perf_counter() - begin


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    """Measures both and prints them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--long", type=int, default=10_000)
    given = parser.parse_args()

    model = model_of(1024)
    model.fit(Waiting(10, 0), verbose=0)
    step = seconds_of(model, Waiting(given.steps, 0)) / given.steps
    print(f"a step: {step * 1e3:.2f} ms; so long does the source wait for each batch")
    alone = seconds_of(model, Waiting(given.steps, step))
    print(f"no workers:  {alone:.2f} s for {given.steps} steps")
    for name, options in (
        ("2 threads:  ", {"workers": 2}),
        ("2 processes:", {"workers": 2, "use_multiprocessing": True}),
    ):
        seconds = seconds_of(model, Waiting(given.steps, step, **options))
        print(f"{name} {seconds:.2f} s, {alone / seconds:.2f} times as fast")

    model, peaks = model_of(8), []
    for count in (given.long // 10, given.long):
        model.fit(Waiting(count, 0, workers=2), verbose=0)
        peaks.append(peak())
    passed = given.long * BATCH * WIDTH * 4 / 2**20
    print(
        f"peak memory after {given.long // 10} steps {peaks[0]:.1f} MiB, after {given.long} more "
        f"{peaks[1]:.1f} MiB; {passed:.0f} MiB passed through"
    )


if __name__ == "__main__":
    main()
