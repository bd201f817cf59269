"""Files of every format lamina has written load, predict and resume as they did then."""

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from lamina.models import load_model

FOLDER = Path(__file__).parents[1] / "golden"
EXPECTED = sorted(FOLDER.glob("file*.safetensors"))


def read(path):
    content = path.read_bytes()
    start = 8 + struct.unpack("<Q", content[:8])[0]
    arrays = {}
    for name, entry in json.loads(content[8:start]).items():
        begin, end = entry["data_offsets"]
        dtype = {"F32": "<f4", "I64": "<i8"}[entry["dtype"]]
        values = np.frombuffer(content[start + begin : start + end], dtype)
        arrays[name] = values.reshape(entry["shape"])
    return arrays


@pytest.mark.parametrize("name", ["sequential", "functional", "convolutional"])
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_an_old_file_loads_predicts_and_resumes(expected, name):
    arrays = read(expected)
    inputs = sorted(key for key in arrays if key.startswith(f"{name}/x"))
    x = [arrays[key] for key in inputs]
    x = x if len(x) > 1 else x[0]
    model = load_model(FOLDER / f"{expected.stem}_{name}.lamina")
    # An instruction set has its own order of roundings.
    np.testing.assert_allclose(
        model.predict(x, verbose=0), arrays[f"{name}/predicted"], rtol=1e-5, atol=1e-6
    )
    model.fit(x, arrays[f"{name}/y"], batch_size=8, epochs=5, initial_epoch=3, verbose=0)
    np.testing.assert_allclose(
        model.predict(x, verbose=0), arrays[f"{name}/resumed"], rtol=1e-4, atol=1e-5
    )
