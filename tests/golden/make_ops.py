"""Writes keras_ops.npz: what Keras gives for the calls of tests/python/ops_cases.py.

    KERAS_BACKEND=jax JAX_PLATFORMS=cpu python tests/golden/make_ops.py

Entry "name/i/j" is leaf j of call i; "name/i/error" says that Keras refuses the call.
"""

import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent / "python"))

import numpy as np  # noqa: E402
from keras import ops, tree  # noqa: E402
from ops_cases import CASES  # noqa: E402

entries = {}
for name, calls in CASES.items():
    for i, (args, kwargs) in enumerate(calls):
        try:
            got = getattr(ops, name)(*args, **kwargs)
        except Exception as error:
            print(f"{name}/{i}: {type(error).__name__}: {str(error)[:90]}")
            entries[f"{name}/{i}/error"] = np.array(True)
            continue
        for j, leaf in enumerate(tree.flatten(got)):
            entries[f"{name}/{i}/{j}"] = np.asarray(leaf)
np.savez_compressed(here / "keras_ops.npz", **entries)
print(len(entries), "entries")
