"""Layers with options and extents of any size: each ends at once, and by no other error than
Python's.

    python tests/fuzz/layer_options.py [cases] [seed]

Cases run in child processes of limited memory and processor time; one that dies, hangs or raises
anything else is printed, and the exit status is 1.
"""

import contextlib
import inspect
import random
import resource
import signal
import subprocess
import sys

SIZES = [0, 1, 2, 3, 7, -1, 2**31 - 1, 2**31, 2**40, 2**62, 2**63 - 1, -(2**63), 2**63]
WORDS = {
    "padding": ["valid", "same", "causal"],
    "data_format": [None, "channels_first", "channels_last"],
    "interpolation": ["nearest", "bilinear"],
}
EXPECTED = (ValueError, TypeError, IndexError, MemoryError, OverflowError)
MOST_BYTES, MOST_SECONDS = 6 << 30, 4
WITHOUT = {"Input", "InputLayer", "Lambda", "Layer"}
MERGES = {"Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"}


def size(rng):
    """Mostly small: with several extremes at once the first refusal would hide the others."""
    return rng.choice(SIZES[:5] if rng.random() < 0.7 else SIZES)


def option(rng, name, annotation):
    if name in WORDS:
        return rng.choice(WORDS[name])
    if "Sequence[int" in annotation and rng.random() < 0.5:
        return tuple(size(rng) for _ in range(rng.randint(1, 3)))
    return size(rng)


def case_of(rng, layers):
    name = rng.choice([n for n in layers.__all__ if n[0].isupper() and n not in WITHOUT])
    options = {}
    for parameter in list(inspect.signature(getattr(layers, name).__init__).parameters.values())[
        1:
    ]:
        annotation = str(parameter.annotation)
        fuzzed = parameter.name in WORDS or ("int" in annotation and "seed" not in parameter.name)
        required = parameter.default is parameter.empty
        if fuzzed and (required or rng.random() < 0.4):
            options[parameter.name] = option(rng, parameter.name, annotation)
        elif required:
            options[parameter.name] = 0.5
    rank = int(name[-2]) + 1 if name[-1] == "D" else rng.randint(1, 4)
    symbolic = rng.random() < 0.3
    extents = [*SIZES[6:11], 1, 2, 5, None] if symbolic else [0, 1, 2, 5, 9]
    shape = tuple(rng.choice(extents) for _ in range(rank))
    return name, options, shape, symbolic, rng.choice([0, 1, 2])


def run(case):
    import numpy as np

    import lamina

    name, options, shape, symbolic, batch = case
    layer = getattr(lamina.layers, name)(**options)
    if symbolic:
        lamina.Model(lamina.Input(shape), layer(lamina.Input(shape)))
        return
    x = lamina.Tensor(np.ones((batch, *shape), "float32"), requires_grad=True)
    y = layer([x, x] if name in MERGES else x, training=True)
    if y.requires_grad:
        lamina.ops.sum(y).backward()


def child(seed, cases):
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    from lamina import layers

    for i in range(cases):
        case = case_of(random.Random(f"{seed} {i}"), layers)
        print(i, *case, flush=True)
        signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
        with contextlib.suppress(EXPECTED):
            run(case)
        signal.setitimer(signal.ITIMER_PROF, 0)


def main(cases=500, seed=0, batch=100):
    bad = 0
    for part in range(cases // batch):
        command = [sys.executable, __file__, "child", f"{seed}-{part}", str(batch)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            bad += 1
            print(
                "exit status",
                done.returncode,
                "at",
                done.stdout.splitlines()[-1:],
                done.stderr[-600:],
            )
    return bad > 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], int(sys.argv[3]))
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
