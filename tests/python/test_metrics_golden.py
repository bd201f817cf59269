"""Every metric against Keras's numbers: three batches streamed, with and without weights, on the
CPU and on the guarded device, whose memory the host must not touch.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from devices import on_both, same_bits

from lamina import metrics

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "metrics.npz")
CASES = json.loads(str(GOLDEN["cases"]))
FUNCTIONS = json.loads(str(GOLDEN["functions"]))
ROWS, BATCHES = 10, 3
CLASSES = sorted({case["cls"] for case in CASES})


def batch(name, i):
    return GOLDEN[name][i * ROWS : (i + 1) * ROWS]


def update(metric, case, i):
    weights = case["weights"]
    given = batch(f"w_{weights}", i) if isinstance(weights, str) else weights
    labels = [] if case["cls"] in ("Mean", "Sum") else [batch(f"{case['data']}_true", i)]
    metric.update_state(*labels, batch(f"{case['data']}_pred", i), given)


@pytest.mark.parametrize("cls", CLASSES)
def test_keras(cls):
    for case in (case for case in CASES if case["cls"] == cls):
        metric = getattr(metrics, cls)(**case["config"])
        for i in range(BATCHES):
            update(metric, case, i)
            if i in (0, BATCHES - 1):
                expected = case["results"][i > 0]
                result = metric.result()
                assert np.shape(result) == np.shape(expected), case
                np.testing.assert_allclose(result, expected, 1e-5, 2e-6, err_msg=str(case))
        metric.reset_state()
        assert all(np.all(variable.numpy() == 0) for variable in metric.variables)


@pytest.mark.parametrize("cls", CLASSES)
def test_the_guarded_device(cls, guarded):
    cases = [case for case in CASES if case["cls"] == cls]

    def results():
        found = []
        for case in cases[:: max(len(cases) // 12, 1)]:
            metric = getattr(metrics, cls)(**case["config"])
            for i in range(BATCHES):
                update(metric, case, i)
            found.append(metric.result())
        return found

    assert same_bits(*on_both(guarded, results))


@pytest.mark.parametrize("case", FUNCTIONS, ids=lambda case: f"{case['name']}-{case['data']}")
def test_functions(case):
    y_true, y_pred = batch(f"{case['data']}_true", 0), batch(f"{case['data']}_pred", 0)
    values = getattr(metrics, case["name"])(y_true, y_pred, **case["options"]).numpy()
    assert (values.shape, values.dtype) == (np.shape(case["values"]), np.float32)
    np.testing.assert_allclose(values, case["values"], 1e-5, 1e-6)


@pytest.mark.parametrize("cls", CLASSES)
def test_a_configuration_makes_an_equal_metric(cls):
    for config in {json.dumps(c["config"]): c["config"] for c in CASES if c["cls"] == cls}.values():
        metric = getattr(metrics, cls)(**config)
        copy = type(metric).from_config(json.loads(json.dumps(metric.get_config())))
        assert (type(copy), copy.get_config()) == (type(metric), metric.get_config())
        again = metrics.deserialize(json.loads(json.dumps(metrics.serialize(metric))))
        assert (type(again), again.get_config()) == (type(metric), metric.get_config())
        for option, value in config.items():
            assert hasattr(metric, option), option
            with pytest.raises(AttributeError):
                setattr(metric, option, value)
